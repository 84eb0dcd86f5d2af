// SPDX-License-Identifier: MIT
#include "prune/facts.h"

#include <cerrno>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/files.h"

namespace prune {

namespace {

/// Reads the facts about one cgroup, and remembers what could not be read.
class FactReader {
public:
    FactReader(Context& context, const std::string& hierarchy, std::uint64_t id, const Instance* instance)
        : context_(context), hierarchy_(hierarchy), id_(id) {
        if (instance != nullptr) instance_ = *instance;
    }

    /// A fact of this boot and instance, or nothing.
    std::optional<Fact> find(FactKind kind) {
        auto found = Registry(context_.system, !context_.dryRun).find({hierarchy_, id_, kind});
        if (!found.ok()) return fault(found.error().text());
        if (!found.value()) return std::nullopt;
        if (!instance_) {
            auto instance = instanceOf(context_.system, hierarchy_);
            if (!instance.ok()) return fault(instance.error().text());
            instance_ = std::move(instance.value());
        }
        auto& fact = *found.value();
        if (!instance_->is(fact.boot, fact.hierarchyId)) return std::nullopt;
        return std::move(fact);
    }

    std::nullopt_t fault(const std::string& why) {
        unreadable_ += (unreadable_.empty() ? "" : "; ") + why;
        return std::nullopt;
    }

    const std::string& unreadable() const { return unreadable_; }
    const std::optional<Instance>& instance() const { return instance_; }

private:
    Context& context_;
    const std::string& hierarchy_;
    std::uint64_t id_;
    std::optional<Instance> instance_;
    std::string unreadable_;
};

constexpr const char* kMakerIsLost =
    "who made it could not be told or remembered; cgprune register says who it is for, cgprune forget "
    "that it is nobody's";

std::string notUnderstood(FactKind kind) {
    return "the fact " + std::string(word(kind)) + " cannot be understood; " +
           std::string(verbThatDrops(kind)) + " drops it";
}

std::optional<KnownCreator> creatorIn(Context& context, const std::string& body, FactSource source,
                                      bool inCgroup) {
    auto creator = parseCreator(body);
    if (!creator) return std::nullopt;
    const auto life = lifeOf(context.system, *creator);
    return KnownCreator{std::move(*creator), source, life, inCgroup};
}

/// What the cgroup itself says of its maker outranks what was observed before.
std::optional<KnownCreator> findCreator(Context& context, const Subject& subject, FactReader& reader) {
    const auto fact = reader.find(FactKind::creator);
    if (!fact || fact->source == FactSource::observed) {
        const auto maker = readXattr(context.system, subject.cgroup.directory.get(), kMaker);
        if (!maker.ok()) return reader.fault(maker.error().text());
        if (maker.value()) {
            auto creator = creatorIn(context, *maker.value(), FactSource::observed, true);
            if (!creator) reader.fault(kMakerIsLost);
            return creator;
        }
    }
    if (!fact) return std::nullopt;
    auto creator = creatorIn(context, fact->body, fact->source, false);
    if (!creator) reader.fault(notUnderstood(FactKind::creator));
    return creator;
}

/// `isOwners`: its owner is another than the parent's. A chown that was observed counts for no longer.
std::optional<KnownDelegation> findDelegation(FactReader& reader, bool isOwners) {
    const auto fact = reader.find(FactKind::delegated);
    if (!fact) return std::nullopt;
    const auto to = parseDelegation(fact->body);
    if (!to) return reader.fault(notUnderstood(FactKind::delegated));
    if (fact->source == FactSource::observed && !isOwners) return std::nullopt;
    return KnownDelegation{*to, fact->source};
}

/// Not once for each cgroup: users make them as they like. What names a file of the registry is bounded.
void logUnreadable(Context& context, const Subject& subject, const std::string& why) {
    const auto& hierarchy = subject.hierarchy.about.name;
    if (context.dryRun || !isFirstOf(context.system, "fact " + hierarchy + ' ' + why, kHourMs)) return;
    context.log.event(LogLevel::warning, "state-fault",
                      {{"hierarchy", hierarchy}, {"cgroup", subject.path}, {"why", why}});
}

/// Whether it is gone nobody can tell now: its cgroup stays until somebody can.
void logUndetermined(Context& context, const Subject& subject, std::uint64_t id, const KnownCreator& known) {
    const auto& hierarchy = subject.hierarchy.about.name;
    if (context.dryRun || !isFirstOf(context.system, "undetermined " + hierarchy, kHourMs)) return;
    context.log.event(LogLevel::warning, "creator-undetermined",
                      {{"hierarchy", hierarchy},
                       {"cgroup", subject.path},
                       {"id", decimalUnsigned(id)},
                       {"creator", known.creator.name},
                       {"rung", word(known.life.rung)}});
}

}  // namespace

Result<Known> knownOf(Context& context, const Subject& subject, const CgroupState& state,
                      const Instance* instance) {
    const auto signs = readDelegation(context.system, subject.cgroup, state.owner);
    if (!signs.ok()) return signs.error();
    FactReader reader(context, subject.hierarchy.about.name, state.id, instance);
    Known known;
    known.signs = signs.value();
    known.creator = findCreator(context, subject, reader);
    known.delegation = findDelegation(reader, known.signs.byOwnership);
    known.unreadable = reader.unreadable();
    known.instance = reader.instance();
    if (!known.unreadable.empty()) logUnreadable(context, subject, known.unreadable);
    if (known.creator && known.creator->life.life == Life::unknown)
        logUndetermined(context, subject, state.id, *known.creator);
    return known;
}

void forgetCgroup(Context& context, const JournalKey& key) {
    dropEntry(context, key);
    forgetFacts(context, key.hierarchy, key.id);
}

void forgetFacts(Context& context, const std::string& hierarchy, std::uint64_t id) {
    if (context.dryRun) return;
    Registry registry(context.system);
    for (const auto kind : {FactKind::creator, FactKind::delegated}) {
        const auto dropped = registry.drop({hierarchy, id, kind});
        if (!dropped.ok()) logStateFault(context, dropped.error());
    }
}

}  // namespace prune

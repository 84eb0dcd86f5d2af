// SPDX-License-Identifier: MIT
#include "watch/observe.h"

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "cgroup/delegation.h"
#include "cgroup/directory.h"
#include "cgroup/state.h"
#include "creator/capture.h"
#include "prune/defer.h"
#include "prune/delegation_fact.h"
#include "prune/register_facts.h"
#include "store/registry.h"
#include "sys/files.h"

namespace prune {

namespace {

const Rule* ruleOf(const Context& context, const Subject& subject) {
    const auto& about = subject.hierarchy.about;
    return selectRule(context.conf, about.name, about.unified, subject.path);
}

bool isGone(const Error& error) {
    return error.code == ENOENT || error.code == ESRCH || error.code == ENODEV;
}

/// That the cgroup is gone, or its maker, is no fault.
void logFault(Context& context, const Error& error, const char* doing = "observe") {
    if (!isGone(error)) logRepeatedFault(context, doing, error);
}

/// Who made it may be alive, and the registry does not know: so the cgroup itself has to say it.
void markWithMaker(Context& context, const Subject& subject, std::string_view maker, const Error& why) {
    logFault(context, why);
    const int failed = context.system.setXattr(subject.cgroup.directory.get(), kMaker, maker);
    if (failed < 0 && !hasDied(context.system, subject.cgroup.directory.get()))
        logFault(context, {"mark cgroup " + escapeForPeople(subject.path), -failed}, "mark");
}

void logObserved(Context& context, const Subject& subject, std::string_view what, std::string_view who) {
    if (!context.log.wants(LogLevel::debug)) return;
    context.log.event(LogLevel::debug, "observed",
                      {{"hierarchy", subject.hierarchy.about.name},
                       {"cgroup", subject.path},
                       {"what", what},
                       {"who", who}});
}

/// The facts of one cgroup, by kind.
FactKey keyOf(const Subject& subject, std::uint64_t id, FactKind kind) {
    return {subject.hierarchy.about.name, id, kind};
}

void setFlag(Context& context, const Subject& subject, const Rule& rule) {
    if (subject.hierarchy.about.unified || !rule.policy.delegated || !rule.setFlag) return;
    const auto set = writeText(context.system, subject.cgroup.directory.get(), "notify_on_release", "1");
    if (!set.ok()) logFault(context, set.error());
}

/// What is known already; nothing where it cannot be read.
std::optional<Fact> factOf(Context& context, const FactKey& key) {
    auto fact = Registry(context.system).find(key);
    if (fact.ok()) return std::move(fact.value());
    logFault(context, fact.error());
    return std::nullopt;
}

/// EWOULDBLOCK: it could not be dropped now. A broken fact stays, and keeps its cgroup.
Status forgetObserved(Context& context, const Subject& subject, std::uint64_t id, FactKind kind) {
    const auto key = keyOf(subject, id, kind);
    Registry registry(context.system);
    const auto fact = registry.find(key);
    if (!fact.ok()) return fact.error().code == EBADMSG ? Status() : fact.error();
    if (!fact.value() || fact.value()->source != FactSource::observed) return {};
    const auto dropped = registry.dropIfStill(key, fact.value());
    if (!dropped.ok()) return dropped.error();
    if (dropped.value()) return {};
    const auto now = registry.find(key);
    if (now.ok() && now.value() != fact.value()) return {};
    return Error{"drop what was observed of " + escapeForPeople(subject.path), EWOULDBLOCK};
}

/// Its creator in the registry, registered or observed. Errors: EBADMSG: a broken one, which keeps its
/// cgroup.
Result<std::optional<Fact>> creatorFact(Context& context, const Subject& subject, std::uint64_t id) {
    auto fact = Registry(context.system).find(keyOf(subject, id, FactKind::creator));
    if (!fact.ok() || !fact.value()) return fact;
    const auto instance = instanceOf(context.system, subject.hierarchy.about.name);
    if (!instance.ok()) return instance.error();
    const bool isOfNow = instance.value().is(fact.value()->boot, fact.value()->hierarchyId);
    return isOfNow ? std::move(fact) : std::optional<Fact>();
}

Result<std::optional<std::string>> makerMark(Context& context, const Subject& subject) {
    return readXattr(context.system, subject.cgroup.directory.get(), kMaker);
}

/// What was observed before of who made it, as kMaker has it.
Result<std::optional<std::string>> observedMaker(Context& context, const Subject& subject, std::uint64_t id) {
    auto marked = makerMark(context, subject);
    if (!marked.ok() || marked.value()) return marked;
    auto fact = creatorFact(context, subject, id);
    if (!fact.ok() && fact.error().code != EBADMSG) return fact.takeError();
    const bool isObserved = fact.ok() && fact.value() && fact.value()->source == FactSource::observed;
    return isObserved ? std::optional(std::move(fact.value()->body)) : std::nullopt;
}

Status forgetObservedMaker(Context& context, const Subject& subject, std::uint64_t id) {
    auto marked = forgetMaker(context, subject);
    auto observed = forgetObserved(context, subject, id, FactKind::creator);
    return marked.ok() ? std::move(observed) : marked.takeError();
}

/// Nothing: it has ended, or is on the host.
Result<std::optional<Creator>> creatorOf(System& system, const Fd& maker) {
    if (maker.get() == -EMFILE) return Error{"open who made a cgroup", EMFILE};
    if (!maker.valid()) return std::optional<Creator>();
    CaptureOptions options;
    options.mayHaveEnded = true;  // mkdir(1) has, mostly
    auto creator = captureByPidfd(system, maker.get(), options);
    if (!creator.ok() && !isGone(creator.error())) return creator.takeError();
    if (!creator.ok() || !creator.value().init) return std::optional<Creator>();
    return std::optional<Creator>(std::move(creator.value()));
}

/// Two tasks of the same container end together.
bool decidesTheSame(const std::string& before, const std::optional<Creator>& now) {
    const auto creator = parseCreator(before);
    return creator && creator->init && now && creator->init == now->init;
}

/// One of them made another cgroup, which was at this path before. The last need not be the right one: the
/// kernel tells what the same task does again at the same path only once.
void markAsOfSeveral(Context& context, const Subject& subject) {
    markWithMaker(
        context, subject, kMakerLost,
        {"tell who made cgroup " + escapeForPeople(subject.path) + " from who made one there before", 0});
}

/// False: it could not be dropped, which was logged.
bool forgetDelegation(Context& context, const Subject& subject, std::uint64_t id) {
    const auto forgotten = forgetObserved(context, subject, id, FactKind::delegated);
    if (!forgotten.ok()) logFault(context, forgotten.error());
    return forgotten.ok();
}

void observeDelegation(Context& context, const Subject& subject, const Rule& rule, const FileStat& stat) {
    const Delegation to{stat.owner, stat.group};
    const auto known = factOf(context, keyOf(subject, stat.inode, FactKind::delegated));
    if (known && (known->source == FactSource::registered || known->body == formatDelegation(to))) return;
    setFlag(context, subject, rule);
    if (known && !forgetDelegation(context, subject, stat.inode)) return;
    const auto done = registerDelegation(context, subject, to, FactSource::observed);
    if (!done.ok()) return logFault(context, done.error());
    logObserved(context, subject, "delegated", decimalUnsigned(stat.owner));
}

}  // namespace

void observeMaker(Context& context, const Subject& subject, std::uint64_t id, const Fd& maker,
                  std::set<std::uint64_t>& unrecorded) {
    const auto* rule = ruleOf(context, subject);
    if (rule == nullptr) return;
    if (!rule->policy.creatorGone) return static_cast<void>(forgetObservedMaker(context, subject, id));
    const auto told = creatorOf(context.system, maker);
    if (!told.ok()) return markWithMaker(context, subject, kMakerLost, told.error());
    const auto before = observedMaker(context, subject, id);
    if (!before.ok()) return markWithMaker(context, subject, kMakerLost, before.error());
    const auto& creator = told.value();
    if (before.value() && decidesTheSame(*before.value(), creator)) return;
    if (before.value() || (creator && unrecorded.contains(id))) return markAsOfSeveral(context, subject);
    if (!creator) return static_cast<void>(unrecorded.insert(id));
    const auto done = registerCreator(context, subject, *creator, FactSource::observed);
    if (!done.ok()) return markWithMaker(context, subject, formatCreator(*creator), done.error());
    logObserved(context, subject, "maker", creator->name);
}

void observeLostMaker(Context& context, const Subject& subject, std::uint64_t id) {
    const auto* rule = ruleOf(context, subject);
    if (rule == nullptr || !rule->policy.creatorGone) return;
    const auto marked = makerMark(context, subject);
    if (marked.ok() && marked.value()) return;
    const auto fact = creatorFact(context, subject, id);
    if (fact.ok() && fact.value()) return;
    markWithMaker(context, subject, kMakerLost,
                  {"learn who made cgroup " + escapeForPeople(subject.path) +
                       ": more happened at once than the kernel keeps",
                   0});
}

void observeOwner(Context& context, const Subject& subject) {
    const auto* rule = ruleOf(context, subject);
    if (rule == nullptr) return;
    FileStat stat;
    if (context.system.statFd(subject.cgroup.directory.get(), stat) < 0) return;
    const auto signs = readDelegation(context.system, subject.cgroup, stat.owner);
    if (!signs.ok()) return logFault(context, signs.error());
    if (signs.value().byOwnership)
        observeDelegation(context, subject, *rule, stat);
    else
        forgetDelegation(context, subject, stat.inode);
}

void observeRename(Context& context, const Subject& subject) {
    const auto id = cgroupId(context.system, subject.cgroup.directory.get());
    if (!id.ok()) return;
    Registry registry(context.system);
    for (const auto kind : {FactKind::creator, FactKind::delegated}) {
        const auto moved = registry.move(keyOf(subject, id.value(), kind), subject.path);
        if (!moved.ok()) logFault(context, moved.error());
    }
}

}  // namespace prune

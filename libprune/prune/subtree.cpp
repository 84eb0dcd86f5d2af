// SPDX-License-Identifier: MIT
#include "prune/subtree.h"

#include <dirent.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "base/text.h"
#include "cgroup/state.h"
#include "prune/facts.h"
#include "prune/settle.h"
#include "sys/directory.h"

namespace prune {

namespace {

/// A cgroup on the way down: looked at when all its children were.
struct Step {
    std::string path;
    bool childrenDone = false;
};

class Remover {
public:
    Remover(Context& context, const Subject& top, CgroupListener* listener)
        : context_(context), hierarchy_(top.hierarchy), top_(top.path), listener_(listener) {}

    /// `id`: that of the cgroup at the top.
    Result<SubtreeResult> run(std::uint64_t id) {
        std::vector<Step> steps{{top_}};
        while (!steps.empty()) {
            auto step = std::move(steps.back());
            steps.pop_back();
            const auto path = CgroupPath::parse(step.path);
            if (!path.ok()) return path.error();
            auto opened = openCgroup(context_.system, hierarchy_.root.get(), path.value());
            if (opened.ok() && !opened.value()) continue;  // removed meanwhile
            if (!opened.ok()) {
                if (!tell(step.path, {Done::failed, Reason::removalFailed, 0})) return ended();
                continue;
            }
            const Subject subject{hierarchy_, *opened.value(), step.path};
            if (step.path == top_ && !isStill(subject, id)) return result_;
            auto going = step.childrenDone ? finish(subject) : begin(subject, steps);
            if (!going.ok()) return going.takeError();
            if (!going.value()) return ended();
        }
        return result_;
    }

private:
    bool isStill(const Subject& subject, std::uint64_t id) const {
        const auto found = cgroupId(context_.system, subject.cgroup.directory.get());
        return found.ok() && found.value() == id;
    }

    Error ended() const { return {"remove all below " + escapeForPeople(top_), ECANCELED}; }

    bool tell(std::string_view path, const Outcome& outcome) {
        if (outcome.done == Done::removed) ++result_.removed;
        if (outcome.done == Done::kept) ++result_.kept;
        if (outcome.done == Done::failed) ++result_.failed;
        if (outcome.done == Done::kept || outcome.done == Done::failed) lastKept_ = path;
        return listener_ == nullptr || listener_->onCgroup(path, outcome);
    }

    /// Puts the cgroup again behind its children. False: the listener ended it.
    Result<bool> begin(const Subject& subject, std::vector<Step>& steps) {
        auto foreign = isForeign(subject);
        if (!foreign.ok()) return foreign;
        if (foreign.value()) return tell(subject.path, {Done::kept, Reason::insideDelegation, 0});
        const std::string path(subject.path);
        steps.push_back({path, true});
        DirectoryReader reader(context_.system, subject.cgroup.directory.get());
        DirectoryReader::Entry entry;
        while (true) {
            auto more = reader.next(entry);
            if (!more.ok() && more.error().code == ENOENT) return true;
            if (!more.ok()) return more.takeError();
            if (!more.value()) return true;
            if (entry.type == DT_DIR) steps.push_back({childPath(path, entry.name)});
        }
    }

    /// Handed to somebody else than whoever `top_` belongs to.
    Result<bool> isForeign(const Subject& subject) {
        if (subject.path == top_) return false;
        const auto state =
            readState(context_.system, subject.cgroup.directory.get(), hierarchy_.about.unified);
        if (!state.ok()) return state.error();
        if (!state.value()) return false;
        const auto known = knownOf(context_, subject, *state.value());
        if (!known.ok()) return known.error().code == ENOENT ? Result<bool>(false) : known.error();
        const auto& signs = known.value().signs;
        return known.value().delegation.has_value() || signs.byRoot || signs.byOwnership;
    }

    Result<bool> finish(const Subject& subject) {
        const auto lock = lockForRemoval(context_, subject.cgroup);
        const auto state =
            readState(context_.system, subject.cgroup.directory.get(), hierarchy_.about.unified);
        if (!state.ok()) return tell(subject.path, {Done::failed, Reason::removalFailed, 0});
        if (!state.value()) return true;
        if (const auto reason = whyKept(subject, *state.value(), lock))
            return tell(subject.path, {Done::kept, *reason, 0});
        return tell(subject.path, remove(subject, *state.value()));
    }

    std::optional<Reason> whyKept(const Subject& subject, const CgroupState& state, Lock lock) {
        if (state.populated) return Reason::populated;
        if (state.hasChildren && !(context_.dryRun && goneBelow(subject.path))) return Reason::hasChildren;
        if (state.keptByRoot || (state.keptByOwner && honoursOwner(subject.path))) return Reason::kept;
        if (lock == Lock::busy) return Reason::lockHeld;
        const auto known = knownOf(context_, subject, state);
        if (!known.ok() || !known.value().unreadable.empty()) return Reason::creatorUndetermined;
        if (!known.value().creator || known.value().creator->life.life == Life::gone) return std::nullopt;
        return known.value().creator->life.life == Life::alive ? Reason::creatorAlive
                                                               : Reason::creatorUndetermined;
    }

    /// owner-keep of its rule.
    bool honoursOwner(std::string_view path) const {
        const auto* rule = selectRule(context_.conf, hierarchy_.about.name, hierarchy_.about.unified, path);
        return rule == nullptr || rule->ownerKeep;
    }

    /// For dry runs, in which nothing goes: whether all below would have gone. Children come just before.
    bool goneBelow(std::string_view path) const { return !lastKept_.starts_with(std::string(path) + '/'); }

    Outcome remove(const Subject& subject, const CgroupState& state) {
        const JournalKey key{hierarchy_.about.name, state.owner, state.id};
        if (context_.dryRun) return {Done::removed, Reason::policyAlways, 0};
        const auto removal = removeCgroup(context_.system, subject.cgroup);
        if (removal.outcome == Removal::Outcome::busy) return {Done::kept, Reason::populated, 0};
        if (removal.outcome == Removal::Outcome::failed) return {Done::failed, Reason::removalFailed, 0};
        if (!removal.removedAnother) forgetCgroup(context_, key);
        tellRemoval(context_, subject, state, Reason::policyAlways, removal);
        return {removal.outcome == Removal::Outcome::gone ? Done::gone : Done::removed, Reason::policyAlways,
                0};
    }

    Context& context_;
    const OpenHierarchy& hierarchy_;
    std::string top_;
    CgroupListener* listener_;
    SubtreeResult result_;
    std::string lastKept_;
};

}  // namespace

Result<SubtreeResult> removeSubtree(Context& context, const Subject& top, CgroupListener* listener) {
    const auto id = cgroupId(context.system, top.cgroup.directory.get());
    if (!id.ok()) return id.error();
    return Remover(context, top, listener).run(id.value());
}

}  // namespace prune

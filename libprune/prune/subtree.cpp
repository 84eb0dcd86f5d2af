// SPDX-License-Identifier: MIT
#include "prune/subtree.h"

#include <dirent.h>

#include <cerrno>
#include <vector>

#include "base/text.h"
#include "cgroup/state.h"
#include "prune/facts.h"
#include "prune/settle.h"
#include "prune/subtree_reasons.h"
#include "store/state_folder.h"
#include "sys/directory.h"

namespace prune {

namespace {

/// A cgroup on the way down: looked at when all its children were.
struct Step {
    std::string path;
    std::uint64_t parent = 0;  ///< id of the cgroup that it was found in; 0: of no matter
    std::uint64_t id = 0;      ///< its own, 0 until it was looked at
    bool childrenDone = false;
    std::int64_t ageMs = 0;  ///< on the way down: children that go make it look new
};

class Remover {
public:
    Remover(Context& context, const Subject& top, const SubtreeOptions& options)
        : context_(context), hierarchy_(top.hierarchy), top_(top.path), options_(options) {}

    /// `id`: that of the cgroup at the top.
    Result<SubtreeResult> run(std::uint64_t id) {
        std::vector<Step> steps{{top_, 0, id}};
        while (!steps.empty()) {
            auto step = std::move(steps.back());
            steps.pop_back();
            const auto path = CgroupPath::parse(step.path);
            // What cannot be a path is longer than we take: names come from the kernel.
            auto opened = path.ok() ? openCgroup(context_.system, hierarchy_.root.get(), path.value())
                                    : Error{"open a cgroup", ENAMETOOLONG};
            if (opened.ok() && !opened.value()) continue;  // removed meanwhile
            if (!opened.ok()) {
                if (!tell(step.path, failed(opened.error().code))) return ended();
                continue;
            }
            const Subject subject{hierarchy_, *opened.value(), step.path};
            if (!isStill(subject, step)) continue;
            auto going = step.childrenDone ? finish(subject, step) : begin(subject, step.parent, steps);
            if (!going.ok()) return going.takeError();
            if (!going.value()) return ended();
        }
        return result_;
    }

private:
    /// Whether that is the cgroup which was found there, and in which: on v1 whoever owns a folder can put
    /// what was handed to another in the place of one that was not, by renames.
    bool isStill(const Subject& subject, const Step& step) {
        return isOrAny(subject.path, subject.cgroup.parent, step.parent) &&
               isOrAny(subject.path, subject.cgroup.directory, step.id);
    }

    /// False, too, and told, where it cannot be looked at.
    bool isOrAny(std::string_view path, const Fd& cgroup, std::uint64_t id) {
        if (id == 0) return true;
        const auto found = cgroupId(context_.system, cgroup.get());
        if (!found.ok()) tell(path, failed(found.error().code));
        return found.ok() && found.value() == id;
    }

    Error ended() const { return {"remove all below " + escapeForPeople(top_), ECANCELED}; }

    static Outcome failed(int code) { return {Done::failed, Reason::removalFailed, 0, code}; }

    bool tell(std::string_view path, const Outcome& outcome) {
        if (outcome.done == Done::removed) ++result_.removed;
        if (outcome.done == Done::kept) ++result_.kept;
        if (outcome.done == Done::failed) ++result_.failed;
        if (outcome.done == Done::kept || outcome.done == Done::failed) lastKept_ = path;
        return options_.listener == nullptr || options_.listener->onCgroup(path, outcome);
    }

    /// Puts the cgroup again behind its children. False: the listener ended it.
    Result<bool> begin(const Subject& subject, std::uint64_t parent, std::vector<Step>& steps) {
        auto foreign = isForeign(subject);
        if (!foreign.ok()) return foreign;
        if (foreign.value()) return tell(subject.path, {Done::kept, Reason::insideDelegation, 0});
        const std::string path(subject.path);
        const auto id = cgroupId(context_.system, subject.cgroup.directory.get());
        if (!id.ok()) return id.error();
        steps.push_back({path, parent, id.value(), true});
        if (auto status = noteAge(subject, steps.back()); !status.ok()) return status.takeError();
        DirectoryReader reader(context_.system, subject.cgroup.directory.get());
        DirectoryReader::Entry entry;
        while (true) {
            auto more = reader.next(entry);
            if (!more.ok() && more.error().code == ENOENT) return true;
            if (!more.ok()) return more.takeError();
            if (!more.value()) return true;
            if (entry.type == DT_DIR) steps.push_back({childPath(path, entry.name), id.value()});
        }
    }

    /// Handed to somebody else than whoever `top_` belongs to.
    Result<bool> isForeign(const Subject& subject) {
        if (subject.path == top_ || options_.force.delegated) return false;
        return isHandedToAnother(context_, subject);
    }

    Status noteAge(const Subject& subject, Step& step) {
        if (options_.olderThanMs == 0) return {};
        const auto state =
            readState(context_.system, subject.cgroup.directory.get(), hierarchy_.about.unified);
        if (!state.ok()) return state.error();
        if (!state.value()) return {};
        step.ageMs = knownAgeMs(context_, subject, *state.value(), options_.wallNowNs);
        return {};
    }

    Result<bool> finish(const Subject& subject, const Step& before) {
        const RemovalLock lock(context_, subject.cgroup);
        const auto state =
            readState(context_.system, subject.cgroup.directory.get(), hierarchy_.about.unified);
        if (!state.ok()) return tell(subject.path, failed(state.error().code));
        if (!state.value()) return true;
        const SubtreeLook look{subject, *state.value(), lock.state(),
                               context_.dryRun && goneBelow(subject.path), before.ageMs};
        if (const auto reason = whyLeft(context_, options_, look))
            return tell(subject.path, {Done::kept, *reason, 0});
        return tell(subject.path, remove(subject, *state.value()));
    }

    /// For dry runs, in which nothing goes: whether all below would have gone. Children come just before.
    bool goneBelow(std::string_view path) const { return !lastKept_.starts_with(std::string(path) + '/'); }

    Outcome remove(const Subject& subject, const CgroupState& state) {
        const JournalKey key{hierarchy_.about.name, state.owner, state.id};
        if (context_.dryRun) return {Done::removed, Reason::policyAlways, 0};
        const auto removal = removeCgroup(context_.system, subject.cgroup, state.id);
        if (removal.outcome == Removal::Outcome::busy) return {Done::kept, Reason::populated, 0};
        if (removal.outcome == Removal::Outcome::failed) return failed(removal.code);
        if (!mayLiveOn(context_.system, subject.cgroup, removal)) forgetCgroup(context_, key);
        tellRemoval(context_, subject, state, Reason::policyAlways, removal);
        return {removal.outcome == Removal::Outcome::gone ? Done::gone : Done::removed, Reason::policyAlways,
                0};
    }

    Context& context_;
    const OpenHierarchy& hierarchy_;
    std::string top_;
    const SubtreeOptions& options_;
    SubtreeResult result_;
    std::string lastKept_;
};

}  // namespace

Result<SubtreeResult> removeSubtree(Context& context, const Subject& top, const SubtreeOptions& options) {
    if (auto trusted = checkStateFolder(context.system); !trusted.ok()) return trusted.takeError();
    const auto id = cgroupId(context.system, top.cgroup.directory.get());
    if (!id.ok()) return id.error();
    return Remover(context, top, options).run(id.value());
}

}  // namespace prune

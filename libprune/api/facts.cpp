// SPDX-License-Identifier: MIT
// prune.h: who asked for a cgroup, to whom it was handed, and whether it is to stay.
#include <optional>

#include "api/handles.h"
#include "creator/capture.h"
#include "prune/keep.h"
#include "prune/register_facts.h"

using namespace prune;

namespace {

std::optional<CaptureOptions> captureOptions(prune_ctx& ctx, int by) {
    CaptureOptions options;
    if (by < PRUNE_BY_PROCESS || by > PRUNE_BY_UTS_NS) {
        api::fail(ctx, {"register a creator: `by` is none of enum prune_by", EINVAL});
        return std::nullopt;
    }
    options.bySession = by == PRUNE_BY_SESSION;
    if (by >= PRUNE_BY_CGROUP_NS) options.byNamespace = static_cast<NamespaceType>(by - PRUNE_BY_CGROUP_NS);
    return options;
}

/// `capture(options)` gives the creator.
template <class Capture>
int registerBy(prune_cgroup* cgroup, int by, Capture capture) noexcept {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        const auto options = captureOptions(ctx, by);
        if (!options) return -EINVAL;
        const auto creator = capture(ctx.system, *options);
        if (!creator.ok()) return api::fail(ctx, creator.error(), EPERM);
        auto context = ctx.context();
        const auto changed = registerCreator(context, subject, creator.value(), FactSource::registered);
        return changed.ok() ? 0 : api::fail(ctx, changed.error());
    });
}

/// 1 or 0: whether it changed something.
int answer(prune_ctx& ctx, const Result<Change>& change) {
    return change.ok() ? (change.value().changed ? 1 : 0) : api::fail(ctx, change.error());
}

int drop(prune_cgroup* cgroup, FactKind kind) noexcept {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        auto context = ctx.context();
        return answer(ctx, forget(context, subject, kind));
    });
}

}  // namespace

int prune_register_pid(prune_cgroup* cgroup, pid_t pid, int by) {
    return registerBy(cgroup, by, [pid](System& system, const CaptureOptions& options) {
        return captureByPid(system, pid, options);
    });
}

int prune_register_pidfd(prune_cgroup* cgroup, int pidfd, int by) {
    return registerBy(cgroup, by, [pidfd](System& system, const CaptureOptions& options) {
        return captureByPidfd(system, pidfd, options);
    });
}

int prune_register_socket(prune_cgroup* cgroup, int socket, int by) {
    return registerBy(cgroup, by, [socket](System& system, const CaptureOptions& options) {
        return captureBySocket(system, socket, options);
    });
}

int prune_forget(prune_cgroup* cgroup) { return drop(cgroup, FactKind::creator); }

int prune_delegate(prune_cgroup* cgroup, uid_t uid, gid_t gid, unsigned flags) {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        if (!api::areKnown(ctx, flags, PRUNE_CHOWN)) return -EINVAL;
        if (uid == static_cast<uid_t>(-1) || gid == static_cast<gid_t>(-1))
            return api::fail(ctx, {"delegate a cgroup to no user or no group", EINVAL});
        auto context = ctx.context();
        const auto done = delegateCgroup(context, subject, {uid, gid}, (flags & PRUNE_CHOWN) != 0);
        return done.ok() ? 0 : api::fail(ctx, done.error());
    });
}

int prune_undelegate(prune_cgroup* cgroup) { return drop(cgroup, FactKind::delegated); }

int prune_keep(prune_cgroup* cgroup, unsigned flags) {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        if (!api::areKnown(ctx, flags, PRUNE_AS_OWNER)) return -EINVAL;
        return answer(ctx,
                      setKeep(ctx.system, subject.cgroup, flags != 0 ? KeepMark::owner : KeepMark::root));
    });
}

int prune_unkeep(prune_cgroup* cgroup, unsigned flags) {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        if (!api::areKnown(ctx, flags, PRUNE_AS_OWNER)) return -EINVAL;
        return answer(ctx,
                      removeKeep(ctx.system, subject.cgroup, flags != 0 ? KeepMark::owner : KeepMark::root));
    });
}

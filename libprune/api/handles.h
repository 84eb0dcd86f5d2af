// SPDX-License-Identifier: MIT
/// What is behind the handles of prune.h, and what all its functions do: errors kept for prune_error(), and
/// nothing thrown at a C program.
#pragma once

#include <cerrno>
#include <memory>
#include <new>
#include <string>

#include "base/result.h"
#include "cgroup/locate.h"
#include "prune/context.h"
#include "prune/log.h"
#include "prune/prune.h"
#include "sys/system.h"

struct prune_ctx {
    explicit prune_ctx(prune::System& of) : system(of), log(of, "libprune") {}
    explicit prune_ctx(std::unique_ptr<prune::System> of) : prune_ctx(*of) { owned = std::move(of); }

    /// With the conf as it is now.
    prune::Context context(bool dryRun = false);

    std::unique_ptr<prune::System> owned;
    prune::System& system;
    prune::Log log;
    std::string error;
    int references = 1;
};

struct prune_cgroup {
    prune_ctx* ctx = nullptr;
    prune::OpenHierarchy hierarchy;
    prune::OpenCgroup cgroup;
    std::string path;    ///< where it was last
    bool lent = false;   ///< to a setup callback: not the caller's to close
    std::string reason;  ///< what prune_explain() told last
    std::string creatorName;
    std::string rung;
    std::string ruleName;
    std::string ruleFile;
};

namespace prune::api {

/// Keeps the error for prune_error(): -errno, or -`otherwise` where it has none.
int fail(prune_ctx& ctx, const Error& error, int otherwise = EINVAL) noexcept;

/// Runs `act`, which returns what the C function does.
template <class Act>
int guarded(prune_ctx* ctx, Act act) noexcept {
    if (ctx == nullptr) return -EINVAL;
    try {
        ctx->error.clear();
        return act();
    } catch (const std::bad_alloc&) {
        return -ENOMEM;
    } catch (...) {
        return fail(*ctx, {"go on after an error that was not expected", EIO});
    }
}

/// The same for a function of a cgroup.
template <class Act>
int guarded(prune_cgroup* cgroup, Act act) noexcept {
    return guarded(cgroup == nullptr ? nullptr : cgroup->ctx, [&] { return act(*cgroup->ctx); });
}

/// The cgroup where it is now, by descriptors of its own, so that a lock on it is none of the handle's.
/// Errors: ENOENT: it was removed.
Result<LocatedCgroup> whereNow(prune_cgroup& cgroup);

/// The same for a function that acts on the cgroup, wherever it was moved.
template <class Act>
int guardedSubject(prune_cgroup* cgroup, Act act) noexcept {
    return guarded(cgroup, [&](prune_ctx& ctx) {
        const auto now = whereNow(*cgroup);
        if (!now.ok()) return fail(ctx, now.error());
        return act(ctx, Subject{cgroup->hierarchy, now.value().cgroup, now.value().path});
    });
}

/// True where `flags` has nothing but `known`; else that is the error.
bool areKnown(prune_ctx& ctx, unsigned flags, unsigned known);

/// The hierarchy of that name, open; ENODEV where it is not mounted.
Result<OpenHierarchy> openByName(prune_ctx& ctx, const char* name);

}  // namespace prune::api

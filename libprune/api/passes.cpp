// SPDX-License-Identifier: MIT
// prune.h: removing, now or later.
#include <climits>

#include "api/handles.h"
#include "base/text.h"
#include "prune/release.h"
#include "prune/retry.h"
#include "prune/subtree.h"
#include "prune/sweep.h"

using namespace prune;

namespace {

/// Hands what a pass tells to the caller's callback.
class CallersListener final : public RetryListener, public CgroupListener {
public:
    CallersListener(std::string hierarchy, prune_result_fn* result, void* data)
        : hierarchy_(std::move(hierarchy)), result_(result), data_(data) {}

    bool onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) override {
        return tell(key.hierarchy, entry.path, outcome);
    }
    bool onCgroup(std::string_view path, const Outcome& outcome) override {
        return tell(hierarchy_, std::string(path), outcome);
    }

private:
    bool tell(const std::string& hierarchy, const std::string& path, const Outcome& outcome) {
        if (result_ == nullptr) return true;
        const std::string reason(outcome.reason ? word(*outcome.reason) : "");
        return result_(data_, hierarchy.c_str(), path.c_str(), static_cast<int>(outcome.done),
                       reason.c_str()) == 0;
    }

    std::string hierarchy_;
    prune_result_fn* result_;
    void* data_;
};

int asInt(std::uint64_t count) { return count > INT_MAX ? INT_MAX : static_cast<int>(count); }

std::int64_t deadline(System& system, int budgetMs) {
    return budgetMs > 0 ? system.bootTimeMs() + budgetMs : INT64_MAX;
}

int badBudget(prune_ctx& ctx) { return api::fail(ctx, {"work for less than 0 milliseconds", EINVAL}); }

}  // namespace

static_assert(static_cast<int>(Done::removed) == PRUNE_REMOVED &&
              static_cast<int>(Done::gone) == PRUNE_GONE && static_cast<int>(Done::kept) == PRUNE_KEPT &&
              static_cast<int>(Done::deferred) == PRUNE_DEFERRED &&
              static_cast<int>(Done::dropped) == PRUNE_DROPPED &&
              static_cast<int>(Done::failed) == PRUNE_FAILED);

int prune_release(prune_cgroup* cgroup, unsigned flags) {
    const int done = api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        if (!api::areKnown(ctx, flags, PRUNE_DRY_RUN)) return -EINVAL;
        auto context = ctx.context(flags != 0);
        const auto outcome = releaseCgroup(context, subject, "");
        if (outcome.done == Done::failed)
            api::fail(ctx, {"release cgroup " + escapeForPeople(subject.path) +
                                ": it was neither removed nor put off (the log says why); a sweep finds it",
                            0});
        return static_cast<int>(outcome.done);
    });
    if (done != -ENOENT) return done;
    cgroup->ctx->error.clear();
    return PRUNE_GONE;
}

int prune_retry(prune_ctx* ctx, const char* hierarchy, unsigned flags, int budget_ms, prune_result_fn* result,
                void* data) {
    return api::guarded(ctx, [&] {
        if (!api::areKnown(*ctx, flags, PRUNE_DRY_RUN | PRUNE_NOW | PRUNE_STUCK)) return -EINVAL;
        if (budget_ms < 0) return badBudget(*ctx);
        auto context = ctx->context((flags & PRUNE_DRY_RUN) != 0);
        CallersListener listener("", result, data);
        RetryOptions options;
        options.onlyHierarchy = hierarchy == nullptr ? "" : hierarchy;
        options.ignoreBackoff = (flags & PRUNE_NOW) != 0;
        options.includeStuck = (flags & PRUNE_STUCK) != 0;
        options.deadlineMs = deadline(ctx->system, budget_ms);
        options.listener = &listener;
        const auto done = retryDue(context, options);
        if (done.stopped) return api::fail(*ctx, {"look at the whole journal", ECANCELED});
        if (done.unlisted > 0) return api::fail(*ctx, {"list the journal; the log says why", EIO});
        return asInt(done.pending);
    });
}

int prune_sweep(prune_ctx* ctx, const char* hierarchy, unsigned flags, int budget_ms, prune_result_fn* result,
                void* data) {
    return api::guarded(ctx, [&] {
        if (!api::areKnown(*ctx, flags, PRUNE_DRY_RUN)) return -EINVAL;
        if (budget_ms < 0) return badBudget(*ctx);
        const auto open = api::openByName(*ctx, hierarchy);
        if (!open.ok()) return api::fail(*ctx, open.error());
        auto context = ctx->context(flags != 0);
        if (!context.conf.errors.empty())
            return api::fail(*ctx, {"read the conf: " + context.conf.errors.front().text(), EBADMSG});
        CallersListener listener(hierarchy, result, data);
        SweepOptions options;
        options.deadlineMs = deadline(ctx->system, budget_ms);
        options.listener = &listener;
        const auto swept = sweepNow(context, open.value(), options);
        return swept.ok() ? asInt(swept.value().noted) : api::fail(*ctx, swept.error());
    });
}

int prune_subtree(prune_cgroup* cgroup, unsigned flags, prune_result_fn* result, void* data) {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        if (!api::areKnown(ctx, flags, PRUNE_DRY_RUN)) return -EINVAL;
        auto context = ctx.context(flags != 0);
        CallersListener listener(subject.hierarchy.about.name, result, data);
        SubtreeOptions options;
        options.listener = &listener;
        const auto done = removeSubtree(context, subject, options);
        return done.ok() ? asInt(done.value().removed) : api::fail(ctx, done.error());
    });
}

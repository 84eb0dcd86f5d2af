// SPDX-License-Identifier: MIT
// prune.h: the context, its errors and its log.
#include "api/handles.h"
#include "base/text.h"
#include "cgroup/state.h"
#include "policy/loader.h"
#include "sys/real_system.h"

prune::Context prune_ctx::context(bool dryRun) {
    prune::Context made{system, log, prune::loadConf(system), dryRun};
    log.setLevel(made.conf.agent.logLevel);
    return made;
}

namespace prune::api {

int fail(prune_ctx& ctx, const Error& error, int otherwise) noexcept {
    const int code = error.code != 0 ? error.code : otherwise;
    try {
        ctx.error = error.text();
    } catch (...) {
        ctx.error.clear();
    }
    return -code;
}

bool areKnown(prune_ctx& ctx, unsigned flags, unsigned known) {
    if ((flags & ~known) == 0) return true;
    fail(ctx, {"use flags " + decimalUnsigned(flags) + ", of which some are unknown here", 0});
    return false;
}

Result<OpenHierarchy> openByName(prune_ctx& ctx, const char* name) {
    if (name == nullptr) return Error{"open a hierarchy of no name", EINVAL};
    auto open = openHierarchyByName(ctx.system, name);
    if (!open.ok()) return open.takeError();
    if (open.value()) return std::move(*open.value());
    return Error{"open hierarchy " + escapeForPeople(name) + ", which is not mounted", ENODEV};
}

Result<LocatedCgroup> whereNow(prune_cgroup& cgroup) {
    auto& system = cgroup.ctx->system;
    const auto removed = [&] {
        return Error{"find cgroup " + escapeForPeople(cgroup.path) + " of " +
                         escapeForPeople(cgroup.hierarchy.about.name) + ", which was removed",
                     ENOENT};
    };
    if (hasDied(system, cgroup.cgroup.directory.get())) return removed();
    const auto id = cgroupId(system, cgroup.cgroup.directory.get());
    if (!id.ok()) return id.error();
    auto found = locateCgroup(system, cgroup.hierarchy, id.value(), cgroup.path);
    if (!found.ok()) return found.takeError();
    if (!found.value()) return removed();
    cgroup.path = found.value()->path;
    return std::move(*found.value());
}

}  // namespace prune::api

using namespace prune;

const char* prune_version(void) { return CGPRUNE_VERSION; }

int prune_open(prune_ctx** out) {
    if (out == nullptr) return -EINVAL;
    *out = nullptr;
    try {
        *out = new prune_ctx(std::make_unique<RealSystem>());
    } catch (...) {
        return -ENOMEM;
    }
    return 0;
}

prune_ctx* prune_ref(prune_ctx* ctx) {
    if (ctx != nullptr) ++ctx->references;
    return ctx;
}

prune_ctx* prune_unref(prune_ctx* ctx) {
    if (ctx != nullptr && --ctx->references == 0) delete ctx;
    return nullptr;
}

const char* prune_error(const prune_ctx* ctx) { return ctx == nullptr ? "" : ctx->error.c_str(); }

int prune_set_log(prune_ctx* ctx, prune_log_fn* log, void* data, int level) {
    return api::guarded(ctx, [&] {
        if (log != nullptr && (level < PRUNE_LOG_ERR || level > PRUNE_LOG_DEBUG))
            return api::fail(*ctx, {"log at level " + decimal(level) + ": expected 3 to 7", 0});
        ctx->log.setSink(log, data, level);
        return 0;
    });
}

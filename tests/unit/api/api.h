// SPDX-License-Identifier: MIT
/// A host in memory for tests of prune.h.
#pragma once

#include <string>

#include "api/handles.h"
#include "unit/prune/world.h"

namespace prune::test {

/// A host, and a context as prune_open() makes it, but of that host.
struct Api : World {
    Api() {
        conf(kNoLinger);
        kernel.writeFile("/proc/777/stat", "777 (sh) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n");
        kernel.writeFile("/proc/777/status", "Tgid:\t777\nUid:\t0\t0\t0\t0\n");
        kernel.makeFolder("/proc/777/ns");
        kernel.makeSymlink("/proc/self/ns/pid", "/proc/777/ns/pid");
        ctx = new prune_ctx(system);
    }
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;
    ~Api() {
        prune_unref(ctx);
        CHECK(kernel.openFds().empty());
    }

    std::string error() const { return prune_error(ctx); }

    prune_ctx* ctx = nullptr;
};

/// A cgroup of freezer, closed at the end.
struct Handle {
    Handle(Api& api, const char* path) { REQUIRE(prune_cgroup_open(api.ctx, "freezer", path, &cgroup) == 0); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { prune_cgroup_close(cgroup); }

    prune_explanation explained() const {
        prune_explanation out{};
        out.size = sizeof out;
        REQUIRE(prune_explain(cgroup, &out) == 0);
        return out;
    }

    prune_cgroup* cgroup = nullptr;
};

inline int enter(Api& api, const char* path, pid_t pid, unsigned flags, prune_setup_fn* setup, void* data) {
    const prune_enter_options options{sizeof options, pid, flags, setup, data};
    return prune_enter(api.ctx, "freezer", path, &options);
}

}  // namespace prune::test

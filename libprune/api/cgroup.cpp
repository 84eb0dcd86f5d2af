// SPDX-License-Identifier: MIT
// prune.h: cgroups held open.
#include <fcntl.h>
#include <linux/magic.h>

#include "api/handles.h"
#include "base/text.h"
#include "cgroup/fd_path.h"

using namespace prune;

namespace {

Result<std::unique_ptr<prune_cgroup>> openByPath(prune_ctx& ctx, OpenHierarchy hierarchy, std::string text) {
    const auto path = CgroupPath::parse(text);
    if (!path.ok()) return path.error();
    auto opened = openCgroup(ctx.system, hierarchy.root.get(), path.value());
    if (!opened.ok()) return opened.takeError();
    if (!opened.value())
        return Error{"open cgroup " + escapeForPeople(text) + " of " + escapeForPeople(hierarchy.about.name),
                     ENOENT};
    auto made = std::make_unique<prune_cgroup>();
    made->hierarchy = std::move(hierarchy);
    made->cgroup = std::move(*opened.value());
    made->path = std::move(text);
    return made;
}

Result<std::unique_ptr<prune_cgroup>> openByFd(prune_ctx& ctx, int fd) {
    FileStat asked;
    std::uint64_t type = 0;
    if (const int failed = ctx.system.statFd(fd, asked); failed < 0)
        return Error{"look at descriptor " + decimal(fd), -failed};
    if (const int failed = ctx.system.filesystemType(fd, type); failed < 0)
        return Error{"look at descriptor " + decimal(fd), -failed};
    if (type != CGROUP_SUPER_MAGIC && type != CGROUP2_SUPER_MAGIC)
        return Error{"take descriptor " + decimal(fd) + " for a cgroup", ENOTTY};
    const auto link = "/proc/self/fd/" + decimal(fd);
    auto placed = placeDirectory(ctx.system, link.c_str());
    if (!placed.ok())
        return Error{"place the cgroup of descriptor " + decimal(fd) + ", which no mount of it shows", EXDEV};
    if (!placed.value().wholeMount)
        return Error{"take descriptor " + decimal(fd) + ", of a mount that shows only a part", EXDEV};
    auto hierarchy = openHierarchy(ctx.system, placed.value().hierarchy);
    if (!hierarchy.ok()) return hierarchy.takeError();
    auto made = openByPath(ctx, std::move(hierarchy.value()), placed.value().path);
    if (!made.ok()) return made;
    FileStat found;
    const int failed = ctx.system.statFd(made.value()->cgroup.directory.get(), found);
    if (failed < 0 || found.inode != asked.inode || found.device != asked.device)
        return Error{"open the cgroup of descriptor " + decimal(fd) + ", which was removed", ENOENT};
    return made;
}

int give(prune_ctx* ctx, Result<std::unique_ptr<prune_cgroup>> made, prune_cgroup** out) {
    if (!made.ok()) return api::fail(*ctx, made.error());
    made.value()->ctx = prune_ref(ctx);
    *out = made.value().release();
    return 0;
}

}  // namespace

int prune_cgroup_open(prune_ctx* ctx, const char* hierarchy, const char* path, prune_cgroup** out) {
    if (out != nullptr) *out = nullptr;
    return api::guarded(ctx, [&] {
        if (out == nullptr || path == nullptr) return api::fail(*ctx, {"open a cgroup of no path", EINVAL});
        auto open = api::openByName(*ctx, hierarchy);
        if (!open.ok()) return api::fail(*ctx, open.error());
        return give(ctx, openByPath(*ctx, std::move(open.value()), path), out);
    });
}

int prune_cgroup_open_fd(prune_ctx* ctx, int fd, prune_cgroup** out) {
    if (out != nullptr) *out = nullptr;
    return api::guarded(ctx, [&] {
        if (out == nullptr) return api::fail(*ctx, {"open a cgroup for nobody", EINVAL});
        return give(ctx, openByFd(*ctx, fd), out);
    });
}

prune_cgroup* prune_cgroup_close(prune_cgroup* cgroup) {
    if (cgroup == nullptr || cgroup->lent) return nullptr;
    auto* ctx = cgroup->ctx;
    delete cgroup;  // before the context whose System closes its descriptors
    prune_unref(ctx);
    return nullptr;
}

// SPDX-License-Identifier: MIT
#include "prune/keep.h"

#include <cerrno>

#include "base/text.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr const char* kValue = "1";

Error cannot(const char* doing, const OpenCgroup& cgroup, int code) {
    return {std::string(doing) + " cgroup " + escapeForPeople(cgroup.name), code};
}

/// The attribute changed by `act`, which says 0 or -errno, where -`already` means that it was so.
template <class Act>
Result<Change> underLock(System& system, const OpenCgroup& cgroup, const char* doing, int already, Act act) {
    const int fd = cgroup.directory.get();
    const SharedLock lock(system, fd);
    const int failed = act(fd);
    if (hasDied(system, fd)) return cannot("it was removed meanwhile:", cgroup, ENOENT);
    if (failed < 0 && failed != -already) return cannot(doing, cgroup, -failed);
    return Change{failed == 0, !lock.held()};
}

bool honoursOwner(const Context& context, const Subject& subject) {
    if (!context.conf.errors.empty()) return true;
    const auto& about = subject.hierarchy.about;
    const auto* rule = selectRule(context.conf, about.name, about.unified, subject.path);
    return rule == nullptr || rule->ownerKeep;
}

}  // namespace

bool isKept(const Context& context, const Subject& subject, const CgroupState& state) {
    return state.keptByRoot || (state.keptByOwner && honoursOwner(context, subject));
}

const char* xattrOf(KeepMark mark) { return mark == KeepMark::root ? kKeepByRoot : kKeepByOwner; }

Result<Change> setKeep(System& system, const OpenCgroup& cgroup, KeepMark mark) {
    const char* name = xattrOf(mark);
    return underLock(system, cgroup, "mark", EEXIST, [&](int fd) {
        if (system.getXattr(fd, name, nullptr, 0) >= 0) return -EEXIST;
        return system.setXattr(fd, name, kValue);
    });
}

Result<Change> removeKeep(System& system, const OpenCgroup& cgroup, KeepMark mark) {
    return underLock(system, cgroup, "take the mark from", ENODATA,
                     [&](int fd) { return system.removeXattr(fd, xattrOf(mark)); });
}

}  // namespace prune

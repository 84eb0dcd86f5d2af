// SPDX-License-Identifier: MIT
#include "prune/keep.h"

#include <sys/file.h>

#include <cerrno>

#include "base/text.h"
#include "cgroup/state.h"

namespace prune {

namespace {

constexpr std::int64_t kLockPatienceMs = 1'000;
constexpr int kLockStepMs = 10;
constexpr const char* kValue = "1";

/// The flock, shared, for as long as this lives: an agent takes it exclusively from its look to its rmdir, so
/// a mark written under it is either seen, or the cgroup has gone before.
class SharedLock {
public:
    SharedLock(System& system, int fd) : system_(system), fd_(fd) {
        const auto until = system.bootTimeMs() + kLockPatienceMs;
        held_ = take();
        while (!held_ && system.bootTimeMs() < until) {
            system.sleepFor(kLockStepMs);
            held_ = take();
        }
    }
    SharedLock(const SharedLock&) = delete;
    SharedLock& operator=(const SharedLock&) = delete;
    ~SharedLock() {
        if (held_) system_.lockFd(fd_, LOCK_UN);
    }

    bool held() const { return held_; }

private:
    bool take() { return system_.lockFd(fd_, LOCK_SH | LOCK_NB) == 0; }

    System& system_;
    int fd_;
    bool held_ = false;
};

Error cannot(const char* doing, const OpenCgroup& cgroup, int code) {
    return {std::string(doing) + " cgroup " + escapeForPeople(cgroup.name), code};
}

/// The attribute changed by `change`, which says 0 or -errno, where -`already` means that it was so.
template <class Change>
Result<KeepChange> underLock(System& system, const OpenCgroup& cgroup, const char* doing, int already,
                             Change change) {
    const int fd = cgroup.directory.get();
    const SharedLock lock(system, fd);
    const int failed = change(fd);
    if (hasDied(system, fd)) return cannot("it was removed meanwhile:", cgroup, ENOENT);
    if (failed < 0 && failed != -already) return cannot(doing, cgroup, -failed);
    return KeepChange{failed == 0, !lock.held()};
}

}  // namespace

const char* xattrOf(KeepMark mark) { return mark == KeepMark::root ? kKeepByRoot : kKeepByOwner; }

Result<KeepChange> setKeep(System& system, const OpenCgroup& cgroup, KeepMark mark) {
    const char* name = xattrOf(mark);
    return underLock(system, cgroup, "mark", EEXIST, [&](int fd) {
        if (system.getXattr(fd, name, nullptr, 0) >= 0) return -EEXIST;
        return system.setXattr(fd, name, kValue);
    });
}

Result<KeepChange> removeKeep(System& system, const OpenCgroup& cgroup, KeepMark mark) {
    return underLock(system, cgroup, "take the mark from", ENODATA,
                     [&](int fd) { return system.removeXattr(fd, xattrOf(mark)); });
}

}  // namespace prune

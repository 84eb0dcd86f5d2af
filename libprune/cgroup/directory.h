// SPDX-License-Identifier: MIT
/// One cgroup held open: opening it beneath its hierarchy's root, locking and removing it. Since 1.0.
/// One thread per System. Everything is relative to descriptors; nothing follows a link or crosses a mount.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/path.h"
#include "sys/system.h"

namespace prune {

/// A cgroup held open, with its parent and its name there.
struct OpenCgroup {
    Fd parent;     ///< O_PATH
    Fd directory;  ///< O_RDONLY: flock refuses O_PATH
    std::string name;
};

/// Opens the cgroup at `path` below `rootFd`. Nothing: it is not there (any more).
/// Errors: those of openat2; EXDEV: something is mounted on the way or on it; ELOOP or ENOTDIR: a link;
/// ENOTDIR: a file.
Result<std::optional<OpenCgroup>> openCgroup(System& system, int rootFd, CgroupPath path);

/// The same cgroup by descriptors of its own, so that a lock on one is none on the other. Errors: those of
/// open; ENOENT: it was removed.
Result<OpenCgroup> openAgain(System& system, const OpenCgroup& cgroup);

/// Opens the directory that `path` lies in (O_PATH). Errors: as openCgroup, and ENOENT.
Result<Fd> openParentOf(System& system, int rootFd, CgroupPath path);

/// The cgroup's id (its 64-bit st_ino) as its parent's listing tells, for a cgroup that cannot be opened
/// because something is mounted on it. Nothing: it is not there.
Result<std::optional<std::uint64_t>> idBelowMount(System& system, int rootFd, CgroupPath path);

/// Takes the exclusive flock without waiting. False: somebody holds it. Ends with the last descriptor.
/// Managers hold it shared while they make and enter a cgroup.
Result<bool> tryLock(System& system, const OpenCgroup& cgroup);

/// What came of one rmdir. On v1 and v2 EBUSY tells of tasks, children or a mount (kernel.md "rmdir").
struct Removal {
    enum class Outcome { removed, gone, busy, failed };
    Outcome outcome = Outcome::failed;
    int code = 0;  ///< errno of `busy` and `failed`
    /// Ours lives on: it was renamed, its name made anew, and the new, empty one went. Where ours was removed
    /// and the name made anew, all between the look and the rmdir, nothing tells.
    bool removedAnother = false;
};

/// A look whether the name still leads to the cgroup with this id (else `gone`), one unlinkat of an empty
/// directory, and a look whether it was this one that went. Never recursive.
Removal removeCgroup(System& system, const OpenCgroup& cgroup, std::uint64_t id);

/// After `removed` or `gone`: whether ours may live on, under another name.
bool mayLiveOn(System& system, const OpenCgroup& cgroup, const Removal& removal);

/// True if the cgroup behind `directoryFd` exists no more (its files cannot be opened).
bool hasDied(System& system, int directoryFd);

}  // namespace prune

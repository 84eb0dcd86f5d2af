// SPDX-License-Identifier: MIT
/// Whether a cgroup, or one above it, was handed to somebody else (kernel.md "Delegation"). Since 1.0.
/// One thread per System.
#pragma once

#include "base/result.h"
#include "cgroup/directory.h"
#include "cgroup/path.h"
#include "sys/system.h"

namespace prune {

/// The marks that systemd sets.
constexpr const char* kDelegateByRoot = "trusted.delegate";  ///< only root can set or remove it
constexpr const char* kDelegateByOwner = "user.delegate";    ///< whoever owns the directory can

/// What a cgroup itself shows of having been handed over.
struct DelegationSigns {
    bool byRoot = false;
    bool byOwner = false;      ///< the owner can have set it itself
    bool byOwnership = false;  ///< another owner than the parent's, of the directory and of cgroup.procs
};

/// `owner`: uid of the cgroup's directory. Errors: a look failed (ENOENT: the cgroup was removed); then
/// nothing is known.
Result<DelegationSigns> readDelegation(System& system, const OpenCgroup& cgroup, std::uint32_t owner);

/// Gives the directory and the files that move tasks to user and group (kernel.md "Delegation"): the files
/// first, so that whoever sees the directory handed over can use it. Errors: those of chown; some may be
/// done.
Status handOver(System& system, const OpenCgroup& cgroup, bool unified, std::uint32_t user,
                std::uint32_t group);

/// True if a cgroup above `path` is a delegation boundary: it has another owner than its parent, and its
/// cgroup.procs has that owner too (kernel.md "Delegation"), or systemd marked it (trusted.delegate,
/// user.delegate). False where the way there is gone. Errors: a look failed; then nothing is known.
Result<bool> isInsideDelegation(System& system, int rootFd, CgroupPath path);

}  // namespace prune

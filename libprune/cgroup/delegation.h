// SPDX-License-Identifier: MIT
/// Whether a cgroup lies below one that was handed to somebody else. Since 0.1. One thread per System.
#pragma once

#include "base/result.h"
#include "cgroup/path.h"
#include "sys/system.h"

namespace prune {

/// True if a cgroup above `path` is a delegation boundary: it has another owner than its parent, and its
/// cgroup.procs has that owner too (kernel.md "Delegation"), or systemd marked it (trusted.delegate,
/// user.delegate). False where the way there is gone. Errors: a look failed; then nothing is known.
Result<bool> isInsideDelegation(System& system, int rootFd, CgroupPath path);

}  // namespace prune

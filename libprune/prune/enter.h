// SPDX-License-Identifier: MIT
/// Making and entering a cgroup without losing a race against an agent that removes it. Since 1.0.
/// One thread per context.
#pragma once

#include "base/result.h"
#include "cgroup/path.h"
#include "prune/context.h"

namespace prune {

/// Sets up a cgroup that was just made: limits, owner, marks.
class CgroupSetup {
public:
    /// `subject` is borrowed, and locked shared. An error ends the entering, and is its error.
    virtual Status setUp(const Subject& subject) = 0;

protected:
    ~CgroupSetup() = default;
};

struct EnterOptions {
    int pid = 0;                   ///< the process to move; 0: this one
    bool mayMake = true;           ///< false: a cgroup that is not there is an error (ENOENT)
    bool notify = false;           ///< v1: what is made gets notify_on_release = 1
    CgroupSetup* setup = nullptr;  ///< for each time that the cgroup was made
    bool bare = false;             ///< one that vanished may be made anew without a setup
};

/// True: the cgroup was made by this call. The process is moved while the cgroup's lock is held shared, which
/// an agent waits for; the lock is tried for a second, then done without and logged. Where the cgroup
/// vanishes before the process is in it, all begins again. Errors: ENOENT: it is not there and may not be
/// made; ESTALE: it vanished, and made anew it would lack what it was set up with; EAGAIN: it vanished a
/// hundred times; ESRCH: no such process; those of setUp(), of making and of moving.
Result<bool> enterCgroup(Context& context, const OpenHierarchy& hierarchy, CgroupPath path,
                         const EnterOptions& options);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// One process held by descriptors, so that its number cannot become another's while it is looked at.
/// Since 1.0. One thread per System.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "creator/creator.h"
#include "creator/proc_stat.h"

namespace prune {

class Process {
public:
    enum class Zombie { isGone, isTaken };
    /// Errors: ESRCH: none has the number, EINVAL: it is only a thread's; others of opening.
    static Result<Process> open(System& system, int pid, Zombie zombie = Zombie::isGone);

    int pid() const { return pid_; }
    /// As it was when it was opened.
    const ProcStat& stat() const { return stat_; }
    const Fd& folder() const { return folder_; }  ///< /proc/PID

    /// st_ino of /proc/PID/ns/TYPE.
    Result<std::uint64_t> namespaceInode(NamespaceType type) const;
    Result<Fd> openNamespace(NamespaceType type) const;
    /// All that tells it from a later one.
    Task identity() const;
    /// Fine while it lives: then all that was read before is of this process. Errors: ESRCH: it has ended.
    Status stillLives() const;

private:
    Process(System& system, int pid) : system_(&system), pid_(pid) {}

    System* system_;
    int pid_;
    Fd folder_;
    Fd pidfd_;  ///< not valid before Linux 5.3
    ProcStat stat_;
};

/// ESRCH, in words.
Error endedMeanwhile(int pid);

/// The first process of the pid namespace that `of` is in. Errors: ESRCH: it has ended.
Result<Process> openInitOf(System& system, const Process& of);

}  // namespace prune

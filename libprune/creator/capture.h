// SPDX-License-Identifier: MIT
/// Records who a process is, so that it can be told later whether it is still there. Since 1.0.
/// One thread per System.
///
/// All of it is read through one descriptor of the process, and it is looked at again at the end: either all
/// is of one living process, or it is an error. Needs root, to see other users' namespaces. Works in the
/// initial pid and time namespaces only, since what is recorded is read there: else an Error of code 0 that
/// says so. Other errors: ESRCH: there is no such process, or it ended meanwhile; EINVAL: the number is only
/// a thread's; those of reading /proc.
#pragma once

#include <optional>

#include "base/result.h"
#include "creator/creator.h"

namespace prune {

struct CaptureOptions {
    bool bySession = false;  ///< its session leader decides
    /// This namespace of it decides; wins over bySession. Error of code 0 where it is the host's own.
    std::optional<NamespaceType> byNamespace;
    /// Takes a process that has ended and was not reaped yet, where its pid namespace lives on and decides.
    bool mayHaveEnded = false;
};

Result<Creator> captureByPid(System& system, int pid, const CaptureOptions& options);

/// `pidfd` stays the caller's.
Result<Creator> captureByPidfd(System& system, int pidfd, const CaptureOptions& options);

/// The process at the other end of a connected AF_UNIX socket, which stays the caller's. Before Linux 6.5 the
/// kernel tells only its number: then a peer that ended, and whose number was handed out again since, is
/// mistaken for the newcomer.
Result<Creator> captureBySocket(System& system, int socket, const CaptureOptions& options);

}  // namespace prune

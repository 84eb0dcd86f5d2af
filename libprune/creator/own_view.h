// SPDX-License-Identifier: MIT
/// What this process can see of the others: numbers and absences mean something only to one that sees all.
/// Since 1.0. One thread per System.
#pragma once

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// True in the initial pid namespace; false also where /proc does not tell.
bool seesAllProcesses(System& system);

/// True where start times are the host's: in the initial time namespace, or on a kernel that has only one.
bool seesStartTimes(System& system);

/// Both of these. An error: it cannot be told.
Result<bool> seesHostTasks(System& system);

/// True for one that may open any namespace by handle or id: CAP_SYS_ADMIN in the initial user and pid
/// namespaces. To others the kernel says of a living one that there is none.
bool seesAllNamespaces(System& system);

}  // namespace prune

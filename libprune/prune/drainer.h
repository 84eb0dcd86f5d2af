// SPDX-License-Identifier: MIT
/// The drainer: one process on the host that retries what the journal holds, for as long as it holds
/// anything. So a bare release-agent, its path echoed into release_agent and nothing else set up, misses
/// nothing. Since 1.0.
#pragma once

#include "prune/context.h"

namespace prune {

/// Starts a drainer in a forked child, unless one runs (it holds the lock of /run/cgprune/drainer.lock) or
/// the conf says `drainer = no`. The parent returns at once. Call it after the journal entry is written.
/// Faults are logged.
void startDrainer(Context& context);

/// Runs as the drainer in this process, until nothing but stuck entries is left; returns at once if one runs.
/// `context.conf` is read anew after each sleep. Holds no descriptor below a cgroup mount while it sleeps.
void drain(Context& context);

/// True if a drainer holds the lock now, by /proc/locks, without touching the lock. The answer is old when it
/// arrives. False too where /proc/locks cannot be read or the drainer is in another pid namespace.
bool drainerRuns(System& system);

}  // namespace prune

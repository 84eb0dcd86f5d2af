// SPDX-License-Identifier: MIT
/// What release-agent does before it looks at anything: the kernel starts it with next to nothing.
#pragma once

#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Makes descriptors 0 to 2 valid and closes all others, goes to the root folder, sets the file mask.
/// The error says what could not be done; then no file of ours may be kept open.
Status prepareProcess(System& system);

/// Logs that the agent ended before it looked at the cgroup, which stays. Needs none of the above.
void sayNotStarted(System& system, std::string_view agent, std::string_view path, const Error& error);

}  // namespace prune

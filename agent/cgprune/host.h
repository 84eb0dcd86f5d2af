// SPDX-License-Identifier: MIT
/// Whether what we see is what the kernel sees when it runs the agent: it resolves the path in the initial
/// namespaces.
#pragma once

#include <optional>
#include <string>

#include "sys/system.h"

namespace prune {

/// Why this is a container; nothing on the host itself, as far as it can be told.
std::optional<std::string> whyContainer(System& system);

/// True if PID 1 sees another file than we do at `path`, or none: this process has mounts of its own.
/// False also where it cannot be told.
bool isHiddenFromHost(System& system, const std::string& path);

}  // namespace prune

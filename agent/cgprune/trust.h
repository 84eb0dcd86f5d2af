// SPDX-License-Identifier: MIT
/// Whether others than root could change what root will be made to run, or the conf that it goes by.
#pragma once

#include <string>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// The agent at `path`, resolved. Error (code 0 or errno): why the kernel could not run it, or could be made
/// to run something else; names the file or folder that is to blame.
Result<std::string> trustedAgent(System& system, const std::string& path);

/// Error: a folder of the conf, or one above it, is writable by others than root.
Status checkConfFolders(System& system);

}  // namespace prune

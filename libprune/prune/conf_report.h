// SPDX-License-Identifier: MIT
/// Says in the log that the conf has errors: once for each state of the file, among all processes. Since 1.0.
#pragma once

#include "prune/context.h"

namespace prune {

/// Counts and, the first time for this inode and mtime of the file in error, logs the context's conf errors.
void reportConfErrors(Context& context);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Whether a hierarchy that was named exists for us.
#pragma once

#include <string>

#include "cgprune/verb.h"

namespace prune {

/// True if it is mounted or has journal entries, or the name is "". False: this was said.
bool isKnownHierarchy(Session& session, const std::string& name);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What release-agent says to a person who runs it by hand.
#pragma once

#include <string_view>

#include "sys/system.h"

namespace prune {

void printVersion(System& system);
void printHelp(System& system);
/// One line on stderr: what was wrong with the call, and what to do.
void explainUsage(System& system, std::string_view problem);

}  // namespace prune

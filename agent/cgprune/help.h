// SPDX-License-Identifier: MIT
/// The help texts, made from the table of verbs.
#pragma once

#include <string>

#include "cgprune/verb.h"

namespace prune {

/// "cgprune keep PATH [--hierarchy H] [--as-owner] [--dry-run]".
std::string usageLine(const Verb& verb);

/// What `cgprune --help` prints.
std::string programHelp();

/// What `cgprune VERB --help` prints.
std::string verbHelp(const Verb& verb);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// A conf written out as one file says it, each key of each section.
#pragma once

#include <string>

#include "policy/conf.h"

namespace prune::fuzz {

/// The text of a conf without errors. Parsed, it is the same conf.
std::string confText(const Conf& conf);

}  // namespace prune::fuzz

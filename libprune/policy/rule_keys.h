// SPDX-License-Identifier: MIT
/// Keys of a rule from somewhere else than a conf file, for trying them. No system calls. Since 1.0.
#pragma once

#include <string_view>
#include <vector>

#include "policy/conf.h"

namespace prune {

/// Reads lines `key = value` with keys of [rule NAME], other than hierarchy and path, into `rule`; the other
/// keys keep their values. `origin` stands where errors name a file. Errors: all of them; `rule` is then as
/// it was.
std::vector<ConfError> applyRuleKeys(std::string_view lines, std::string_view origin, Rule& rule);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Which rules can never decide, since an earlier one fits all that they fit. Pure functions. Since 1.0.
/// What is said to be covered is; of what several earlier rules cover only together nothing is said.
#pragma once

#include <string_view>
#include <vector>

#include "policy/conf.h"

namespace prune {

/// True only if each path that `narrow` fits is one that `wide` fits, too; both as Rule::path, "" = any.
bool pathCovers(std::string_view wide, std::string_view narrow);

/// True only if `earlier` fits each cgroup that `later` fits.
bool covers(const Rule& earlier, const Rule& later);

/// A rule that can never decide, and the first one before it that covers it; both of the conf.
struct CoveredRule {
    const Rule* rule = nullptr;
    const Rule* by = nullptr;
};

/// All of them, in the order of the conf.
std::vector<CoveredRule> coveredRules(const Conf& conf);

}  // namespace prune

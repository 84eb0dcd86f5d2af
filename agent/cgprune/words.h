// SPDX-License-Identifier: MIT
/// How cgprune words things.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/conf.h"

namespace prune {

/// A length of time, as conf would say it, rounded up: "850ms", "12s", "10min", "3h", "2d".
std::string duration(std::int64_t milliseconds);

/// "in 5s", "now".
std::string dueText(std::int64_t dueMs, std::int64_t nowMs);

/// "1 cgroup", "2 cgroups".
std::string counted(std::uint64_t number, std::string_view what);

std::string_view yesNo(bool value);

/// "containers (/etc/cgprune/cgprune.conf:12)", "default (built in)".
std::string ruleText(const Rule& rule);

/// "2 errors in the conf (cgprune check lists them)".
std::string confErrorsText(const Conf& conf);

}  // namespace prune

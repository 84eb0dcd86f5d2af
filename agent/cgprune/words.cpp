// SPDX-License-Identifier: MIT
#include "cgprune/words.h"

#include "base/text.h"

namespace prune {

std::string duration(std::int64_t milliseconds) {
    struct Unit {
        std::int64_t ms;
        std::int64_t below;  ///< the largest number of them that is said
        const char* name;
    };
    constexpr std::int64_t kNoLimit = INT64_MAX;
    constexpr Unit kUnits[] = {{1, 1'000, "ms"},
                               {1'000, 100, "s"},
                               {60'000, 100, "min"},
                               {3'600'000, 48, "h"},
                               {86'400'000, kNoLimit, "d"}};
    for (const auto& unit : kUnits) {
        const auto number = (milliseconds + unit.ms - 1) / unit.ms;
        if (number < unit.below) return decimal(number) + unit.name;
    }
    return {};
}

std::string dueText(std::int64_t dueMs, std::int64_t nowMs) {
    return dueMs <= nowMs ? "now" : "in " + duration(dueMs - nowMs);
}

std::string counted(std::uint64_t number, std::string_view what) {
    return decimalUnsigned(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
}

std::string_view yesNo(bool value) { return value ? "yes" : "no"; }

std::string ruleText(const Rule& rule) {
    const auto& where = rule.where;
    if (where.line == 0) return escapeForPeople(rule.name) + " (built in)";
    return escapeForPeople(rule.name) + " (" + escapeForPeople(where.file) + ':' + decimal(where.line) + ')';
}

std::string confErrorsText(const Conf& conf) {
    return counted(conf.errors.size(), "error") + " in the conf (cgprune check lists them)";
}

}  // namespace prune

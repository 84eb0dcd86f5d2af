// SPDX-License-Identifier: MIT
#include "policy/values.h"

#include <cstddef>
#include <iterator>

#include "base/text.h"
#include "policy/words.h"

namespace prune {

namespace {

constexpr std::string_view kLogLevels[] = {"error", "warning", "notice", "info", "debug"};

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

struct Policy {
    std::string_view name;
    bool PolicySet::*member;
    bool standsAlone;
};
constexpr Policy kPolicies[] = {{"always", &PolicySet::always, true},
                                {"creator-gone", &PolicySet::creatorGone, false},
                                {"delegated", &PolicySet::delegated, false},
                                {"never", &PolicySet::never, true}};

std::optional<bool> readEither(const Value& value, std::string_view yes, std::string_view no) {
    if (value.text() == yes) return true;
    if (value.text() == no) return false;
    value.wrong(
        0, "bad value " + quoted(value.text()) + "; expected " + std::string(yes) + " or " + std::string(no));
    return std::nullopt;
}

const Unit* unitNamed(std::string_view name) {
    for (const Unit& unit : kUnits)
        if (unit.name == name) return &unit;
    return nullptr;
}

/// The duration `text`, which stands at `offset` of the value.
std::optional<std::int64_t> durationAt(const Value& value, std::size_t offset, std::string_view text) {
    if (text == "0") return 0;
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const Unit* unit = unitNamed(text.substr(digits.size()));
    if (digits.empty() || unit == nullptr) {
        value.wrong(offset, "bad duration " + quoted(text) +
                                "; expected a whole number and ms, s, min, h or d, such as 500ms or 10min");
        return std::nullopt;
    }
    const auto number = parseUnsigned(digits);
    if (!number || *number > static_cast<std::uint64_t>(kMaxDurationMs / unit->ms)) {
        value.wrong(offset, "duration " + quoted(text) + " is too long; expected at most 36500d");
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number) * unit->ms;
}

const Policy* policyNamed(std::string_view name) {
    for (const Policy& policy : kPolicies)
        if (policy.name == name) return &policy;
    return nullptr;
}

/// Adds one word of a policy to `set`; false after it has reported why not.
bool addPolicy(const Value& value, const WordReader& words, PolicySet& set) {
    const Policy* policy = policyNamed(words.word());
    if (policy == nullptr) {
        value.wrong(words.offset(), "unknown policy " + quoted(words.word()) +
                                        "; expected always, creator-gone, delegated or never");
        return false;
    }
    if (set.*policy->member) {
        value.wrong(words.offset(), "policy " + quoted(words.word()) + " is said twice; expected it once");
        return false;
    }
    set.*policy->member = true;
    if (policy->standsAlone && words.word() != value.text()) {
        value.wrong(words.offset(), "policy " + quoted(words.word()) + " beside another; expected it alone");
        return false;
    }
    return true;
}

}  // namespace

std::optional<bool> readBool(const Value& value) { return readEither(value, "yes", "no"); }

std::optional<bool> readRemoveOrKeep(const Value& value) { return readEither(value, "remove", "keep"); }

std::optional<std::int64_t> readDuration(const Value& value) { return durationAt(value, 0, value.text()); }

std::optional<std::int64_t> readCount(const Value& value) {
    constexpr std::uint64_t kMost = 100'000;
    const auto number = parseUnsigned(value.text());
    if (number && *number <= kMost) return static_cast<std::int64_t>(*number);
    value.wrong(0, "bad number " + quoted(value.text()) + "; expected a whole number up to 100000");
    return std::nullopt;
}

std::optional<DurationRange> readRange(const Value& value) {
    constexpr std::string_view kDots = "..";
    const auto dots = value.text().find(kDots);
    if (dots == std::string_view::npos) {
        value.wrong(0, "bad range " + quoted(value.text()) + "; expected two durations, such as 1s..60s");
        return std::nullopt;
    }
    const auto second = dots + kDots.size();
    const auto first = durationAt(value, 0, value.text().substr(0, dots));
    const auto max = durationAt(value, second, value.text().substr(second));
    if (!first || !max) return std::nullopt;
    if (*first == 0) {
        value.wrong(0, "range begins with 0; expected a longer first duration");
        return std::nullopt;
    }
    if (*first > *max) {
        value.wrong(second, "range ends below its first duration; expected one that is not shorter");
        return std::nullopt;
    }
    return DurationRange{*first, *max};
}

std::optional<LogLevel> readLogLevel(const Value& value) {
    for (std::size_t i = 0; i < std::size(kLogLevels); ++i)
        if (kLogLevels[i] == value.text()) return static_cast<LogLevel>(i);
    value.wrong(
        0, "unknown log level " + quoted(value.text()) + "; expected error, warning, notice, info or debug");
    return std::nullopt;
}

std::optional<PolicySet> readPolicy(const Value& value) {
    PolicySet set{.always = false, .creatorGone = false, .delegated = false, .never = false};
    bool good = true;
    for (WordReader words(value.text()); words.next();)
        if (!addPolicy(value, words, set)) good = false;
    if (!good) return std::nullopt;
    return set;
}

}  // namespace prune

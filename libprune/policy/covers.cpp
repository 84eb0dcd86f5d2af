// SPDX-License-Identifier: MIT
#include "policy/covers.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "policy/path_pattern.h"

namespace prune {

namespace {

constexpr std::string_view kOne = "*";
constexpr std::string_view kOneOrMore = "**";
constexpr std::string_view kAnyPath = "/**";  // the root itself is no cgroup that a rule decides on

std::vector<std::string_view> componentsOf(std::string_view pattern) {
    if (pattern.empty()) pattern = kAnyPath;
    std::vector<std::string_view> components;
    for (auto rest = pattern.substr(1); !rest.empty();) components.push_back(cutField(rest, '/'));
    return components;
}

/// One component over another. A `*` of `narrow` stands for bytes that nobody knows: only a `*` takes it.
bool componentCovers(std::string_view wide, std::string_view narrow) {
    std::size_t inWide = 0;
    std::size_t inNarrow = 0;
    std::size_t afterStar = std::string_view::npos;
    std::size_t retryAt = 0;
    while (inNarrow < narrow.size()) {
        const auto wanted = patternUnitAt(wide, inWide);
        const auto given = patternUnitAt(narrow, inNarrow);
        if (wanted.star) {
            inWide += wanted.length;
            afterStar = inWide;
            retryAt = inNarrow;
        } else if (wanted.length > 0 && !given.star && wanted.byte == given.byte) {
            inWide += wanted.length;
            inNarrow += given.length;
        } else if (afterStar != std::string_view::npos) {
            inWide = afterStar;
            retryAt += patternUnitAt(narrow, retryAt).length;
            inNarrow = retryAt;
        } else {
            return false;
        }
    }
    return wide.find_first_not_of('*', inWide) == std::string_view::npos;
}

/// A pattern as places, from each of which one component leads to the next. Where `stays`, any component may
/// also leave it there: each `**` is a `*` and this, at all places of the run of `*` and `**` that it is in.
struct Places {
    std::vector<std::string_view> steps;
    std::vector<bool> stays;  ///< one more than steps
};

bool isAnyComponent(std::string_view component) { return component == kOne || component == kOneOrMore; }

Places placesOf(std::string_view pattern) {
    Places places;
    const auto components = componentsOf(pattern);
    places.stays.assign(components.size() + 1, false);
    for (std::size_t i = 0; i < components.size(); ++i)
        places.steps.push_back(components[i] == kOneOrMore ? kOne : components[i]);
    for (std::size_t first = 0; first < components.size();) {
        auto end = first;
        bool more = false;
        for (; end < components.size() && isAnyComponent(components[end]); ++end)
            more = more || components[end] == kOneOrMore;
        if (more)
            std::fill_n(places.stays.begin() + static_cast<std::ptrdiff_t>(first), end - first + 1, true);
        first = end + 1;
    }
    return places;
}

using PlaceSet = std::vector<bool>;

/// Where one component of the narrow pattern leads to.
PlaceSet after(const Places& places, const PlaceSet& from, std::string_view component) {
    PlaceSet to(from.size(), false);
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!from[i]) continue;
        if (places.stays[i]) to[i] = true;
        if (i < places.steps.size() && componentCovers(places.steps[i], component)) to[i + 1] = true;
    }
    return to;
}

bool namesHierarchy(const Rule& rule, const std::string& name) {
    const auto& names = rule.hierarchies;
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool hierarchiesCovered(const Rule& earlier, const Rule& later) {
    if (later.hierarchies.empty()) return earlier.hierarchies.empty();
    return std::all_of(later.hierarchies.begin(), later.hierarchies.end(), [&](const std::string& name) {
        if (name == kUnifiedName) return namesHierarchy(earlier, name) && beginsWithLiteral(earlier.path);
        return earlier.hierarchies.empty() || namesHierarchy(earlier, name);
    });
}

}  // namespace

bool pathCovers(std::string_view wide, std::string_view narrow) {
    const auto places = placesOf(wide);
    PlaceSet at(places.stays.size(), false);
    at.front() = true;
    for (const auto component : componentsOf(narrow)) {
        at = after(places, at, component == kOneOrMore ? kOne : component);
        if (component != kOneOrMore) continue;
        // However many more there are: only a place that any component may stay at bears them.
        for (std::size_t i = 0; i < at.size(); ++i) at[i] = at[i] && places.stays[i];
    }
    return at.back();
}

bool covers(const Rule& earlier, const Rule& later) {
    return hierarchiesCovered(earlier, later) && pathCovers(earlier.path, later.path);
}

std::vector<CoveredRule> coveredRules(const Conf& conf) {
    std::vector<CoveredRule> covered;
    for (std::size_t i = 0; i < conf.rules.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (!covers(conf.rules[j], conf.rules[i])) continue;
            covered.push_back({&conf.rules[i], &conf.rules[j]});
            break;
        }
    return covered;
}

}  // namespace prune

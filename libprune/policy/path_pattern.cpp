// SPDX-License-Identifier: MIT
#include "policy/path_pattern.h"

#include "base/text.h"
#include "policy/conf.h"

namespace prune {

namespace {

constexpr std::size_t kEscapeLength = 4;  // \xHH

/// The value of a hexadecimal digit, or -1.
int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The part before the first "/", which `rest` loses with it.
std::string_view cutComponent(std::string_view& rest) { return cutField(rest, '/'); }

/// One component against one. Only the last `*` is ever tried again, so each byte of the pattern meets each
/// byte of the name at most once.
bool componentFits(std::string_view pattern, std::string_view name) {
    std::size_t inPattern = 0;
    std::size_t inName = 0;
    std::size_t afterStar = std::string_view::npos;
    std::size_t retryAt = 0;
    while (inName < name.size()) {
        const PatternUnit unit = patternUnitAt(pattern, inPattern);
        if (unit.star) {
            inPattern += unit.length;
            afterStar = inPattern;
            retryAt = inName;
        } else if (unit.length > 0 && unit.byte == name[inName]) {
            inPattern += unit.length;
            ++inName;
        } else if (afterStar != std::string_view::npos) {
            inPattern = afterStar;
            inName = ++retryAt;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', inPattern) == std::string_view::npos;
}

}  // namespace

PatternUnit patternUnitAt(std::string_view pattern, std::size_t at) {
    if (at >= pattern.size()) return {};
    if (pattern[at] == '*') return {1, '*', true, false};
    if (pattern[at] != '\\' || pattern.size() - at < kEscapeLength || pattern[at + 1] != 'x')
        return {1, pattern[at], false, false};
    const int high = hexValue(pattern[at + 2]);
    const int low = hexValue(pattern[at + 3]);
    if (high < 0 || low < 0) return {1, pattern[at], false, false};
    return {kEscapeLength, static_cast<char>(high * 16 + low), false, true};
}

bool beginsWithLiteral(std::string_view pattern) {
    if (pattern.size() < 2 || pattern[0] != '/') return false;
    std::string_view rest = pattern.substr(1);
    const auto first = cutComponent(rest);
    return !first.empty() && first.find('*') == std::string_view::npos;
}

// As componentFits, with components for bytes and `**` for `*`.
bool pathFits(std::string_view pattern, std::string_view path) {
    if (!pattern.starts_with('/') || !path.starts_with('/')) return false;
    std::string_view wanted = pattern.substr(1);
    std::string_view left = path.substr(1);
    std::string_view afterStars;
    std::string_view retryAt;
    bool stars = false;
    while (!left.empty()) {
        std::string_view wantedNext = wanted;
        std::string_view leftNext = left;
        const bool ended = wanted.empty();
        const auto component = cutComponent(wantedNext);
        const auto name = cutComponent(leftNext);
        if (component == "**") {
            stars = true;
            afterStars = wantedNext;
            retryAt = leftNext;
            left = leftNext;
            wanted = wantedNext;
        } else if (!ended && componentFits(component, name)) {
            left = leftNext;
            wanted = wantedNext;
        } else if (stars) {
            cutComponent(retryAt);
            left = retryAt;
            wanted = afterStars;
        } else {
            return false;
        }
    }
    return wanted.empty();
}

}  // namespace prune

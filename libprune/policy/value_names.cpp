// SPDX-License-Identifier: MIT
// Values that name things of the kernel: hierarchies and paths.
#include <algorithm>

#include "base/text.h"
#include "policy/path_pattern.h"
#include "policy/values.h"
#include "policy/words.h"

namespace prune {

namespace {

constexpr std::string_view kNamePrefix = "name=";
constexpr std::size_t kMaxHierarchyName = 63;  // MAX_CGROUP_ROOT_NAMELEN, less its NUL

bool isWordByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What the kernel lets `mount -o name=` be.
bool isNameByte(char c) { return isWordByte(c) || c == '.' || c == '-'; }

bool isHierarchyName(std::string_view text) {
    if (text == kUnifiedName) return true;
    while (!text.starts_with(kNamePrefix)) {
        const auto comma = text.find(',');
        const auto controller = text.substr(0, comma);
        if (controller.empty() || controller == kUnifiedName) return false;
        if (!std::all_of(controller.begin(), controller.end(), isWordByte)) return false;
        if (comma == std::string_view::npos) return true;
        text.remove_prefix(comma + 1);
    }
    text.remove_prefix(kNamePrefix.size());
    return !text.empty() && text.size() <= kMaxHierarchyName &&
           std::all_of(text.begin(), text.end(), isNameByte);
}

bool isControl(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

/// What is wrong with one unit of a component, or nothing.
std::string_view problemOf(const PatternUnit& unit) {
    if (unit.star) return {};
    if (unit.escaped && unit.byte == '/') return "an escaped \"/\" in the path; expected another byte";
    if (unit.escaped && unit.byte == '\0') return "an escaped NUL in the path; expected another byte";
    if (!unit.escaped && unit.byte == '\\')
        return "a lone \"\\\" in the path; expected \\xHH, which is \\x5c for itself";
    if (!unit.escaped && isControl(unit.byte))
        return "a control byte in the path; expected \\xHH in its place";
    return {};
}

/// Checks one component, which stands at `offset` of the value; adds its bytes to `total`.
bool checkComponent(const Value& value, std::size_t offset, std::string_view component, std::size_t& total) {
    bool good = true;
    std::size_t bytes = 0;
    bool dotsOnly = true;
    for (std::size_t at = 0; at < component.size();) {
        const PatternUnit unit = patternUnitAt(component, at);
        const auto problem = problemOf(unit);
        if (!problem.empty()) {
            value.wrong(offset + at, std::string(problem));
            good = false;
        }
        dotsOnly = dotsOnly && unit.byte == '.';
        ++bytes;
        at += unit.length;
    }
    total += bytes;
    const auto refuse = [&](std::size_t at, std::string message) {
        value.wrong(offset + at, std::move(message));
        good = false;
    };
    if (bytes == 0) refuse(0, "an empty component in the path; expected a name");
    if (bytes > 0 && bytes <= 2 && dotsOnly)
        refuse(0, "component " + quoted(component) + "; expected a name");
    const auto stars = component.find("**");
    if (stars != std::string_view::npos && component != "**")
        refuse(stars, "\"**\" beside other bytes; expected it to be a whole component");
    return good;
}

}  // namespace

std::optional<std::vector<std::string>> readHierarchies(const Value& value) {
    std::vector<std::string> names;
    bool good = true;
    for (WordReader words(value.text()); words.next();) {
        const bool twice = std::find(names.begin(), names.end(), words.word()) != names.end();
        if (twice) {
            value.wrong(words.offset(),
                        "hierarchy " + quoted(words.word()) + " is said twice; expected it once");
            good = false;
        } else if (!isHierarchyName(words.word())) {
            value.wrong(words.offset(),
                        "bad hierarchy " + quoted(words.word()) +
                            "; expected a name as in /proc/self/cgroup, such as freezer, cpu,cpuacct "
                            "or name=openrc, or unified");
            good = false;
        } else {
            names.emplace_back(words.word());
        }
    }
    if (!good) return std::nullopt;
    return names;
}

std::optional<std::string> readPath(const Value& value) {
    const auto text = value.text();
    if (!text.starts_with('/')) {
        value.wrong(0, "bad path " + quoted(text) + "; expected it to begin with \"/\"");
        return std::nullopt;
    }
    bool good = true;
    std::size_t bytes = 0;
    for (std::size_t at = 1; at <= text.size();) {
        const auto component = text.substr(at, text.find('/', at) - at);
        ++bytes;
        if (!checkComponent(value, at, component, bytes)) good = false;
        at += component.size() + 1;
    }
    if (bytes > kMaxPathBytes) {
        value.wrong(0, "path of " + decimalUnsigned(bytes) + " bytes; expected at most 4095");
        return std::nullopt;
    }
    if (!good) return std::nullopt;
    return std::string(text);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "policy/conf.h"

#include <algorithm>

#include "base/text.h"
#include "policy/path_pattern.h"

namespace prune {

namespace {

bool hierarchyFits(const Rule& rule, std::string_view hierarchy, bool unified) {
    const auto& names = rule.hierarchies;
    if (!unified && names.empty()) return true;
    const std::string_view wanted = unified ? kUnifiedName : hierarchy;
    return std::find(names.begin(), names.end(), wanted) != names.end();
}

}  // namespace

std::string ConfError::text() const {
    std::string text = escapeForPeople(where.file);
    if (where.line > 0) text += ':' + decimal(where.line) + ':' + decimal(where.column);
    return text + ": " + message;
}

Fit fitOf(const Rule& rule, std::string_view hierarchy, bool unified, std::string_view path) {
    if (!hierarchyFits(rule, hierarchy, unified)) return Fit::otherHierarchy;
    if (unified && !beginsWithLiteral(rule.path)) return Fit::pathNotLiteral;
    return rule.path.empty() || pathFits(rule.path, path) ? Fit::fits : Fit::otherPath;
}

const Rule* selectRule(const Conf& conf, std::string_view hierarchy, bool unified, std::string_view path) {
    for (const Rule& rule : conf.rules)
        if (fitOf(rule, hierarchy, unified, path) == Fit::fits) return &rule;
    return unified ? nullptr : &conf.defaults;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// For tests of the conf: errors and rules as the texts that people see.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/parser.h"

namespace prune::test {

using Texts = std::vector<std::string>;

inline Texts textsOf(const std::vector<ConfError>& errors) {
    Texts texts;
    for (const auto& error : errors) texts.push_back(error.text());
    return texts;
}

/// What is wrong with the text of a file named "f".
inline Texts errorsOf(std::string_view text) { return textsOf(parseConf(text, "f").errors); }

/// What is wrong with a [rule r] of these lines, which begin in line 2.
inline Texts errorsOfRule(std::string_view lines) { return errorsOf("[rule r]\n" + std::string(lines)); }

/// The names of the rules, in their order.
inline std::string namesOf(const Conf& conf) {
    std::string names;
    for (const auto& rule : conf.rules) names += (names.empty() ? "" : " ") + rule.name;
    return names;
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bench {
/// One program with its arguments, and what is there before it runs and after.
struct Case {
    std::string name{};
    std::string
        against{};       ///< the case that each of its runs is compared with; empty: it is only compared with
    std::string file{};  ///< what is executed; empty: the first word
    std::vector<std::string> words{};
    std::vector<std::string> environment{};
    std::string folder{};    ///< a cgroup, in which each run finds a fresh one
    std::string registry{};  ///< where the fact of the fresh one is put; empty: none is known
    std::string fact{};      ///< its text
    std::string journal{};   ///< where an entry of the fresh one has to be afterwards; empty: need not
    bool absent = false;     ///< there is no cgroup
    bool keep = false;       ///< it has root's keep mark
    bool stays = false;      ///< it has to be there afterwards, else it has to be gone
};

/// Reads a file of cases. A line is a member's name and its value; "case NAME" begins the next one. In words
/// {name} stands for the fresh cgroup's name, in facts also {id} for its id.
std::vector<Case> readPlan(const std::string& path);

const Case& caseNamed(const std::vector<Case>& plan, std::string_view name);

/// `text` with each `key` replaced.
std::string filledIn(std::string text, std::string_view key, std::string_view value);
}  // namespace bench

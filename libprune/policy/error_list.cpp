// SPDX-License-Identifier: MIT
#include "policy/error_list.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace prune {

namespace {

constexpr std::size_t kMaxShown = 60;
constexpr std::size_t kLongestWord = 24;  // longer ones are no misspelt key
constexpr std::size_t kMaxEdits = 2;

/// How many bytes must be put in, left out or replaced to make one of the other.
std::size_t editsBetween(std::string_view from, std::string_view to) {
    std::size_t row[kLongestWord + 1];
    for (std::size_t i = 0; i <= to.size(); ++i) row[i] = i;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[to.size()];
}

}  // namespace

std::vector<ConfError> ErrorList::takeSorted() {
    std::stable_sort(errors_.begin(), errors_.end(), [](const ConfError& a, const ConfError& b) {
        return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
    return std::move(errors_);
}

std::string quoted(std::string_view text) {
    const bool cut = text.size() > kMaxShown;
    return '"' + escapeForPeople(text.substr(0, kMaxShown)) + (cut ? "...\"" : "\"");
}

std::string_view nearestWord(std::string_view typed, const std::vector<std::string_view>& words) {
    std::string_view best;
    if (typed.size() > kLongestWord) return best;
    std::size_t fewest = std::min(kMaxEdits, typed.size() / 2) + 1;
    for (const auto word : words) {
        if (word.size() > kLongestWord) continue;
        const std::size_t edits = editsBetween(typed, word);
        if (edits >= fewest) continue;
        fewest = edits;
        best = word;
    }
    return best;
}

}  // namespace prune

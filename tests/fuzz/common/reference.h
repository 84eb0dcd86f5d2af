// SPDX-License-Identifier: MIT
/// What the product does fast, done in the simplest way there is, to compare with.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace prune::fuzz {

/// All parts between separators; one more than there are separators.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts(1);
    const char* start = text.data();
    for (const char& c : text) {
        if (c != separator) {
            parts.back() = std::string_view(start, static_cast<std::size_t>(&c - start) + 1);
            continue;
        }
        start = &c + 1;
        parts.emplace_back(start, std::size_t{0});
    }
    return parts;
}

/// Blanks and printable ASCII: one line of a log, or a message on a terminal.
inline bool isOneLine(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace prune::fuzz

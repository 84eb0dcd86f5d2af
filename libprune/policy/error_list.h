// SPDX-License-Identifier: MIT
/// Where the parts of the conf parser put what is wrong. Since 1.0. Not shared between threads.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/conf.h"

namespace prune {

/// The errors of one file.
class ErrorList {
public:
    explicit ErrorList(std::string_view file) : file_(file) {}

    void add(int line, int column, std::string message) {
        errors_.push_back({position(line, column), std::move(message)});
    }
    ConfPosition position(int line, int column) const { return {std::string(file_), line, column}; }
    /// All of them, in order of place.
    std::vector<ConfError> takeSorted();

private:
    std::string_view file_;
    std::vector<ConfError> errors_;
};

/// What a message shows of a text from the conf: in quotes, escaped, and cut where it is long.
std::string quoted(std::string_view text);

/// The one of `words` that `typed` was probably meant to be, or nothing.
std::string_view nearestWord(std::string_view typed, const std::vector<std::string_view>& words);

}  // namespace prune

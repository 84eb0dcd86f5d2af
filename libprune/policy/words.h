// SPDX-License-Identifier: MIT
/// The words of a conf value, one by one, each with its place. Since 1.0. Not shared between threads.
#pragma once

#include <cstddef>
#include <string_view>

namespace prune {

/// Walks over the words of a text, which blanks and tabs part.
class WordReader {
public:
    explicit WordReader(std::string_view text) : text_(text) {}

    /// The next word, or false at the end.
    bool next() {
        start_ = text_.find_first_not_of(" \t", start_ + word_.size());
        if (start_ == std::string_view::npos) return false;
        word_ = text_.substr(start_, text_.find_first_of(" \t", start_) - start_);
        return true;
    }
    std::string_view word() const { return word_; }
    /// Where word() begins in the text.
    std::size_t offset() const { return start_; }

private:
    std::string_view text_;
    std::string_view word_;
    std::size_t start_ = 0;
};

}  // namespace prune

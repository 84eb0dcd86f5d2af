// SPDX-License-Identifier: MIT
/// First stage of the conf parser: lines with the positions of their parts, nothing of their meaning. Since
/// 0.1. Everything borrows the text. Not shared between threads.
#pragma once

#include <cstddef>
#include <string_view>

#include "policy/error_list.h"

namespace prune {

inline constexpr std::size_t kMaxLineBytes = 20'480;  ///< a path of 4,095 bytes, all of them as \xHH, fits

/// A part of a line and where it begins, counted in bytes from 1.
struct Piece {
    std::string_view text;
    int column = 0;
};

/// `key = value`, or `[kind name]`.
struct ConfLine {
    enum class Form { setting, section, brokenSection };

    Form form = Form::setting;
    int number = 0;
    Piece key;    ///< of a section: its kind
    Piece value;  ///< of a section: its name, or nothing
    Piece whole;  ///< without blanks at its ends and comment
};

/// Gives the lines of a text that say something, one by one. Lines that can't be read go to `errors`.
class LineReader {
public:
    LineReader(std::string_view text, ErrorList& errors);

    /// The next line, or false at the end.
    bool next(ConfLine& out);

private:
    bool read(std::string_view line, ConfLine& out);
    bool readSetting(ConfLine& out);
    bool readSection(Piece line, ConfLine& out);
    bool hasBadByte(std::string_view line);
    void complain(int column, std::string message) { errors_.add(number_, column, std::move(message)); }

    std::string_view rest_;
    ErrorList& errors_;
    int number_ = 0;
    int firstColumn_ = 1;
};

}  // namespace prune

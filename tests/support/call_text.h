// SPDX-License-Identifier: MIT
/// Arguments of system calls as readable text, for RecordingSystem.
#pragma once

#include <string>
#include <string_view>

namespace prune {

/// "AT_FDCWD" or the number.
std::string directoryText(int directory);
/// "'c1'", with bytes that are not printable as \xHH.
std::string nameText(std::string_view name);
/// "RDONLY|DIRECTORY|CREAT".
std::string openFlagsText(int flags);
/// "LOCK_EX|NB".
std::string lockText(int operation);
/// "ENOENT" for 2.
std::string errnoText(int code);

/// Joins texts with blanks, leaving out empty ones.
template <class... Texts>
std::string words(const Texts&... texts) {
    std::string line;
    const auto add = [&line](std::string_view text) {
        if (text.empty()) return;
        if (!line.empty()) line += ' ';
        line += text;
    };
    (add(texts), ...);
    return line;
}

}  // namespace prune

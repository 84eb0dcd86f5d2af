// SPDX-License-Identifier: MIT
/// Files of the source tree that tests compare with the code.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace prune::test {

/// The text of a file of the source tree.
inline std::string sourceText(const std::string& path) {
    std::ifstream file(std::string(CGPRUNE_SOURCE_DIR) + "/" + path, std::ios::binary);
    if (!file) throw std::runtime_error("no " + path + " in the source tree");
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// The lines of cgprune.conf(5) in one of its sections.
inline std::vector<std::string> manualSection(const std::string& title) {
    std::vector<std::string> lines;
    bool inside = false;
    for (const auto& line : linesOf(sourceText("man/cgprune.conf.5"))) {
        if (line.rfind(".Sh ", 0) == 0)
            inside = line == ".Sh " + title;
        else if (inside)
            lines.push_back(line);
    }
    return lines;
}

}  // namespace prune::test

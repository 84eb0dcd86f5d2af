// SPDX-License-Identifier: MIT
#include "creator/status_field.h"

#include "base/text.h"

namespace prune {

std::string_view statusField(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const auto line = cutField(text, '\n');
        if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':')
            return trim(line.substr(key.size() + 1));
    }
    return {};
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The bytes of one input, taken apart. What is missing at their end is zero or empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace prune::fuzz {

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size)
        : rest_(reinterpret_cast<const char*>(data), data == nullptr ? 0 : size) {}

    bool empty() const { return rest_.empty(); }
    /// The bytes before the next NUL: what a name of the kernel's can be, but for "/" and newline.
    std::string_view block() { return cutField(rest_, '\0'); }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
    /// From so many bytes, the first the lowest.
    std::uint64_t number(std::size_t bytes = 8) {
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < bytes && !rest_.empty(); ++i) {
            number |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_.front())) << 8 * i;
            rest_.remove_prefix(1);
        }
        return number;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

/// The text with `length` letters for each byte 1, but for `most` of them only: short inputs come to what
/// long ones can, and do not take long.
inline std::string stretched(std::string_view text, std::size_t length, std::size_t most = 5) {
    std::string out;
    for (const char c : text) {
        const bool stretches = c == '\1' && most > 0;
        if (stretches) --most;
        out.append(stretches ? length : 1, c == '\1' ? 'x' : c);
    }
    return out;
}

}  // namespace prune::fuzz

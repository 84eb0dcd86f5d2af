// SPDX-License-Identifier: MIT
/// The `path` of a rule, as bytes: units of a pattern and questions about them. Pure functions. Since 1.0.
/// A pattern stays as it is written: \xHH stands for one literal byte and is understood where it is matched.
#pragma once

#include <cstddef>
#include <string_view>

namespace prune {

/// What stands at one place of a pattern.
struct PatternUnit {
    std::size_t length = 0;  ///< bytes of the pattern that it takes; 0 = at its end
    char byte = 0;           ///< the byte that it fits, unless `star`
    bool star = false;       ///< any number of bytes within a component
    bool escaped = false;    ///< was written \xHH
};

/// The unit at `at`. A backslash that begins no \xHH is itself.
PatternUnit patternUnitAt(std::string_view pattern, std::size_t at);

/// True if the first component of `pattern` has no `*`: what a rule for `unified` needs.
bool beginsWithLiteral(std::string_view pattern);

}  // namespace prune

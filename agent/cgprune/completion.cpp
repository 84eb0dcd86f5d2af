// SPDX-License-Identifier: MIT
#include "cgprune/completion.h"

namespace prune {

Completes completesFor(std::string_view word) {
    const auto names = [word](std::string_view name) { return word.find(name) != std::string_view::npos; };
    if (names("HIERARCHY") || word == "H") return Completes::hierarchies;
    if (names("PATH") || names("CGROUP") || names("DIR")) return Completes::folders;
    if (names("FILE")) return Completes::files;
    return Completes::nothing;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/completion.h"

namespace prune {

Completes completesFor(std::string_view word) {
    const auto names = [word](std::string_view name) { return word.find(name) != std::string_view::npos; };
    if (names("HIERARCHY") || word == "H") return Completes::hierarchies;
    if (names("PATH") || names("CGROUP") || names("DIR")) return Completes::folders;
    if (names("FILE")) return Completes::files;
    return wordsFor(word).empty() ? Completes::nothing : Completes::words;
}

std::vector<std::string_view> wordsFor(std::string_view word) {
    if (word == "SHELL") return {"bash", "zsh", "fish"};
    if (word == "TYPE") return {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
    if (word == "WHICH") return {"kept", "creator", "lock", "delegated"};
    return {};
}

}  // namespace prune

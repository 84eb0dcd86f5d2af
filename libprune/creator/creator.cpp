// SPDX-License-Identifier: MIT
#include "creator/creator.h"

#include <iterator>

namespace prune {

namespace {

constexpr const char* kTypeWords[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
static_assert(std::size(kTypeWords) == kNamespaceTypes);

constexpr std::string_view kDecidesWords[] = {"task", "init", "session", "namespace"};

}  // namespace

const char* word(NamespaceType type) { return kTypeWords[static_cast<std::size_t>(type)]; }

std::optional<NamespaceType> namespaceTypeFromWord(std::string_view text) {
    for (std::size_t i = 0; i < kNamespaceTypes; ++i)
        if (text == kTypeWords[i]) return static_cast<NamespaceType>(i);
    return std::nullopt;
}

const Task* decidingTask(const Creator& creator) {
    switch (creator.decides) {
        case Decides::task:
            return &creator.task;
        case Decides::init:
            return creator.init ? &*creator.init : nullptr;
        case Decides::session:
            return creator.session ? &*creator.session : nullptr;
        case Decides::nameSpace:
            break;
    }
    return nullptr;
}

std::string_view word(Decides decides) { return kDecidesWords[static_cast<std::size_t>(decides)]; }

}  // namespace prune

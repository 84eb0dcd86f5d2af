// SPDX-License-Identifier: MIT
#include "cgroup/dying.h"

#include <cerrno>

#include "base/text.h"
#include "sys/files.h"

namespace prune {

Result<std::uint64_t> dyingDescendants(System& system, int directoryFd) {
    char buffer[4096];
    const auto text = readSmall(system, directoryFd, "cgroup.stat", buffer);
    if (!text.ok()) return text.error();
    auto rest = text.value();
    while (!rest.empty()) {
        auto line = cutField(rest, '\n');
        if (cutField(line, ' ') != "nr_dying_descendants") continue;
        if (const auto number = parseUnsigned(line)) return *number;
    }
    return Error{"find nr_dying_descendants in cgroup.stat", EBADMSG};
}

}  // namespace prune

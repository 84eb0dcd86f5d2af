// SPDX-License-Identifier: MIT
#include "cgroup/stat_file.h"

#include <cerrno>
#include <string>

#include "base/text.h"
#include "sys/files.h"

namespace prune {

Result<std::uint64_t> readStat(System& system, int directoryFd, const char* file, std::string_view key) {
    char buffer[4096];
    const auto text = readSmall(system, directoryFd, file, buffer);
    if (!text.ok()) return text.error();
    auto rest = text.value();
    while (!rest.empty()) {
        auto line = cutField(rest, '\n');
        if (cutField(line, ' ') != key) continue;
        if (const auto number = parseUnsigned(line)) return *number;
    }
    return Error{"find " + std::string(key) + " in " + file, EBADMSG};
}

Result<std::uint64_t> dyingDescendants(System& system, int directoryFd) {
    return readStat(system, directoryFd, "cgroup.stat", "nr_dying_descendants");
}

}  // namespace prune

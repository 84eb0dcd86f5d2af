// SPDX-License-Identifier: MIT
#include "store/temporaries.h"

#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/directory.h"
#include "sys/files.h"
#include "sys/flock.h"

namespace prune {

namespace {

/// ".tmp.4242.0", ".tmp.4242": 4242.
std::optional<int> writerOf(std::string_view name) {
    if (!name.starts_with(kTemporary)) return std::nullopt;
    name.remove_prefix(std::string_view(kTemporary).size());
    const auto pid = parseUnsigned(cutField(name, '.'));
    if (!pid || *pid == 0 || *pid > INT_MAX) return std::nullopt;
    return static_cast<int>(*pid);
}

bool isLitter(System& system, std::string_view name) {
    const auto writer = writerOf(name);
    return writer && Fd(system, system.openPidfd(*writer)).get() == -ESRCH;
}

/// The names in the folder that no process stands behind.
Result<std::vector<std::string>> litterIn(System& system, const std::string& path) {
    std::vector<std::string> litter;
    const Fd folder(system, system.openAt(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (folder.get() == -ENOENT) return litter;
    if (!folder.valid()) return Error{"open the folder " + escapeForPeople(path), -folder.get()};
    DirectoryReader reader(system, folder.get());
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return litter;
        if (isLitter(system, entry.name)) litter.emplace_back(entry.name);
    }
}

Error notRemoved(const std::string& folder, const std::string& name, int code) {
    return Error{"remove " + escapeForPeople(folder + '/' + name), code};
}

}  // namespace

Result<std::uint64_t> dropTemporaries(System& system, const std::string& relative) {
    const auto path = std::string(kStateFolder) + '/' + relative;
    auto litter = litterIn(system, path);
    if (!litter.ok()) return litter.takeError();
    if (litter.value().empty()) return std::uint64_t{0};
    const Fd folder(system, system.openAt(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (!folder.valid()) return Error{"open the folder " + escapeForPeople(path), -folder.get()};
    const ExclusiveLock lock(system, folder.get());
    if (!lock.held()) return std::uint64_t{0};

    std::uint64_t dropped = 0;
    for (const auto& name : litter.value()) {
        // Another may have dropped it meanwhile, and a new process of that number may write under this name.
        if (!isLitter(system, name)) continue;
        const int failed = system.unlinkAt(folder.get(), name.c_str(), 0);
        if (failed < 0 && failed != -ENOENT) return notRemoved(path, name, -failed);
        if (failed == 0) ++dropped;
    }
    return dropped;
}

}  // namespace prune

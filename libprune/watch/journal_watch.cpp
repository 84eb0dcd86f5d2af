// SPDX-License-Identifier: MIT
#include "watch/journal_watch.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/inotify_reader.h"

namespace prune {

namespace {

/// An entry comes by a link, or replaces another by a rename.
constexpr std::uint32_t kJournalEvents = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;

}  // namespace

Status JournalWatch::open() {
    inotify_ = Fd(system_, system_.inotifyOpen());
    if (!inotify_.valid()) return Error{"open inotify", -inotify_.get()};
    return {};
}

Status JournalWatch::watch(const Folder& folder) {
    auto path = std::string(kStateFolder) + "/journal/" + folder.hierarchy;
    if (!folder.owner.empty()) path += '/' + folder.owner;
    const int watch = system_.inotifyAdd(inotify_.get(), path.c_str(), kJournalEvents);
    if (watch < 0) return Error{"watch " + escapeForPeople(path), -watch};
    folders_[watch] = folder;
    return {};
}

/// A folder goes with its last entry, and may be gone already. Where the kernel watches no more, what is in
/// it is looked at when it is due, and not before.
Status JournalWatch::watchIfPossible(const Folder& folder) {
    auto status = watch(folder);
    const bool isFine = status.ok() || status.error().code == ENOENT || status.error().code == ENOSPC;
    return isFine ? Status() : std::move(status);
}

Result<std::vector<JournalKey>> JournalWatch::add(const std::string& hierarchy) {
    const auto made = openStateSubfolder(system_, "journal/" + hierarchy);
    if (!made.ok()) return made.error();
    if (auto status = watchIfPossible({hierarchy, ""}); !status.ok()) return status.takeError();
    if (std::find(hierarchies_.begin(), hierarchies_.end(), hierarchy) == hierarchies_.end())
        hierarchies_.push_back(hierarchy);
    const auto owners = listStateSubfolder(system_, "journal/" + hierarchy);
    if (!owners.ok()) return owners.error();
    for (const auto& owner : owners.value())
        if (auto status = watchIfPossible({hierarchy, owner}); !status.ok()) return status.takeError();
    return Journal(system_).keys(hierarchy);
}

Result<std::vector<JournalKey>> JournalWatch::changed() {
    std::vector<JournalKey> keys;
    InotifyReader reader(system_, inotify_.get());
    InotifyEvent event;
    do {
        const auto more = reader.next(event);
        if (!more.ok()) return more.error();
        if (!more.value()) break;
        if ((event.mask & IN_Q_OVERFLOW) != 0) {
            for (const auto& hierarchy : std::vector<std::string>(hierarchies_)) {
                auto all = add(hierarchy);
                if (!all.ok()) return all;
                keys.insert(keys.end(), all.value().begin(), all.value().end());
            }
        } else if ((event.mask & IN_IGNORED) != 0) {
            folders_.erase(event.watch);
        } else if (auto status = tell(event.watch, std::string(event.name), keys); !status.ok()) {
            return status.takeError();
        }
    } while (reader.hasMore());
    return keys;
}

Status JournalWatch::tell(int watch, const std::string& name, std::vector<JournalKey>& keys) {
    const auto found = folders_.find(watch);
    if (found == folders_.end()) return {};
    const auto folder = found->second;
    const auto number = parseUnsigned(name);
    if (!number) return {};  // a temporary name, or a broken entry
    if (!folder.owner.empty()) {
        const auto owner = parseUnsigned(folder.owner);
        if (owner) keys.push_back({folder.hierarchy, static_cast<std::uint32_t>(*owner), *number});
        return {};
    }
    if (auto status = watchIfPossible({folder.hierarchy, name}); !status.ok()) return status;
    const auto entries = listStateSubfolder(system_, "journal/" + folder.hierarchy + '/' + name);
    if (!entries.ok()) return entries.error();
    for (const auto& entry : entries.value())
        if (const auto id = parseUnsigned(entry))
            keys.push_back({folder.hierarchy, static_cast<std::uint32_t>(*number), *id});
    return {};
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/journal_view.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr std::size_t kMaxEntryBytes = 65'536;

/// One file of the journal, into `view`. What went meanwhile is no fault.
Status lookAt(System& system, const JournalKey& key, const std::string& path, JournalView& view) {
    const auto text = readWhole(system, AT_FDCWD, path.c_str(), kMaxEntryBytes);
    if (!text.ok() && text.error().code == ENOENT) return {};
    if (!text.ok() && text.error().code != EFBIG) return text.error();
    auto entry = text.ok() ? parseEntry(key, text.value()) : std::nullopt;
    if (entry)
        view.entries.push_back({key, std::move(*entry)});
    else
        ++view.broken;
    return {};
}

Status viewOwner(System& system, const std::string& hierarchy, const std::string& owner, JournalView& view) {
    const auto folder = "journal/" + hierarchy + '/' + owner;
    const auto uid = parseUnsigned(owner);
    const auto names = listStateSubfolder(system, folder);
    if (!names.ok()) return names.error();
    for (const auto& name : names.value()) {
        if (name.ends_with(kBroken)) ++view.broken;
        const auto id = parseUnsigned(name);
        if (!uid || !id) continue;
        const JournalKey key{hierarchy, static_cast<std::uint32_t>(*uid), *id};
        auto path = std::string(kStateFolder) + '/' + folder;
        path.append(1, '/').append(name);
        if (auto status = lookAt(system, key, path, view); !status.ok()) return status;
    }
    return {};
}

Status viewHierarchy(System& system, const std::string& hierarchy, JournalView& view) {
    const auto owners = listStateSubfolder(system, "journal/" + hierarchy);
    if (!owners.ok()) return owners.error();
    for (const auto& owner : owners.value())
        if (auto status = viewOwner(system, hierarchy, owner, view); !status.ok()) return status;
    return {};
}

bool isBefore(const SeenEntry& a, const SeenEntry& b) {
    return std::pair(std::string_view(a.key.hierarchy), a.entry.dueMs) <
           std::pair(std::string_view(b.key.hierarchy), b.entry.dueMs);
}

}  // namespace

Result<JournalView> viewJournal(System& system, const std::string& hierarchy) {
    JournalView view;
    auto names =
        hierarchy.empty() ? listStateSubfolder(system, "journal") : std::vector<std::string>{hierarchy};
    if (!names.ok()) return names.takeError();
    for (const auto& name : names.value())
        if (auto status = viewHierarchy(system, name, view); !status.ok()) return status.takeError();
    std::sort(view.entries.begin(), view.entries.end(), isBefore);
    return view;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "store/counters.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "store/state_folder.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr const char* kFile = "/run/cgprune/counters";
constexpr std::size_t kFileSize = 4096;  // room for later counters: a page is taken anyway
constexpr unsigned kFileMode = 0600;

/// Makes the file whole, with its page: the first touch of a mapped hole in a full tmpfs would be a SIGBUS.
void makeCounters(System& system) {
    Fd file(system, system.openAt(AT_FDCWD, kStateFolder, O_TMPFILE | O_RDWR, kFileMode));
    if (!file.valid()) return;
    const char zeros[kFileSize] = {};
    const std::string_view page(zeros, sizeof zeros);
    if (system.writeFd(file.get(), page) != static_cast<ssize_t>(page.size())) return;
    system.linkFd(file.get(), AT_FDCWD, kFile);  // EEXIST: another process was faster, all the better
}

Fd openCounters(System& system) {
    const int flags = O_RDWR | O_NOFOLLOW;
    Fd file(system, system.openAt(AT_FDCWD, kFile, flags));
    if (file.get() != -ENOENT) return file;
    if (ensureStateFolder(system).ok()) makeCounters(system);
    return {system, system.openAt(AT_FDCWD, kFile, flags)};
}

}  // namespace

std::uint64_t count(System& system, Counter counter) {
    const Fd file = openCounters(system);
    FileStat stat;
    if (!file.valid() || system.statFd(file.get(), stat) < 0) return 0;
    if (static_cast<std::size_t>(stat.size) < kFileSize) return 0;
    void* memory = system.mapFd(file.get(), kFileSize);
    if (memory == nullptr) return 0;
    std::atomic_ref slot(static_cast<std::uint64_t*>(memory)[static_cast<std::uint32_t>(counter)]);
    const auto now = slot.fetch_add(1, std::memory_order_relaxed) + 1;
    system.unmap(memory, kFileSize);
    return now;
}

Result<std::array<std::uint64_t, kCounters>> readCounters(System& system) {
    std::array<std::uint64_t, kCounters> values{};
    const auto text = readWhole(system, AT_FDCWD, kFile, kFileSize + 1);
    if (!text.ok()) {
        if (text.error().code == ENOENT) return values;
        return text.error();
    }
    std::memcpy(values.data(), text.value().data(), std::min(text.value().size(), sizeof values));
    return values;
}

const char* word(Counter counter) {
    constexpr std::array<const char*, kCounters> kWords = {
        "removed",     "gone",         "busy",      "kept",      "deferred",        "failed",
        "conf-errors", "journal-full", "cut-paths", "unmatched", "removed-another", "registered"};
    return kWords[static_cast<std::size_t>(counter)];
}

}  // namespace prune

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

constexpr const char* kFolder = "counters";
constexpr std::size_t kFileSize = 4096;                  // room for later counters: a page is taken anyway
constexpr std::uint32_t kFirstCause = 32;                // room for later counters before it
constexpr std::uint32_t kLastRemoval = kFirstCause - 1;  // a time
constexpr std::uint32_t kNoCause = UINT32_MAX;
/// In the order of their places in the file.
constexpr Counter kCounterWithCauses[] = {Counter::removed, Counter::kept, Counter::deferred,
                                          Counter::failed};

std::string pathOf(std::string_view name) {
    std::string path(kStateFolder);
    path += '/';
    path += kFolder;
    path += '/';
    return path += name;
}

/// The place of the counter's first cause.
std::uint32_t causesOf(Counter counter) {
    const auto* found = std::find(std::begin(kCounterWithCauses), std::end(kCounterWithCauses), counter);
    return kFirstCause + kCauses * static_cast<std::uint32_t>(found - std::begin(kCounterWithCauses));
}
static_assert((kFirstCause + kCauses * std::size(kCounterWithCauses)) * sizeof(std::uint64_t) <= kFileSize);

/// Makes the file whole, with its page: the first touch of a mapped hole in a full tmpfs would be a SIGBUS.
void makeCounters(System& system, const std::string& path) {
    const auto folder = openStateSubfolder(system, kFolder);
    if (!folder.ok()) return;
    Fd file(system, system.openAt(folder.value().get(), ".", O_TMPFILE | O_RDWR, kStateFileMode));
    if (!file.valid()) return;
    const char zeros[kFileSize] = {};
    const std::string_view page(zeros, sizeof zeros);
    if (system.writeFd(file.get(), page) != static_cast<ssize_t>(page.size())) return;
    // EEXIST: another process was faster, all the better
    system.linkFd(file.get(), AT_FDCWD, path.c_str());
}

Fd openCounters(System& system, const std::string& path) {
    const int flags = O_RDWR | O_NOFOLLOW;
    Fd file(system, system.openAt(AT_FDCWD, path.c_str(), flags));
    if (file.get() != -ENOENT) return file;
    makeCounters(system, path);
    return {system, system.openAt(AT_FDCWD, path.c_str(), flags)};
}

std::uint64_t addOne(std::uint64_t* slots, std::uint32_t place) {
    return std::atomic_ref(slots[place]).fetch_add(1, std::memory_order_relaxed) + 1;
}

std::uint64_t countAt(System& system, std::string_view name, Counter counter, std::uint32_t causePlace) {
    const Fd file = openCounters(system, pathOf(name));
    FileStat stat;
    if (!file.valid() || system.statFd(file.get(), stat) < 0) return 0;
    if (static_cast<std::size_t>(stat.size) < kFileSize) return 0;
    void* memory = system.mapFd(file.get(), kFileSize);
    if (memory == nullptr) return 0;
    auto* slots = static_cast<std::uint64_t*>(memory);
    const auto now = addOne(slots, static_cast<std::uint32_t>(counter));
    if (causePlace != kNoCause) addOne(slots, causePlace);
    if (counter == Counter::removed)
        std::atomic_ref(slots[kLastRemoval])
            .store(static_cast<std::uint64_t>(system.bootTimeMs()), std::memory_order_relaxed);
    system.unmap(memory, kFileSize);
    return now;
}

}  // namespace

Result<Counted> readCountersOf(System& system, const std::string& name) {
    Counted counted;
    counted.name = name;
    const auto text = readWhole(system, AT_FDCWD, pathOf(name).c_str(), kFileSize + 1);
    if (!text.ok()) {
        if (text.error().code == ENOENT) return counted;
        return text.error();
    }
    std::array<std::uint64_t, kFileSize / sizeof(std::uint64_t)> slots{};
    std::memcpy(slots.data(), text.value().data(), std::min(text.value().size(), sizeof slots));
    std::copy_n(slots.begin(), kCounters, counted.values.begin());
    if (slots[kLastRemoval] != 0) counted.lastRemovalMs = static_cast<std::int64_t>(slots[kLastRemoval]);
    for (const auto counter : kCounterWithCauses)
        std::copy_n(slots.begin() + causesOf(counter), kCauses,
                    counted.causes[static_cast<std::size_t>(counter)].begin());
    return counted;
}

std::uint64_t count(System& system, Counter counter) {
    return countAt(system, kHostCounters, counter, kNoCause);
}

void countIn(System& system, const std::string& hierarchy, Counter counter) {
    countAt(system, hierarchy, counter, kNoCause);
}

void countCause(System& system, const std::string& hierarchy, Counter counter, std::uint32_t cause) {
    countAt(system, hierarchy, counter, causesOf(counter) + std::min(cause, kCauses - 1));
}

Result<std::vector<Counted>> readAllCounters(System& system) {
    auto names = listStateSubfolder(system, kFolder);
    if (!names.ok()) return names.takeError();
    std::sort(names.value().begin(), names.value().end());
    std::vector<Counted> all;
    for (const auto& name : names.value()) {
        auto counted = readCountersOf(system, name);
        if (!counted.ok()) return counted.takeError();
        all.push_back(std::move(counted.value()));
    }
    return all;
}

Result<std::array<std::uint64_t, kCounters>> readCounters(System& system) {
    const auto all = readAllCounters(system);
    if (!all.ok()) return all.error();
    std::array<std::uint64_t, kCounters> sums{};
    for (const auto& counted : all.value())
        for (std::size_t i = 0; i < kCounters; ++i) sums[i] += counted.values[i];
    return sums;
}

const char* word(Counter counter) {
    constexpr std::array<const char*, kCounters> kWords = {
        "removed",     "gone",         "busy",      "kept",      "deferred",        "failed",
        "conf-errors", "journal-full", "cut-paths", "unmatched", "removed-another", "registered"};
    return kWords[static_cast<std::size_t>(counter)];
}

}  // namespace prune

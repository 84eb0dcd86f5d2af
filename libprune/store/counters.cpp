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

// The second half of the page: the last removal of each hierarchy, one word that is stored whole. Its upper
// bits name the hierarchy, the others are a time.
constexpr std::size_t kTimes = 256;
constexpr std::size_t kFirstTime = kFileSize / sizeof(std::uint64_t) - kTimes;
constexpr unsigned kTimeBits = 44;  // 557 years of milliseconds
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kTimeBits) - 1;
static_assert(kCounters <= kFirstTime);

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

/// The counters, mapped for as long as this lives; or not, where they cannot be kept.
class MappedCounters {
public:
    explicit MappedCounters(System& system) : system_(system) {
        const Fd file = openCounters(system);
        FileStat stat;
        if (!file.valid() || system.statFd(file.get(), stat) < 0) return;
        if (static_cast<std::size_t>(stat.size) < kFileSize) return;
        words_ = static_cast<std::uint64_t*>(system.mapFd(file.get(), kFileSize));
    }
    ~MappedCounters() {
        if (words_ != nullptr) system_.unmap(words_, kFileSize);
    }
    MappedCounters(const MappedCounters&) = delete;
    MappedCounters& operator=(const MappedCounters&) = delete;

    bool valid() const { return words_ != nullptr; }
    std::atomic_ref<std::uint64_t> at(std::size_t place) const { return std::atomic_ref(words_[place]); }
    std::uint64_t add(Counter counter) const {
        return at(static_cast<std::size_t>(counter)).fetch_add(1, std::memory_order_relaxed) + 1;
    }

private:
    System& system_;
    std::uint64_t* words_ = nullptr;
};

/// Where a hierarchy's word is looked for first, and its upper bits: FNV-1a; never 0, which is a free word.
struct TimeKey {
    explicit TimeKey(std::string_view hierarchy) {
        std::uint64_t hash = 14'695'981'039'346'656'037U;
        for (const char c : hierarchy) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
        first = hash % kTimes;
        tag = std::max(hash >> kTimeBits, std::uint64_t{1}) << kTimeBits;
    }
    bool fits(std::uint64_t word) const { return (word & ~kTimeMask) == tag; }

    std::size_t first;
    std::uint64_t tag;
};

/// In the hierarchy's word, or the first free one. None is ever freed, so that no other is found before it.
void noteTime(const MappedCounters& counters, const TimeKey& key, std::int64_t nowMs) {
    const auto word = key.tag | (static_cast<std::uint64_t>(nowMs) & kTimeMask);
    for (std::size_t i = 0; i < kTimes; ++i) {
        const auto place = counters.at(kFirstTime + (key.first + i) % kTimes);
        auto there = place.load(std::memory_order_relaxed);
        if (there == 0 && place.compare_exchange_strong(there, word, std::memory_order_relaxed)) return;
        if (key.fits(there)) return place.store(word, std::memory_order_relaxed);
    }
}

}  // namespace

std::uint64_t count(System& system, Counter counter) {
    const MappedCounters counters(system);
    return counters.valid() ? counters.add(counter) : 0;
}

void countRemoval(System& system, std::string_view hierarchy) {
    const MappedCounters counters(system);
    if (!counters.valid()) return;
    counters.add(Counter::removed);
    noteTime(counters, TimeKey(hierarchy), system.bootTimeMs());
}

Result<std::optional<std::int64_t>> lastRemovalMs(System& system, std::string_view hierarchy) {
    const auto text = readWhole(system, AT_FDCWD, kFile, kFileSize + 1);
    if (!text.ok() && text.error().code != ENOENT) return text.error();
    if (!text.ok() || text.value().size() < kFileSize) return std::optional<std::int64_t>();
    const TimeKey key(hierarchy);
    for (std::size_t i = 0; i < kTimes; ++i) {
        std::uint64_t word = 0;
        const auto place = kFirstTime + (key.first + i) % kTimes;
        std::memcpy(&word, text.value().data() + place * sizeof word, sizeof word);
        if (word == 0) break;
        if (key.fits(word)) return std::optional(static_cast<std::int64_t>(word & kTimeMask));
    }
    return std::optional<std::int64_t>();
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

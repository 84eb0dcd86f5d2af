// SPDX-License-Identifier: MIT
// cgprune doctor: what this kernel can tell of cgroups, tried on their roots; and its clock.
#include <fcntl.h>
#include <sys/fanotify.h>

#include <cerrno>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/doctor.h"
#include "cgprune/journal_view.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr const char* kInitialTime = "time:[4026531834]";  // the same on every kernel
constexpr std::int64_t kMostApartMs = 10'000;

/// Whether the root can be found again by its handle: 0 or -errno.
int tryHandle(System& system, const OpenHierarchy& hierarchy) {
    FileHandle handle;
    if (const int failed = system.handleOf(hierarchy.root.get(), handle); failed < 0) return failed;
    const Fd again(system, system.openHandle(hierarchy.root.get(), handle, O_RDONLY | O_DIRECTORY));
    if (!again.valid()) return again.get();
    FileStat stat;
    const int failed = system.statFd(again.get(), stat);
    return failed < 0 ? failed : stat.inode == kCgroupRootId ? 0 : -ESTALE;
}

/// Whether fanotify tells who makes a cgroup there: 0 or -errno. The mark goes with the descriptor.
int tryMakers(System& system, const OpenHierarchy& hierarchy) {
    const Fd fanotify(system, system.fanotifyOpen());
    if (!fanotify.valid()) return fanotify.get();
    return system.fanotifyMark(fanotify.get(), hierarchy.root.get(), FAN_CREATE | FAN_ONDIR);
}

struct TriedHierarchies {
    std::vector<std::string> can;
    std::vector<std::string> cannot;
    int code = 0;  ///< why the last of them cannot
};

TriedHierarchies tryAll(Examination& examination, int (*attempt)(System&, const OpenHierarchy&)) {
    TriedHierarchies tried;
    for (const auto& hierarchy : examination.hierarchies) {
        const int failed = attempt(examination.system, hierarchy);
        (failed < 0 ? tried.cannot : tried.can).push_back(hierarchy.about.name);
        if (failed < 0) tried.code = -failed;
    }
    return tried;
}

/// Milliseconds, from "12345.67 ..."; 0 where it is not understood.
std::int64_t parseUptime(std::string_view text) {
    constexpr std::int64_t kMsPerSecond = 1000;
    const auto seconds = parseUnsigned(cutField(text, '.')).value_or(0);
    return static_cast<std::int64_t>(seconds) * kMsPerSecond;
}

std::size_t entriesOfTheFuture(System& system, std::int64_t now) {
    const auto view = viewJournal(system, "");
    std::size_t count = 0;
    if (view.ok())
        for (const auto& seen : view.value().entries) count += seen.entry.emptySinceMs > now ? 1U : 0U;
    return count;
}

}  // namespace

void checkHandles(Examination& examination) {
    const auto tried = tryAll(examination, tryHandle);
    if (!tried.can.empty()) examination.ok("cgroups are found again by file handle in " + namesOf(tried.can));
    if (!tried.cannot.empty())
        examination.add(
            Health::warning,
            {"no file handles in " + namesOf(tried.cannot) + " (" + Error{"tried", tried.code}.text() +
                 "), so a cgroup that was renamed is lost to a retry; sweep now and then",
             0});
}

void checkMakers(Examination& examination) {
    const auto tried = tryAll(examination, tryMakers);
    if (!tried.can.empty()) examination.ok("fanotify tells who makes cgroups in " + namesOf(tried.can));
    if (!tried.cannot.empty())
        examination.ok("fanotify does not tell who makes cgroups in " + namesOf(tried.cannot) + " (" +
                           Error{"tried", tried.code}.text() + ")",
                       "Linux 6.6 does; until then creators are known by cgprune register only");
}

void checkClock(Examination& examination) {
    auto& system = examination.system;
    char buffer[128];
    const auto text = readSmall(system, AT_FDCWD, "/proc/uptime", buffer);
    if (!text.ok()) return examination.add(Health::warning, text.error());
    const auto apart = system.bootTimeMs() - parseUptime(text.value());
    const auto now = system.bootTimeMs();
    if (linkText(system, "/proc/self/ns/time").value_or(kInitialTime) != kInitialTime)
        return examination.warn("this is a time namespace: due times are counted by another clock here",
                                "run it in the host's (nsenter -t 1 -T)");
    if (apart > kMostApartMs || apart < -kMostApartMs)
        return examination.fault("CLOCK_BOOTTIME (" + decimal(now) + " ms) and /proc/uptime differ",
                                 "nothing that is due can be told; find out what is wrong with the clock");
    if (const auto later = entriesOfTheFuture(system, now); later > 0)
        return examination.warn(
            (later == 1 ? "1 journal entry is" : decimalUnsigned(later) + " journal entries are") +
                std::string(" from the future"),
            "see cgprune list; if the clock was set back, cgprune retry --now");
    examination.ok("CLOCK_BOOTTIME runs as /proc/uptime does");
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "prune/drainer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "base/text.h"
#include "prune/conf_report.h"
#include "prune/needed_sweeps.h"
#include "prune/retry.h"
#include "store/state_folder.h"
#include "sys/flock.h"
#include "sys/inotify_reader.h"

namespace prune {

namespace {

constexpr const char* kLockFile = "/run/cgprune/drainer.lock";
constexpr const char* kOwnBinary = "/proc/self/exe";
constexpr int kNice = 10;
constexpr int kBlindSleepMs = 5'000;  // where nothing would wake us
constexpr std::int64_t kLongestSleepMs =
    3'600'000;  // a clock or an inotify that failed us costs an hour at most

Fd openLock(System& system) {
    return {system, system.openAt(AT_FDCWD, kLockFile, O_RDWR | O_CREAT | O_NOFOLLOW, kStateFileMode)};
}

void logDrainerFault(Context& context, std::string_view why) {
    if (isFirstOf(context.system, "drainer-fault", kHourMs))
        context.log.event(LogLevel::warning, "drainer-fault", {{"why", why}});
}

/// The lock, or nothing: another process drains, or a fault that is told, such as a state folder that is not
/// one that root alone can write.
Fd takeLock(Context& context) {
    if (const auto ensured = ensureStateFolder(context.system); !ensured.ok())
        return logDrainerFault(context, ensured.error().text()), Fd();
    Fd lock = openLock(context.system);
    const int failed = lock.valid() ? context.system.lockFd(lock.get(), LOCK_EX | LOCK_NB) : lock.get();
    if (failed == 0) return lock;
    if (failed != -EWOULDBLOCK) logDrainerFault(context, Error{"take the drainer's lock", -failed}.text());
    return {};
}

/// Wakes on a new entry that is due earlier than all known (next-due is touched) and on a changed conf.
class Alarm {
public:
    explicit Alarm(System& system) : system_(system), inotify_(system, system.inotifyOpen()) { watch(); }

    /// Watches what is there now; conf folders can come and go, and so can a shortage of descriptors.
    void watch() {
        constexpr std::uint32_t kChanged =
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB;
        if (!inotify_.valid()) inotify_ = Fd(system_, system_.inotifyOpen());
        if (!inotify_.valid()) return;
        const int watch = system_.inotifyAdd(inotify_.get(), kNextDueFile, IN_ATTRIB | IN_DELETE_SELF);
        isBlind_ = watch < 0;
        if (!isBlind_) nextDueWatch_ = watch;  // else what is still told of it is no change of the conf
        for (const char* folder : {"/etc/cgprune", "/etc/cgprune/cgprune.conf.d",
                                   "/run/cgprune/cgprune.conf.d", "/usr/lib/cgprune/cgprune.conf.d"})
            system_.inotifyAdd(inotify_.get(), folder, kChanged);
    }

    /// Sleeps until something happened or `dueMs` (CLOCK_BOOTTIME). Of the events of before, our own
    /// announcement is let go: what others announced meanwhile is in next-due.
    void sleepUntil(std::int64_t dueMs) {
        if (confChanged() || nextDue(system_) < dueMs) return;
        const auto longest = isBlind_ ? kBlindSleepMs : kLongestSleepMs;
        const auto wait = std::clamp<std::int64_t>(dueMs - system_.bootTimeMs(), 0, longest);
        static_cast<void>(system_.waitReadable(inotify_.get(), static_cast<int>(wait)));
        static_cast<void>(confChanged());  // the pass that follows reads the conf
    }

private:
    /// What cannot be read would be readable for ever.
    void goBlind() {
        inotify_.reset();
        isBlind_ = true;
    }

    /// Reads all events; true if one was about a conf folder.
    bool confChanged() {
        InotifyReader reader(system_, inotify_.get());
        InotifyEvent event;
        bool changed = false;
        while (true) {
            const auto more = reader.next(event);
            if (!more.ok()) goBlind();
            if (!more.ok() || !more.value()) return changed;
            changed = changed || event.watch != nextDueWatch_;
        }
    }

    System& system_;
    Fd inotify_;
    int nextDueWatch_ = -1;
    bool isBlind_ = true;  ///< nothing tells of what is announced
};

/// Our binary as it was when we started, to give way to a newer one.
class OwnBinary {
public:
    explicit OwnBinary(System& system) : system_(system) {
        const auto length = system.readLinkAt(AT_FDCWD, kOwnBinary, path_, sizeof path_ - 1);
        known_ = length > 0 && system.statAt(AT_FDCWD, kOwnBinary, 0, stat_) == 0;
        path_[std::max<ssize_t>(length, 0)] = '\0';
    }

    /// Another file that root alone can write stands where ours was.
    bool isReplaced() const {
        FileStat now;
        if (!known_ || system_.statAt(AT_FDCWD, path_, 0, now) < 0) return false;
        if (now.inode == stat_.inode && now.device == stat_.device) return false;
        return S_ISREG(now.mode) && (now.mode & S_IXUSR) != 0 && now.owner == 0 &&
               (now.mode & (S_IWGRP | S_IWOTH)) == 0;
    }

    /// Becomes the newer binary, which takes the lock that closes with us. Returns if that fails.
    void giveWay() const {
        const char* const arguments[] = {path_, "--drain", nullptr};
        system_.replaceProcess(path_, arguments);
    }

private:
    System& system_;
    char path_[4096];
    FileStat stat_;
    bool known_ = false;
};

/// One look at everything that is due; when the next is.
RetryResult pass(Context& context) {
    readConf(context);
    reportConfErrors(context);
    const auto sweepDue = lookAfterState(context);
    auto result = retryDue(context, {});
    if (sweepDue != kNever) {
        ++result.pending;
        result.nextDueMs = std::min(result.nextDueMs, sweepDue);
    }
    return result;
}

/// False: another process drains now. As long as it cannot be told it is tried again.
bool lockAgain(Context& context, const Fd& lock) {
    while (true) {
        const int failed = context.system.lockFd(lock.get(), LOCK_EX | LOCK_NB);
        if (failed == 0) return true;
        if (failed == -EWOULDBLOCK) return false;
        logDrainerFault(context, Error{"take the drainer's lock again", -failed}.text());
        context.system.sleepFor(kBlindSleepMs);
    }
}

/// Unlocks, and looks once more: an entry written while we held the lock found no one to start. True: go on.
bool goOn(Context& context, const Fd& lock, const RetryResult& last) {
    context.system.lockFd(lock.get(), LOCK_UN);
    const bool nothingNew = nextDue(context.system) == kNever || !last.announced;
    if (nothingNew && pass(context).pending == 0) return false;
    return lockAgain(context, lock);
}

void drainLocked(Context& context, const Fd& lock) {
    const OwnBinary binary(context.system);
    Alarm alarm(context.system);
    while (true) {
        const auto result = pass(context);
        if (!context.conf.agent.drainer) return;
        if (result.pending == 0) {
            if (!goOn(context, lock, result)) return;
            continue;
        }
        alarm.watch();
        if (result.announced)
            alarm.sleepUntil(result.nextDueMs);
        else
            context.system.sleepFor(kBlindSleepMs);  // next-due tells nothing
        if (binary.isReplaced()) binary.giveWay();
    }
}

/// The child of an agent: on its own, and nice. All that an agent has open by now is stdio and the lock.
void becomeDrainer(Context& context, const Fd& lock) {
    context.system.newSession();
    context.system.setNice(kNice);
    drainLocked(context, lock);
}

}  // namespace

void startDrainer(Context& context) {
    if (!context.conf.agent.drainer) return;
    Fd lock = takeLock(context);
    if (!lock.valid()) return;
    const int child = context.system.forkProcess();
    if (child == 0) return becomeDrainer(context, lock);
    if (child < 0) context.log.event(LogLevel::warning, "drainer-fault", {{"why", ::strerror(-child)}});
}

void drain(Context& context) {
    const Fd lock = takeLock(context);
    if (lock.valid()) drainLocked(context, lock);
}

bool drainerRuns(System& system) { return isFlocked(system, kLockFile); }

}  // namespace prune

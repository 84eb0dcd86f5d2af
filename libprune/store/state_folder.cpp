// SPDX-License-Identifier: MIT
#include "store/state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "sys/directory.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr unsigned kFolderMode = 0700;

std::string inState(std::string_view relative) {
    std::string path(kStateFolder);
    path += '/';
    path += relative;
    return path;
}

Error stateError(const char* doing, std::string_view relative, int code) {
    return {std::string(doing) + ' ' + escapeForPeople(inState(relative)), code};
}

int lookAtStateFolder(System& system, FileStat& stat) {
    return system.statAt(AT_FDCWD, kStateFolder, AT_SYMLINK_NOFOLLOW, stat);
}

/// `failed`: what the look at it came to.
Status whyNotTrusted(int failed, const FileStat& stat) {
    if (failed < 0) return Error{std::string("look at the folder ") + kStateFolder, -failed};
    if (S_ISDIR(stat.mode) && stat.owner == 0 && (stat.mode & (S_IWGRP | S_IWOTH)) == 0) return {};
    return Error{std::string(kStateFolder) +
                     " is not a folder that only root can write; remove it, or give it "
                     "owner root and mode 0700",
                 0};
}

/// Makes each folder of `relative` that is missing.
Status makeFolders(System& system, const std::string& relative) {
    if (auto status = ensureStateFolder(system); !status.ok()) return status;
    for (std::size_t end = 0; end != std::string::npos;) {
        end = relative.find('/', end + 1);
        const auto path = inState(relative.substr(0, end));
        const int failed = system.makeDirectoryAt(AT_FDCWD, path.c_str(), kFolderMode);
        if (failed < 0 && failed != -EEXIST)
            return Error{"make the folder " + escapeForPeople(path), -failed};
    }
    return {};
}

/// A file name for any bytes: FNV-1a, 64 bits. Markers are about things that only root names.
std::string markerName(std::string_view about) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : about) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    return decimalUnsigned(hash);
}

/// Opens the file for its times, and makes it where it is missing.
Result<Fd> openStamp(System& system, const std::string& relative) {
    Fd file(system, system.openAt(AT_FDCWD, inState(relative).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW,
                                  kStateFileMode));
    if (!file.valid()) return stateError("open", relative, -file.get());
    return file;
}

/// Makes a once-marker with its time set, so that a process killed meanwhile leaves none: 0 or -errno.
int makeMarker(System& system, int folder, const char* name, std::int64_t timeMs) {
    Fd file(system, system.openAt(folder, ".", O_TMPFILE | O_WRONLY, kStateFileMode));
    const bool nameless = file.valid();
    if (!nameless)  // not every file system has nameless files
        file =
            Fd(system, system.openAt(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kStateFileMode));
    if (!file.valid()) return file.get();
    const int failed = system.setTimeFd(file.get(), timeMs * kNsPerMs);
    return failed < 0 || !nameless ? failed : system.linkFd(file.get(), folder, name);
}

std::string neededFile(const std::string& hierarchy) { return "sweep-needed/" + hierarchy; }
std::string begunFile(const std::string& hierarchy) { return "sweep-begun/" + hierarchy; }

/// False: there is no such file.
Result<bool> lookAt(System& system, const std::string& relative, FileStat& stat) {
    const int failed = system.statAt(AT_FDCWD, inState(relative).c_str(), AT_SYMLINK_NOFOLLOW, stat);
    if (failed < 0 && failed != -ENOENT) return stateError("look at", relative, -failed);
    return failed == 0;
}

/// That there is no such file is no error.
Status removeMarker(System& system, const std::string& relative) {
    const int failed = system.unlinkAt(AT_FDCWD, inState(relative).c_str(), 0);
    if (failed < 0 && failed != -ENOENT) return stateError("remove", relative, -failed);
    return {};
}

/// Under the file's lock, so that two who announce cannot undo one another.
Status changeNextDue(System& system, std::int64_t dueMs, bool onlyEarlier) {
    if (auto status = ensureStateFolder(system); !status.ok()) return status;
    const auto file = openStamp(system, "next-due");
    if (!file.ok()) return file.error();
    const ExclusiveLock lock(system, file.value().get());
    if (!lock.held()) return stateError("lock", "next-due", lock.problem());
    // A file that was just made says the wall clock's time, which is later than any due time.
    if (onlyEarlier && nextDue(system) <= dueMs) return {};
    const int failed = system.setTimeFd(file.value().get(), dueMs * kNsPerMs);
    if (failed < 0) return stateError("set the time of", "next-due", -failed);
    return {};
}

}  // namespace

Status checkStateFolder(System& system) {
    FileStat stat;
    const int failed = lookAtStateFolder(system, stat);
    return failed == -ENOENT ? Status() : whyNotTrusted(failed, stat);
}

Status ensureStateFolder(System& system) {
    FileStat stat;
    int failed = lookAtStateFolder(system, stat);
    if (failed == -ENOENT) {
        failed = system.makeDirectoryAt(AT_FDCWD, kStateFolder, kFolderMode);
        if (failed < 0 && failed != -EEXIST)
            return Error{std::string("make the folder ") + kStateFolder, -failed};
        failed = lookAtStateFolder(system, stat);
    }
    return whyNotTrusted(failed, stat);
}

Result<Fd> openStateSubfolder(System& system, const std::string& relative) {
    if (auto status = checkStateFolder(system); !status.ok()) return status.takeError();
    const auto path = inState(relative);
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
    Fd folder(system, system.openAt(AT_FDCWD, path.c_str(), flags));
    if (folder.get() == -ENOENT) {
        if (auto status = makeFolders(system, relative); !status.ok()) return status.takeError();
        folder = Fd(system, system.openAt(AT_FDCWD, path.c_str(), flags));
    }
    if (!folder.valid()) return stateError("open the folder", relative, -folder.get());
    return folder;
}

Result<std::vector<std::string>> listStateSubfolder(System& system, const std::string& relative) {
    std::vector<std::string> names;
    const auto path = inState(relative);
    const Fd folder(system, system.openAt(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (folder.get() == -ENOENT) return names;
    if (!folder.valid()) return stateError("open the folder", relative, -folder.get());
    DirectoryReader reader(system, folder.get());
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return names;
        if (!entry.name.starts_with('.')) names.emplace_back(entry.name);
    }
}

bool isFirstOf(System& system, std::string_view about, std::int64_t intervalMs) {
    const auto folder = openStateSubfolder(system, "once");
    if (!folder.ok()) return true;
    const int directory = folder.value().get();
    const auto name = markerName(about);
    const auto now = system.bootTimeMs();
    const Fd file(system, system.openAt(directory, name.c_str(), O_RDWR | O_NOFOLLOW));
    if (file.get() == -ENOENT) return makeMarker(system, directory, name.c_str(), now) != -EEXIST;
    FileStat stat;
    if (!file.valid() || system.statFd(file.get(), stat) < 0) return true;
    if (intervalMs < 0 || now - stat.modifiedNs / kNsPerMs < intervalMs) return false;
    system.setTimeFd(file.get(), now * kNsPerMs);  // if it fails, the next caller is the first too
    return true;
}

Status setSweepNeeded(System& system, const std::string& hierarchy) {
    auto folder = openStateSubfolder(system, "sweep-needed");
    if (!folder.ok()) return folder.takeError();
    auto file = openStamp(system, neededFile(hierarchy));
    if (!file.ok()) return file.takeError();
    return {};
}

Status clearSweepNeeded(System& system, const std::string& hierarchy) {
    auto needed = removeMarker(system, neededFile(hierarchy));
    auto begun = removeMarker(system, begunFile(hierarchy));
    return needed.ok() ? std::move(begun) : std::move(needed);
}

Result<std::vector<std::string>> sweepsNeeded(System& system) {
    auto names = listStateSubfolder(system, "sweep-needed");
    if (!names.ok()) return names;
    auto begun = listStateSubfolder(system, "sweep-begun");
    if (!begun.ok()) return begun;
    for (auto& name : begun.value())
        if (std::find(names.value().begin(), names.value().end(), name) == names.value().end())
            names.value().push_back(std::move(name));
    return names;
}

Result<SweepAsked> beginSweep(System& system, const std::string& hierarchy) {
    FileStat stat;
    auto asked = lookAt(system, neededFile(hierarchy), stat);
    if (!asked.ok()) return asked.takeError();
    if (asked.value()) {
        auto folder = openStateSubfolder(system, "sweep-begun");
        if (!folder.ok()) return folder.takeError();
        const int failed = system.renameAt(AT_FDCWD, inState(neededFile(hierarchy)).c_str(), AT_FDCWD,
                                           inState(begunFile(hierarchy)).c_str());
        if (failed < 0 && failed != -ENOENT) return stateError("rename", neededFile(hierarchy), -failed);
    }
    auto begun = lookAt(system, begunFile(hierarchy), stat);
    if (!begun.ok()) return begun.takeError();
    return SweepAsked{begun.value() ? stat.inode : 0};
}

Status endSweep(System& system, const std::string& hierarchy, SweepAsked asked) {
    if (asked.inode == 0) return {};
    FileStat stat;
    auto there = lookAt(system, begunFile(hierarchy), stat);
    if (!there.ok()) return there.takeError();
    // Another is that of a sweep which began later, and sees more.
    if (!there.value() || stat.inode != asked.inode) return {};
    return removeMarker(system, begunFile(hierarchy));
}

Status announceDue(System& system, std::int64_t dueMs) {
    return dueMs < nextDue(system) ? changeNextDue(system, dueMs, true) : Status();
}

Status setNextDue(System& system, std::int64_t dueMs) { return changeNextDue(system, dueMs, false); }

std::int64_t nextDue(System& system) {
    FileStat stat;
    if (system.statAt(AT_FDCWD, kNextDueFile, AT_SYMLINK_NOFOLLOW, stat) < 0) return kNever;
    return stat.modifiedNs / kNsPerMs;
}

}  // namespace prune

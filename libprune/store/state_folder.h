// SPDX-License-Identifier: MIT
/// The state folder /run/cgprune and the small files in it that are not facts: once-markers, sweep-needed and
/// next-due. Since 1.0. Safe among processes; one thread per System.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "sys/system.h"

namespace prune {

constexpr const char* kStateFolder = "/run/cgprune";

/// Below it: what `cgprune enable` leaves.
constexpr const char* kAgentsFolder = "agents";

/// Mode of all files in it.
constexpr unsigned kStateFileMode = 0600;

/// What the name of a file ends with that was set aside, since it could not be understood.
constexpr const char* kBroken = ".broken";

/// Checks that the state folder is a directory, root's, and writable by nobody else; one that is missing is
/// no error. Errors: code 0 if it is not; those of stat.
Status checkStateFolder(System& system);

/// The same, and makes it (0700) where it is missing. Errors: also those of mkdir.
Status ensureStateFolder(System& system);

/// Opens a folder below the state folder, given as "journal/freezer/0", and makes what is missing of it.
Result<Fd> openStateSubfolder(System& system, const std::string& relative);

/// The names in a folder below the state folder; none where it is missing.
Result<std::vector<std::string>> listStateSubfolder(System& system, const std::string& relative);

/// True for the first caller on this host since `intervalMs` (milliseconds) ago, for things to be said or
/// done only so often; intervalMs < 0: only once since boot. `about` is any bytes: what it is about. In doubt
/// (no state folder, no space) true: better said twice than never.
bool isFirstOf(System& system, std::string_view about, std::int64_t intervalMs);

/// The interval of what is said of a fault that lasts.
constexpr std::int64_t kHourMs = 3'600'000;

/// Notes that a hierarchy holds empty cgroups whose release could not be kept: one file, however many there
/// are.
Status setSweepNeeded(System& system, const std::string& hierarchy);
Status clearSweepNeeded(System& system, const std::string& hierarchy);
/// The hierarchies where one was asked for and has not ended since.
Result<std::vector<std::string>> sweepsNeeded(System& system);

/// What a sweep answers when it has ended.
struct SweepAsked {
    std::uint64_t inode = 0;  ///< of the file that asked; 0: nobody did
};

/// A sweep begins: whoever asks from now on asks for another. Until endSweep() it is needed all the same,
/// since it can be killed.
Result<SweepAsked> beginSweep(System& system, const std::string& hierarchy);
Status endSweep(System& system, const std::string& hierarchy, SweepAsked asked);

/// Says that something is due at `dueMs` (CLOCK_BOOTTIME): touches next-due if it said later. The drainer
/// watches that file, others stat it.
Status announceDue(System& system, std::int64_t dueMs);
/// Sets next-due, whatever it said.
Status setNextDue(System& system, std::int64_t dueMs);
/// When something is due; kNever if nothing is known to be.
std::int64_t nextDue(System& system);

constexpr const char* kNextDueFile = "/run/cgprune/next-due";
/// "Never", as next-due can hold it on any file system (until the year 2200).
constexpr std::int64_t kNever = 7'000'000'000'000;

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What /proc/PID/stat says. Pure. Since 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prune {

struct ProcStat {
    std::string name;          ///< as the process calls itself; any bytes
    char state = '\0';         ///< 'R', 'S', 'Z', 'X', ...
    std::int64_t session = 0;  ///< the session leader's pid; 0 where it is in no pid namespace of ours
    std::int64_t threads = 0;
    std::uint64_t startTicks = 0;  ///< field 22: clock ticks since boot, in the reader's time namespace

    /// Every thread of it has ended; its parent may not have looked yet. A leader that ended before its
    /// threads is a zombie, too, and the process lives.
    bool hasEnded() const { return state == 'X' || (state == 'Z' && threads <= 1); }
};

/// Parses the file's text; nothing if it is not one. The name can hold blanks, brackets and newlines.
std::optional<ProcStat> parseProcStat(std::string_view text);

}  // namespace prune

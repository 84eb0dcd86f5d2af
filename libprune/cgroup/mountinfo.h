// SPDX-License-Identifier: MIT
/// Parser of /proc/PID/mountinfo lines, for cgroup mounts; no system calls. Since 1.0. Any thread.
/// Source: proc_pid_mountinfo(5); cgroup_show_options() and seq_show_option() in the kernel, which write
/// blank, tab, newline, backslash, "," and "=" of a value in octal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prune {

/// One cgroup mount. Views are into the parsed line and still escaped; see unescapeMount().
struct CgroupMount {
    bool unified = false;      ///< cgroup2
    bool readOnly = false;     ///< this mount, not the hierarchy
    std::uint64_t device = 0;  ///< st_dev of everything in the hierarchy
    std::string_view root;     ///< which part of the hierarchy is mounted; "/" = all
    std::string_view mountPoint;
    std::string_view superOptions;  ///< "rw,freezer", "rw,release_agent=/x,name=openrc"
};

/// The mount that `line` tells of; nothing if it is no cgroup mount or not well-formed.
std::optional<CgroupMount> parseCgroupMount(std::string_view line);

/// The hierarchy's name as in /proc/self/cgroup: "cpu,cpuacct", "name=openrc", "unified".
std::string hierarchyName(const CgroupMount& mount);

/// The value of release_agent= (unescaped), or nothing.
std::optional<std::string> releaseAgentOption(const CgroupMount& mount);

/// True if the mount's release_agent= option is exactly `agent`; does not allocate.
bool hasReleaseAgent(const CgroupMount& mount, std::string_view agent);

/// Undoes the octal escapes ("\040").
std::string unescapeMount(std::string_view text);

}  // namespace prune

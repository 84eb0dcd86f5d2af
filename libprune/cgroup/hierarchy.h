// SPDX-License-Identifier: MIT
/// The mounted cgroup hierarchies: which there are, and which one a release is about. Since 1.0.
/// One thread per System.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Where `cgprune enable` puts a hierarchy's alias and, with ".mount" behind it, the link to its mount.
constexpr std::string_view kAliasFolder = "/run/cgprune/agents/";

/// A mounted hierarchy.
struct Hierarchy {
    std::string name;  ///< "freezer", "cpu,cpuacct", "name=openrc", "unified"
    std::string mountPoint;
    bool unified = false;   ///< cgroup v2
    bool readOnly = false;  ///< this mount of it
    /// st_dev of everything in it; 0: not known, and not checked.
    std::uint64_t device = 0;
};

/// A hierarchy with its root directory held open.
struct OpenHierarchy {
    Hierarchy about;
    Fd root;  ///< O_RDONLY; holding it keeps the mount from being unmounted
};

/// All hierarchies that are mounted whole (root "/"), each once, in the order of /proc/self/mountinfo. Of
/// several mounts of one the first that can be written.
/// Errors: those of reading /proc/self/mountinfo.
Result<std::vector<Hierarchy>> mountedHierarchies(System& system);

/// The mounted hierarchy of that name; nothing if it is not mounted.
Result<std::optional<Hierarchy>> hierarchyByName(System& system, std::string_view name);

/// The name of the hierarchy that an alias below kAliasFolder stands for; nothing: `agent` is none.
std::optional<std::string_view> hierarchyOfAlias(std::string_view agent);

/// The fast way of the agent: `agent` is an alias below kAliasFolder, its ".mount" link names a directory,
/// and that directory is a v1 root whose release_agent holds exactly `agent`. Anything else: nothing.
std::optional<OpenHierarchy> hierarchyByAlias(System& system, std::string_view agent);

/// The v1 hierarchies whose release_agent= option is exactly `agent`. `mounted`: what mountedHierarchies()
/// says, of the same look.
Result<std::vector<Hierarchy>> hierarchiesByAgent(System& system, std::string_view agent,
                                                  std::vector<Hierarchy>* mounted = nullptr);

/// The names of the v1 hierarchies that there are, mounted or not.
Result<std::vector<std::string>> livingHierarchies(System& system);

/// Whether a v1 hierarchy lives on that is not in `mounted`: its release_agent cannot be read.
Result<bool> isAnyUnmounted(System& system, const std::vector<Hierarchy>& mounted);

/// Opens the root of a mounted hierarchy: where something else covers this mount of it, by another one.
/// Errors: of open; code 0 if what is mounted there is not it.
Result<OpenHierarchy> openHierarchy(System& system, const Hierarchy& hierarchy);

/// Finds and opens the hierarchy of that name. Nothing: it is not mounted. Errors: those of both.
Result<std::optional<OpenHierarchy>> openHierarchyByName(System& system, std::string_view name);

/// Which hierarchy a directory lies in, and the path in it.
struct PlacedDirectory {
    Hierarchy hierarchy;
    std::string path;        ///< "/" or a path as CgroupPath takes it
    bool wholeMount = true;  ///< false: the mount shows only a part (a container's view)
};

/// Places a directory given as a path of the file system. Error code 0: it is not below a cgroup mount.
Result<PlacedDirectory> placeDirectory(System& system, const char* directory);

/// True if the release_agent of the v1 root holds exactly `agent` now; false where there is none. Errors: it
/// cannot be read.
Result<bool> holdsAgent(System& system, int rootFd, std::string_view agent);

/// The text of release_agent in a v1 root, without its newline; "" where none is set.
Result<std::string> readReleaseAgent(System& system, int rootFd);

/// The hierarchy id that /proc/self/cgroup shows now; 0 for `unified`. Error code 0: not mounted or gone.
Result<std::uint32_t> hierarchyId(System& system, std::string_view name);

}  // namespace prune

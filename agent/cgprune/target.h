// SPDX-License-Identifier: MIT
/// From what people type to a cgroup held open.
#pragma once

#include <string>

#include "base/result.h"
#include "cgprune/verb.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "prune/context.h"

namespace prune {

/// The options that say in which hierarchy a PATH is.
inline constexpr Option kHierarchyOption = {"hierarchy", "H", "PATH is a cgroup path in this hierarchy"};

/// A cgroup that a verb is about.
struct Target {
    OpenHierarchy hierarchy;
    OpenCgroup cgroup;
    std::string path;  ///< in the hierarchy

    Subject subject() const { return {hierarchy, cgroup, path}; }
    /// "/a/b of freezer", escaped.
    std::string name() const;
};

/// Warns, where `withoutLock`, that `what` was done without the cgroup's lock.
void warnOfLock(Session& session, const Target& target, bool withoutLock, const char* what);

enum class Purpose { look, change };

/// The cgroup of the verb's PATH and --hierarchy. A mount that shows only a part of its hierarchy, as in a
/// container, is refused for changes. Errors (code 0 too) say what to do.
Result<Target> openTarget(Session& session, const Arguments& arguments, Purpose purpose);

/// The cgroup whose directory has that path in the file system.
Result<Target> openDirectoryTarget(System& system, const std::string& directory, Purpose purpose);

/// The mounted hierarchy of that name, open. Error: says which there are.
Result<OpenHierarchy> openNamed(System& system, const std::string& name);

/// The conf as it is now, with what a verb does.
Context contextOf(Session& session);

}  // namespace prune

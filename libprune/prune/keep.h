// SPDX-License-Identifier: MIT
/// Keep marks: setting and removing them so that no removal can run beside it unseen. Since 0.1.
/// One thread per System.
#pragma once

#include "base/result.h"
#include "cgroup/directory.h"
#include "prune/change.h"

namespace prune {

/// Whose mark: root's (trusted.*) wins in every policy, the owner's (user.*) where the rule says owner-keep.
enum class KeepMark { root, owner };

/// "trusted.cgprune.keep" or "user.cgprune.keep".
const char* xattrOf(KeepMark mark);

/// Marks the cgroup as kept. Errors: ENOENT: it was removed meanwhile; those of setxattr.
Result<Change> setKeep(System& system, const OpenCgroup& cgroup, KeepMark mark);

/// Takes the mark away. Errors: ENOENT: the cgroup was removed meanwhile; those of removexattr.
Result<Change> removeKeep(System& system, const OpenCgroup& cgroup, KeepMark mark);

}  // namespace prune

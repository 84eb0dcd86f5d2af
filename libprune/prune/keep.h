// SPDX-License-Identifier: MIT
/// Keep marks: which count; setting and removing them so that no removal can run beside it unseen. Since 1.0.
/// One thread per System.
#pragma once

#include "base/result.h"
#include "cgroup/directory.h"
#include "cgroup/state.h"
#include "prune/change.h"
#include "prune/context.h"

namespace prune {

/// Whose mark: root's (trusted.*) wins in every policy, the owner's (user.*) where the rule says owner-keep.
enum class KeepMark { root, owner };

/// "trusted.cgprune.keep" or "user.cgprune.keep".
const char* xattrOf(KeepMark mark);

/// Whether a mark counts: the owner's by owner-keep of the rule that fits, and where no rule does; also while
/// the conf has errors, since nobody knows then which rule it is.
bool isKept(const Context& context, const Subject& subject, const CgroupState& state);

/// Marks the cgroup as kept. Errors: ENOENT: it was removed meanwhile; those of setxattr.
Result<Change> setKeep(System& system, const OpenCgroup& cgroup, KeepMark mark);

/// Takes the mark away. Errors: ENOENT: the cgroup was removed meanwhile; those of removexattr.
Result<Change> removeKeep(System& system, const OpenCgroup& cgroup, KeepMark mark);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What watching tells about a cgroup, kept in the registry as observed: who made it, and to whom it was
/// handed. A registered fact is never replaced. Faults are logged. Since 1.0. One thread per context.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "base/fd.h"
#include "prune/context.h"

namespace prune {

/// `maker`: pidfd of whoever made the directory. It counts only where it is in another pid namespace than the
/// initial one: mkdir(1) is not the requestor, and a daemon never ends. One that has ended already is none.
/// One that cannot be remembered, for want of room say, leaves a mark at the cgroup, which then stays until
/// its creator is registered or forgotten; so does one of whom several makers are told, those of others that
/// were at its path before. `id`: the cgroup's. `unrecorded`: ids of cgroups with a maker that does not
/// count; the caller keeps them for as long as more may be told of them.
void observeMaker(Context& context, const Subject& subject, std::uint64_t id, const Fd& maker,
                  std::set<std::uint64_t>& unrecorded);

/// Who made it cannot have been told, or not of all: where nothing is known of a maker, it gets that mark.
void observeLostMaker(Context& context, const Subject& subject, std::uint64_t id);

/// Another owner than the parent's, of the directory and of cgroup.procs, is a delegation: that is
/// remembered, and on v1 gets notify_on_release where the rule's policy has `delegated` and set-flag is on.
/// Given back, an observed one is forgotten.
void observeOwner(Context& context, const Subject& subject);

/// v1: the facts' paths are where it is now.
void observeRename(Context& context, const Subject& subject);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Facts told to us: who asked for a cgroup, and to whom it was handed. Since 1.0. One thread per context.
///
/// Written under the cgroup's shared lock, so that no agent decides beside it; after that the cgroup is
/// looked at again. Errors, of all: ENOENT: the cgroup was removed meanwhile, and nothing is remembered;
/// those of writing. In a dry run nothing is written, and the answer is what it would be.
#pragma once

#include "base/result.h"
#include "creator/creator.h"
#include "prune/change.h"
#include "prune/context.h"
#include "prune/delegation_fact.h"
#include "store/registry.h"

namespace prune {

/// Replaces a creator known before; but an observed one replaces none. Every 64th looks for facts whose
/// cgroups have gone; where there are more than 64 facts, one of about as many as there are.
Result<Change> registerCreator(Context& context, const Subject& subject, const Creator& creator,
                               FactSource source);
Result<Change> registerDelegation(Context& context, const Subject& subject, const Delegation& delegation,
                                  FactSource source);

/// Hands the cgroup over: with `chown` it and the files that move tasks are given to `to`; then it is marked,
/// and on v1 flagged. Marked only when it is theirs, and flagged only when it is marked. Errors: those of
/// each.
Result<Change> delegateCgroup(Context& context, const Subject& subject, const Delegation& to, bool chown);

/// Drops what the cgroup itself says of its maker (kMaker). False: it said nothing.
Result<bool> forgetMaker(Context& context, const Subject& subject);

/// Drops the fact, a broken one too, and of a creator what the cgroup itself says of its maker.
Result<Change> forget(Context& context, const Subject& subject, FactKind kind);

}  // namespace prune

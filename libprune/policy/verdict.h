// SPDX-License-Identifier: MIT
/// Facts about a cgroup, and the verdict over them: plain values, no system calls. Since 1.0.
#pragma once

#include <string_view>

namespace prune {

/// What is known of the creator of a cgroup. Gone and unknown differ: doubt never removes.
enum class CreatorState { none, alive, gone, unknown };

/// All that evaluate() looks at. The defaults are those of a cgroup nothing is known of.
struct Facts {
    bool unified = false;               ///< on cgroup v2, which has no notify_on_release
    bool populated = false;             ///< a task is in it (v2: or below it)
    bool hasChildren = false;           ///< it has child cgroups
    bool notifyOnRelease = false;       ///< v1: the flag is 1
    bool keptByRoot = false;            ///< trusted.cgprune.keep
    bool keptByOwner = false;           ///< user.cgprune.keep
    bool delegationMarked = false;      ///< marked, or seen to be handed over
    bool delegatedByOwnership = false;  ///< only its owner, other than the parent's, says so
    bool insideDelegation = false;      ///< v2: below a delegation boundary
    CreatorState creator = CreatorState::none;
};

enum class Action { keep, defer, remove };

/// Why. Each has a stable word, see word(); new ones are only ever added at the end of their group.
enum class Reason {
    // keep
    populated,
    hasChildren,
    kept,
    flagOff,
    policyNever,
    notDelegated,
    keepUnknownCreator,
    noRule,
    insideDelegation,
    sweepNotAllowed,
    tooYoung,
    notMatched,
    // remove
    policyAlways,
    delegated,
    delegatedByOwner,
    creatorGone,
    unknownCreator,
    // defer
    creatorAlive,
    creatorUndetermined,
    lingering,
    ambiguous,
    lockHeld,
    confError,
    seenEmpty,
    removalFailed,
    notMounted,
    stuck,
    count_  ///< how many there are
};

/// "creator-alive", "kept", ...: as in logs, JSON and the journal.
std::string_view word(Reason reason);
/// "keep", "defer", "remove".
std::string_view word(Action action);
/// The reason of that word, or count_ if there is none.
Reason reasonFromWord(std::string_view text);

struct Verdict {
    Action action = Action::keep;
    Reason reason = Reason::noRule;
    bool afterLinger = false;  ///< remove, but only when it has been empty for the rule's linger

    bool operator==(const Verdict&) const = default;
};

}  // namespace prune

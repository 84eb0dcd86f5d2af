// SPDX-License-Identifier: MIT
/// What keep and unkeep have in common.
#pragma once

#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "prune/keep.h"

namespace prune {

inline constexpr Option kAsOwnerOption = {"as-owner", "", "the mark that its owner can set without root"};

KeepMark markOf(const Arguments& arguments);

/// False, which was said, for others than root.
bool mayMarkAsRoot(Session& session);

/// Whether the mark is there now.
bool hasMark(System& system, const Target& target, KeepMark mark);

struct KeepWords {
    const char* verb;
    const char* changed;  ///< "kept"
    const char* already;  ///< "kept already"
};

/// What came of it, and a warning where the lock could not be had.
void sayChange(Session& session, const Target& target, KeepMark mark, const KeepWords& words,
               const Change& change);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What register, forget, delegate and undelegate have in common.
#pragma once

#include <optional>
#include <string>

#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "prune/register_facts.h"

namespace prune {

/// The number of an option's argument, of at most `most`. Nothing, which was said: it is none.
std::optional<std::uint64_t> numberOf(Session& session, const Arguments& arguments, std::string_view option,
                                      std::uint64_t most);

/// As openTarget(), to change it; refused in a container, since the registry is the host's.
Result<Target> openForRegistry(Session& session, const Arguments& arguments);

/// What forget and undelegate say.
struct DropWords {
    const char* verb;
    const char* dropped;
    const char* none;  ///< where there was nothing to drop
};

/// Drops the fact of that kind about the verb's PATH, and says so. An exit code.
int dropFact(Session& session, const Target& target, FactKind kind, const DropWords& words);

/// What came of it: a line "NAME: WORDS", with --json an object of the same, and a warning where the lock
/// could not be had.
void sayRegistered(Session& session, const Target& target, std::string_view verb, const std::string& words,
                   const Change& change);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What register, forget, delegate and undelegate have in common.
#pragma once

#include <optional>
#include <string>

#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "prune/remember.h"

namespace prune {

/// The number of an option's argument, of at most `most`. Nothing, which was said: it is none.
std::optional<std::uint64_t> numberOf(Session& session, const Arguments& arguments, std::string_view option,
                                      std::uint64_t most);

/// What came of it: a line "NAME: WORDS", with --json an object of the same, and a warning where the lock
/// could not be had.
void sayRemembered(Session& session, const Target& target, std::string_view verb, const std::string& words,
                   const Change& change);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What a person can do to change a verdict: a line for each reason.
#pragma once

#include <string>
#include <string_view>

#include "policy/verdict.h"

namespace prune {

/// What the lines of advice name. Texts for people, but that `directory` is one word of a shell.
struct AdviceWords {
    std::string directory;     ///< the cgroup's, see shellWord()
    std::string hierarchy;     ///< a word of a shell, too
    std::string rule;          ///< "rule lxc (/etc/cgprune/cgprune.conf:4)"
    std::string unkeep;        ///< what takes the keep marks that are there away
    std::string creatorEnd;    ///< "the end of process 4242 (bash)"
    std::string undetermined;  ///< what to do where nobody can tell whether it is gone
};

/// The line for `reason`, which may be of a verdict or of what came of it.
std::string adviceFor(Reason reason, const AdviceWords& words);

/// `bytes` as one word for bash, ksh and zsh that prints as it is: quoted where it has to be.
std::string shellWord(std::string_view bytes);

}  // namespace prune

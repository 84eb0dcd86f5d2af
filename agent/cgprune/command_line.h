// SPDX-License-Identifier: MIT
/// Parses cgprune's command line; runs nothing.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cgprune/verb.h"

namespace prune {

struct CommandLine {
    const Verb* verb = nullptr;  ///< nullptr: --help or --version of the program itself
    Arguments arguments;         ///< of the verb
    std::string root;
    bool help = false;
    bool version = false;
    bool json = false;
    bool dryRun = false;
};

/// `words`: argv without the program's name. Error: one line that says what was expected.
Result<CommandLine> parseCommandLine(const std::vector<std::string>& words);

/// What can stand before a verb.
const std::vector<Option>& programOptions();

/// What all verbs take, and --dry-run for those that change something.
std::vector<Option> optionsOf(const Verb& verb);

}  // namespace prune

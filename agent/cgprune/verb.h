// SPDX-License-Identifier: MIT
/// What a verb of cgprune is made of, and what it is given to work with.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cgprune/output.h"
#include "prune/log.h"
#include "sys/system.h"

namespace prune {

/// Exit codes, for all verbs.
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kLeft = 3;  ///< done, but something was left

/// The command line of a verb, parsed.
struct Arguments {
    std::vector<std::string> operands;
    std::vector<std::string> command;  ///< what stands behind "--", for verbs that take one
    std::map<std::string, std::string, std::less<>> options;  ///< as given; "" for those without argument

    bool has(std::string_view option) const { return options.find(option) != options.end(); }
    /// "" where it was not given.
    std::string value(std::string_view option) const {
        const auto found = options.find(option);
        return found == options.end() ? std::string() : found->second;
    }
};

/// What a verb works with.
struct Session {
    System& system;
    Log& log;
    Output& out;
    std::string root;  ///< --root, "" if not given
    bool dryRun = false;
};

struct Option {
    std::string_view name;
    std::string_view argument;  ///< what its argument is called; "" = takes none
    std::string_view help;
    bool repeats = false;  ///< may be given several times: a line of the value for each
};

struct Verb {
    std::string_view name;
    std::string_view operands;  ///< as in its usage line: "HIERARCHY", "[HIERARCHY...]"
    std::size_t fewest = 0;     ///< operands
    std::size_t most = 0;
    std::string_view summary;  ///< one line, for `cgprune --help`
    std::string_view details;  ///< for `cgprune VERB --help`; only indented lines stay as they are
    std::vector<Option> options;
    bool changes = false;       ///< has --dry-run
    bool printsJson = true;     ///< has --json
    bool takesCommand = false;  ///< what stands behind "--" is not the verb's
    bool needsRoot = true;
    int (*run)(Session& session, const Arguments& arguments) = nullptr;
};

/// All verbs, in the order of `cgprune --help`.
const std::vector<Verb>& allVerbs();

// Each in its own file, verb_NAME.cpp.
Verb enableVerb();
Verb disableVerb();
Verb statusVerb();
Verb treeVerb();
Verb listVerb();
Verb explainVerb();
Verb keepVerb();
Verb unkeepVerb();
Verb registerVerb();
Verb forgetVerb();
Verb delegateVerb();
Verb undelegateVerb();
Verb pruneVerb();
Verb retryVerb();
Verb sweepVerb();
Verb checkVerb();
Verb execVerb();
Verb watchVerb();
Verb doctorVerb();
Verb metricsVerb();
Verb completionVerb();

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Parses the text of one conf file into the plain model; no system calls. Since 1.0. Any thread.
#pragma once

#include <string_view>
#include <vector>

#include "policy/conf.h"
#include "policy/keys.h"

namespace prune {

/// The values of a section, and which of its keys it has; the others are at their built-in values.
template <class Values>
struct ParsedSection {
    Values values;
    KeySet said = 0;
};

/// What one file says, before it is merged with others.
struct ParsedConf {
    ParsedSection<AgentConf> agent;
    std::vector<ParsedSection<Rule>> rules;  ///< names differ
    ParsedSection<Rule> defaults;            ///< values.where.line is 0 where the file has no [default]
    std::vector<ConfError> errors;           ///< all of them, in order of place
};

/// Parses `text`; `file` is the name for messages. Never fails: errors are in the result.
ParsedConf parseConf(std::string_view text, std::string_view file);

}  // namespace prune

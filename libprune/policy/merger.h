// SPDX-License-Identifier: MIT
/// Makes one conf of what several files say. No system calls. Since 1.0. Not shared between threads.
#pragma once

#include <vector>

#include "policy/conf.h"
#include "policy/parser.h"

namespace prune {

/// Takes files in the order in which they count: a later one has the last word on each key of [agent] and
/// [default], and its rules replace their namesakes, whole, in their place. Rules of drop-ins come before
/// those of the main file. A rule has the values of [default], as merged, for what it does not say.
class Merger {
public:
    void addMain(ParsedConf file) { add(file, mainRules_); }
    void addDropIn(ParsedConf file) { add(file, dropInRules_); }
    /// The conf of all files that were added; the merger is used up.
    Conf finish();

private:
    using Rules = std::vector<ParsedSection<Rule>>;

    void add(ParsedConf& file, Rules& newRules);
    static bool replace(Rules& rules, ParsedSection<Rule>& by);
    void move(Rules& from, Conf& to) const;

    AgentConf agent_;
    Rule defaults_;
    Rules mainRules_;
    Rules dropInRules_;
};

}  // namespace prune

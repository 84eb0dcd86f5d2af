// SPDX-License-Identifier: MIT
/// The conf as a plain model: what cgprune.conf(5) says, after parsing and checks. Since 1.0.
/// Values; usable from any thread. Times are milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prune {

/// How Rule::hierarchies names cgroup v2.
inline constexpr std::string_view kUnifiedName = "unified";

/// Where something stands in a conf file; line and column count from 1, 0 = not from a file.
struct ConfPosition {
    std::string file;
    int line = 0;
    int column = 0;
};

/// One thing wrong in the conf: where, and what was expected instead.
struct ConfError {
    ConfPosition where;
    std::string message;

    /// "file:line:column: message"; "file: message" where no line is to blame.
    std::string text() const;
};

enum class LogLevel { error, warning, notice, info, debug };

/// [agent]
struct AgentConf {
    LogLevel logLevel = LogLevel::notice;
    bool drainer = true;
    std::int64_t lockPatienceMs = 5'000;
    std::int64_t ambiguousLingerMs = 10'000;
    std::int64_t watchCreators = 512;
};

/// `policy = ...`: any of them is enough; never stands alone.
struct PolicySet {
    bool always = false;
    bool creatorGone = true;
    bool delegated = true;
    bool never = false;

    bool operator==(const PolicySet&) const = default;
};

/// One [rule NAME], or [default].
struct Rule {
    std::string name = "default";
    ConfPosition where;                    ///< its section line; line 0 = built in
    std::vector<std::string> hierarchies;  ///< empty = any v1 hierarchy
    std::string path;                      ///< pattern as written, with its \xHH; empty = any
    PolicySet policy;
    bool removeUnknownCreator = true;
    std::int64_t lingerMs = 2'000;
    bool delegatedByOwner = false;
    bool userDelegate = false;
    bool setFlag = true;
    bool ownerKeep = true;
    bool sweep = false;
    std::int64_t sweepLingerMs = 600'000;
    std::int64_t retryFirstMs = 1'000;
    std::int64_t retryMaxMs = 60'000;
    std::int64_t giveUpMs = 3'600'000;
    bool insideDelegation = false;
};

/// The conf in force. `rules` in the order in which they are tried.
struct Conf {
    AgentConf agent;
    std::vector<Rule> rules;
    Rule defaults;
    std::vector<ConfError> errors;  ///< not empty: nothing may be removed by this conf
};

/// True if the bytes of `path` fit `pattern`: `*` any bytes within a component, `**` (a whole component) one
/// or more components, `\xHH` that byte; "/lxc/**" does not fit "/lxc". Linear in pattern x path at worst,
/// whatever the bytes are.
bool pathFits(std::string_view pattern, std::string_view path);

/// Whether a rule reaches a cgroup, and if not why.
enum class Fit {
    fits,
    otherHierarchy,
    pathNotLiteral,  ///< on v2 a rule's path has to begin with a literal component
    otherPath,
};
Fit fitOf(const Rule& rule, std::string_view hierarchy, bool unified, std::string_view path);

/// The first rule that fits, or [default] on v1; nullptr: no rule reaches this cgroup (v2 without a rule that
/// names `unified`). The rule belongs to `conf`.
const Rule* selectRule(const Conf& conf, std::string_view hierarchy, bool unified, std::string_view path);

}  // namespace prune

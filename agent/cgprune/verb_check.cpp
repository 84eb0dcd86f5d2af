// SPDX-License-Identifier: MIT
// cgprune check: every error of the conf, and rules that can never decide.
#include "base/text.h"
#include "cgprune/conf_view.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "policy/covers.h"
#include "policy/error_list.h"
#include "policy/loader.h"

namespace prune {

namespace {

constexpr std::string_view kWarning = "warning";
/// Closed to all but root on each host, and so nothing to fail for.
constexpr std::string_view kRootsOwn = "/run/cgprune/cgprune.conf.d";

void sayConfError(Session& session, const ConfError& error, std::string_view level) {
    auto object = confErrorJson(error);
    object["level"] = level;
    const ConfError line{error.where, level == kWarning ? "warning: " + error.message : error.message};
    session.out.say(line.text(), object);
}

/// A rule that an earlier one leaves nothing to.
void sayCovered(Session& session, const CoveredRule& covered) {
    const ConfError about{covered.rule->where,
                          "rule " + prune::quoted(covered.rule->name) +
                              " is never used, since all that it fits is decided by rule " +
                              ruleText(*covered.by) +
                              ", which is tried first; put it before that one, or drop it"};
    sayConfError(session, about, kWarning);
}

int runCheck(Session& session, const Arguments&) {
    auto conf = loadConf(session.system);
    const auto hidden = takeUnreadable(session.system, conf);
    if (!hidden.empty()) session.out.problem("only root can read " + hidden + ", which was left out");
    for (const auto& error : conf.errors) sayConfError(session, error, "error");
    if (!conf.errors.empty()) return kFailed;
    const auto warnings = coveredRules(conf);
    for (const auto& covered : warnings) sayCovered(session, covered);
    const bool isWhole = hidden.empty() || hidden == kRootsOwn;
    session.out.say((isWhole ? "conf is fine: " : "no error in what could be read: ") +
                        counted(conf.rules.size(), "rule") +
                        (warnings.empty() ? "" : ", " + counted(warnings.size(), "warning")),
                    {{"errors", 0},
                     {"warnings", warnings.size()},
                     {"rules", conf.rules.size()},
                     {"conf-unreadable", hidden.empty() ? Json() : Json(hidden)}});
    return isWhole ? kDone : kLeft;
}

}  // namespace

Verb checkVerb() {
    Verb verb;
    verb.name = "check";
    verb.summary = "every error in the conf";
    verb.details =
        "Reads the conf as release-agent does, and prints each error as file:line:column: what was "
        "expected.\n"
        "While there is one, nothing is removed. Exit 1 if there is any. Where there is none, it warns of\n"
        "rules that are never used, since an earlier one fits all that they fit. Exit 3 if conf files could\n"
        "not be read.";
    verb.needsRoot = false;
    verb.run = runCheck;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune check: every error of the conf.
#include "base/text.h"
#include "cgprune/conf_view.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "policy/loader.h"

namespace prune {

namespace {

int run(Session& session, const Arguments&) {
    auto conf = loadConf(session.system);
    if (const auto hidden = takeUnreadable(session.system, conf); !hidden.empty())
        session.out.problem("only root can read " + hidden + ", which was left out");
    for (const auto& error : conf.errors)
        session.out.say(error.text(), {{"file", escapeForPeople(error.where.file)},
                                       {"line", error.where.line},
                                       {"column", error.where.column},
                                       {"message", error.message}});
    if (!conf.errors.empty()) return kFailed;
    session.out.say("conf is fine: " + counted(conf.rules.size(), "rule"),
                    {{"errors", 0}, {"rules", conf.rules.size()}});
    return kDone;
}

}  // namespace

Verb checkVerb() {
    Verb verb;
    verb.name = "check";
    verb.summary = "every error in the conf";
    verb.details =
        "Reads the conf as release-agent does, and prints each error as file:line:column: what was "
        "expected.\n"
        "While there is one, nothing is removed. Exit 1 if there is any.";
    verb.needsRoot = false;
    verb.run = run;
    return verb;
}

}  // namespace prune

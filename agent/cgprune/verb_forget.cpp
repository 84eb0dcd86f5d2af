// SPDX-License-Identifier: MIT
// cgprune forget: the creator of a cgroup is remembered no longer.
#include "cgprune/remember_words.h"

namespace prune {

namespace {

int run(Session& session, const Arguments& arguments) {
    const auto target = openTarget(session, arguments, Purpose::change);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    auto context = contextOf(session);
    const auto changed = forget(context, target.value().subject(), FactKind::creator);
    if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
    sayRemembered(session, target.value(), "forget",
                  changed.value().changed ? "creator forgotten" : "no creator was known", changed.value());
    return kDone;
}

}  // namespace

Verb forgetVerb() {
    Verb verb;
    verb.name = "forget";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "remember no longer who asked for a cgroup";
    verb.details =
        "Drops what cgprune register remembered, also where it cannot be read any more. What becomes of the\n"
        "cgroup is then for unknown-creator in the conf to say.";
    verb.options = {kHierarchyOption};
    verb.changes = true;
    verb.run = run;
    return verb;
}

}  // namespace prune

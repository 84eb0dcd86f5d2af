// SPDX-License-Identifier: MIT
// cgprune forget: the creator of a cgroup is remembered no longer.
#include "cgprune/register_words.h"

namespace prune {

namespace {

int runForget(Session& session, const Arguments& arguments) {
    const auto target = openForRegistry(session, arguments);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    return dropFact(session, target.value(), FactKind::creator,
                    {"forget", "creator forgotten", "no creator was known"});
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
    verb.run = runForget;
    return verb;
}

}  // namespace prune

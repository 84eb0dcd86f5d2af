// SPDX-License-Identifier: MIT
// cgprune keep: marks a cgroup as kept, whatever the policy says.
#include "prune/keep.h"

#include <fmt/format.h>

#include "cgprune/keep_words.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"

namespace prune {

namespace {

int runKeep(Session& session, const Arguments& arguments) {
    const auto mark = markOf(arguments);
    if (mark == KeepMark::root && !mayMarkAsRoot(session)) return kFailed;
    const auto target = openTarget(session, arguments, Purpose::change);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    Change change{!hasMark(session.system, target.value(), mark), false};
    if (!session.dryRun) {
        const auto changed = setKeep(session.system, target.value().cgroup, mark);
        if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
        change = changed.value();
    }
    sayChange(session, target.value(), mark, {"keep", "kept", "kept already"}, change);
    return kDone;
}

}  // namespace

Verb keepVerb() {
    Verb verb;
    verb.name = "keep";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "mark a cgroup: it stays when it is empty";
    verb.details =
        "Marks the cgroup with the attribute trusted.cgprune.keep, which wins over every policy. The mark\n"
        "follows a rename, and goes with the cgroup. Its children are not marked by it.";
    verb.options = {kHierarchyOption, kAsOwnerOption};
    verb.changes = true;
    verb.needsRoot = false;
    verb.run = runKeep;
    return verb;
}

}  // namespace prune

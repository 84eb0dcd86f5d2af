// SPDX-License-Identifier: MIT
// cgprune undelegate: a cgroup counts as handed over no longer.
#include "cgprune/remember_words.h"
#include "cgroup/delegation.h"

namespace prune {

namespace {

int run(Session& session, const Arguments& arguments) {
    const auto target = openTarget(session, arguments, Purpose::change);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    auto context = contextOf(session);
    const auto changed = forget(context, target.value().subject(), FactKind::delegated);
    if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
    sayRemembered(session, target.value(), "undelegate",
                  changed.value().changed ? "delegated no longer" : "no delegation was registered",
                  changed.value());
    const auto signs = readDelegation(session.system, target.value().cgroup);
    if (signs.ok() && signs.value().byRoot)
        session.out.line(target.value().name() + ": still has the mark " + kDelegateByRoot);
    return kDone;
}

}  // namespace

Verb undelegateVerb() {
    Verb verb;
    verb.name = "undelegate";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "take back the mark of delegate";
    verb.details =
        "Drops what cgprune delegate remembered. Owners, notify_on_release and the marks that systemd sets "
        "stay\n"
        "as they are.";
    verb.options = {kHierarchyOption};
    verb.changes = true;
    verb.run = run;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune undelegate: a cgroup counts as handed over no longer.
#include "cgprune/register_words.h"
#include "cgroup/delegation.h"
#include "sys/files.h"

namespace prune {

namespace {

int runUndelegate(Session& session, const Arguments& arguments) {
    const auto target = openForRegistry(session, arguments);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    const int exit = dropFact(session, target.value(), FactKind::delegated,
                              {"undelegate", "delegated no longer", "no delegation was registered"});
    const auto marked = hasXattr(session.system, target.value().cgroup.directory.get(), kDelegateByRoot);
    if (exit == kDone && marked.ok() && marked.value())
        session.out.line(target.value().name() + ": still has the mark " + kDelegateByRoot);
    return exit;
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
    verb.run = runUndelegate;
    return verb;
}

}  // namespace prune

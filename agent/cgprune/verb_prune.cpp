// SPDX-License-Identifier: MIT
// cgprune prune: removes a cgroup and all below it that is empty, because somebody asks for it.
#include "cgprune/prune_options.h"
#include "cgprune/prune_report.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "prune/subtree.h"

namespace prune {

namespace {

int runPrune(Session& session, const Arguments& arguments) {
    auto options = readPruneOptions(arguments);
    if (!options.ok()) return session.out.problem(options.error().text()), kUsage;
    const auto target = openTarget(session, arguments, Purpose::change);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    placeMatch(options.value(), arguments, target.value().path);
    auto context = contextOf(session);
    if (!context.conf.errors.empty())
        session.out.problem("warning: " + confErrorsText(context.conf) +
                            "; until they are mended each owner's keep mark counts");
    PruneReport report(session, target.value());
    options.value().listener = &report;
    const auto done = removeSubtree(context, target.value().subject(), options.value());
    report.summary();
    if (!done.ok()) return session.out.problem(done.error().text()), kFailed;
    if (report.failed() > 0) return kFailed;
    return report.left() > 0 ? kLeft : kDone;
}

}  // namespace

Verb pruneVerb() {
    Verb verb;
    verb.name = "prune";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "remove a cgroup and all empty ones below it, now";
    verb.details =
        "Removes what is empty, children first, whatever notify_on_release and the rules say; nothing above\n"
        "PATH. Left are: what has tasks or children, keep marks, registered creators that live, what is\n"
        "locked, and what was handed to somebody else, with all below it. Exit 3 if anything was left.";
    verb.options = {kHierarchyOption, kOlderThanOption, kMatchOption, kForceOption};
    verb.changes = true;
    verb.run = runPrune;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune watch: what the kernel's agent is on v1, for v2; and an observer of makers and owners on both.
#include <climits>

#include "cgprune/conf_view.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/watch_loop.h"
#include "cgprune/words.h"

namespace prune {

namespace {

int runWatch(Session& session, const Arguments& arguments) {
    auto context = contextOf(session);
    if (!context.conf.errors.empty()) {
        session.out.problem(confErrorsText(context.conf) + "; mend them first");
        return kFailed;
    }
    return WatchLoop(session, context).run(arguments.operands);
}

}  // namespace

Verb watchVerb() {
    Verb verb;
    verb.name = "watch";
    verb.operands = "[HIERARCHY...]";
    verb.most = SIZE_MAX;
    verb.summary = "release on cgroup v2, and observe who makes cgroups";
    verb.details =
        "Runs until SIGTERM or SIGINT; SIGHUP has it read the conf anew. Without HIERARCHY: cgroup v2, and "
        "those\n"
        "of v1 that are enabled, whenever they are mounted. On v1 the kernel calls release-agent, and watch\n"
        "observes only. On v2 only what a rule with hierarchy = unified reaches is ever removed.";
    verb.printsJson = false;
    verb.run = runWatch;
    return verb;
}

}  // namespace prune

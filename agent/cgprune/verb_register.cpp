// SPDX-License-Identifier: MIT
// cgprune register: remembers who asked for a cgroup.
#include <climits>

#include "base/text.h"
#include "cgprune/known_text.h"
#include "cgprune/register_words.h"
#include "cgroup/state.h"
#include "creator/capture.h"

namespace prune {

namespace {

constexpr Option kCreator = {"creator", "PID", "the process that asked for the cgroup"};
constexpr Option kSession = {"session", "", "gone when the leader of its session has ended"};
constexpr Option kNamespace = {"namespace", "TYPE",
                               "gone when its namespace of that type is: mnt, pid, net, ..."};

/// What the options ask for; nothing, which was said, where they make no sense.
std::optional<CaptureOptions> captureOptions(Session& session, const Arguments& arguments) {
    CaptureOptions options;
    options.bySession = arguments.has(kSession.name);
    if (!arguments.has(kNamespace.name)) return options;
    options.byNamespace = namespaceTypeFromWord(arguments.value(kNamespace.name));
    if (options.byNamespace && !options.bySession) return options;
    session.out.problem(options.bySession
                            ? "expected --session or --namespace, not both"
                            : "--namespace " + escapeForPeople(arguments.value(kNamespace.name)) +
                                  ": expected cgroup, ipc, mnt, net, pid, time, user or uts");
    return std::nullopt;
}

/// Without the flag the kernel never calls, whoever ends.
void warnOfFlag(Session& session, const Target& target) {
    const bool unified = target.hierarchy.about.unified;
    const auto state = readState(session.system, target.cgroup.directory.get(), unified);
    if (unified || !state.ok() || !state.value() || state.value()->notifyOnRelease) return;
    session.out.problem("note: notify_on_release is 0 in " + target.name() +
                        ", so the kernel will not report that it became empty, and it will be kept");
}

int runRegister(Session& session, const Arguments& arguments) {
    if (!arguments.has(kCreator.name)) return session.out.problem("--creator PID is missing"), kUsage;
    const auto pid = numberOf(session, arguments, kCreator.name, INT_MAX);
    const auto options = captureOptions(session, arguments);
    if (!pid || !options) return kUsage;
    const auto target = openForRegistry(session, arguments);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    const auto creator = captureByPid(session.system, static_cast<int>(*pid), *options);
    if (!creator.ok()) return session.out.problem(creator.error().text()), kFailed;
    auto context = contextOf(session);
    const auto changed =
        registerCreator(context, target.value().subject(), creator.value(), FactSource::registered);
    if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
    sayRegistered(session, target.value(), "register",
                  "creator registered: " + requestorText(creator.value()) + "; gone when " +
                      deciderText(creator.value()) + " is",
                  changed.value());
    warnOfFlag(session, target.value());
    return kDone;
}

}  // namespace

Verb registerVerb() {
    Verb verb;
    verb.name = "register";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "have a cgroup stay for as long as its creator lives";
    verb.details =
        "Remembers the process PID as the creator of the cgroup. If PID is in another pid namespace than "
        "the\n"
        "host's, the creator is gone when that namespace's first process has ended; else when PID has. A "
        "cgroup\n"
        "that became empty then goes at the next look; before, it stays. Only the host can register.";
    verb.options = {kHierarchyOption, kCreator, kSession, kNamespace};
    verb.changes = true;
    verb.run = runRegister;
    return verb;
}

}  // namespace prune

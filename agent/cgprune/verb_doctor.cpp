// SPDX-License-Identifier: MIT
// cgprune doctor: whether all that the agent needs is as it should be, and what to do where it is not.
#include <algorithm>

#include <fmt/format.h>

#include "cgprune/doctor.h"
#include "cgprune/verb.h"

namespace prune {

namespace {

/// In the order of the output. `mounts` fills in what those behind it look at.
constexpr Check kChecks[] = {
    {"host", checkHost},
    {"mounts", checkMounts},
    {"unmounted", checkUnmounted},
    {"named-hierarchies", checkNamedHierarchies},
    {"conf", checkConf},
    {"agents", checkAgents},
    {"agent-file", checkAgentFiles},
    {"alias", checkAliases},
    {"capabilities", checkHelperCapabilities},
    {"static-helper", checkStaticHelper},
    {"security-modules", checkSecurityModules},
    {"handles", checkHandles},
    {"makers", checkMakers},
    {"clock", checkClock},
    {"state-folder", checkStateFolder},
    {"space", checkSpace},
    {"journal", checkJournal},
    {"drainer", checkDrainer},
    {"watch", checkWatch},
};

void print(Output& out, const Finding& finding) {
    const auto line = fmt::format("{}: {}", word(finding.health), finding.what);
    out.say(finding.todo.empty() ? line : fmt::format("{}: {}", line, finding.todo),
            {{"check", finding.check},
             {"health", word(finding.health)},
             {"what", finding.what},
             {"do", finding.todo.empty() ? Json() : Json(finding.todo)}});
}

bool hasAny(const Examination& examination, Health health) {
    return std::any_of(examination.findings.begin(), examination.findings.end(),
                       [health](const Finding& finding) { return finding.health == health; });
}

void printFrom(Examination& examination, std::size_t first) {
    for (auto i = first; i < examination.findings.size(); ++i)
        print(examination.session.out, examination.findings[i]);
    examination.session.out.flush();
}

int runDoctor(Session& session, const Arguments& arguments) {
    Examination examination(session);
    for (const auto& check : kChecks) {
        examination.begin(check.name);
        check.look(examination);
    }
    printFrom(examination, 0);
    if (arguments.has("live")) {
        const auto first = examination.findings.size();
        examination.begin("live");
        runLive(examination);
        printFrom(examination, first);
    }
    if (hasAny(examination, Health::fault)) return kFailed;
    return hasAny(examination, Health::warning) ? kLeft : kDone;
}

}  // namespace

Verb doctorVerb() {
    Verb verb;
    verb.name = "doctor";
    verb.summary = "is all as the agent needs it, and what to do if not";
    verb.details =
        "Looks at mounts, agents, aliases, the kernel, conf and state, and prints a line for each thing:\n"
        "ok, warning or fault; what was found; what to do. Changes nothing without --live.\n"
        "Exit 1 if there is a fault, 3 if there are warnings only.";
    verb.options = {{"live", "", "make a cgroup in each enabled hierarchy, and see it go"}};
    verb.run = runDoctor;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune doctor: whose agent each hierarchy has, whether the kernel can run ours, and the aliases.
#include <fcntl.h>

#include <map>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/alias.h"
#include "cgprune/doctor.h"
#include "cgprune/host.h"
#include "cgprune/trust.h"

namespace prune {

namespace {

/// Calls `visit(hierarchy, agent)` for each v1 hierarchy whose release_agent can be read.
template <class Visit>
void forEachAgent(Examination& examination, Visit visit) {
    for (const auto& hierarchy : examination.hierarchies) {
        if (hierarchy.about.unified) continue;
        const auto agent = agentOf(examination.system, hierarchy);
        if (agent.ok()) visit(hierarchy, agent.value());
    }
}

std::string enableAgain(const std::string& hierarchy) {
    return "cgprune enable " + escapeForPeople(hierarchy);
}

bool wasEnabled(System& system, const std::string& hierarchy) {
    return linkText(system, aliasOf(hierarchy)).has_value();
}

/// One whose agent is not ours.
void lookAtForeign(Examination& examination, const std::string& name, const AgentText& agent) {
    const bool enabled = wasEnabled(examination.system, name);
    if (agent.kind == AgentKind::none) {
        if (enabled)
            examination.warn(escapeForPeople(name) + " was enabled, and has no release agent now",
                             enableAgain(name));
        return;
    }
    const auto what = escapeForPeople(name) + " has another's release agent: " + escapeForPeople(agent.text);
    if (enabled)
        examination.warn(what + ", and was enabled before",
                         "find out who replaced it; " + enableAgain(name) + " --force takes it back");
    else
        examination.ok(what, "it is left alone; " + enableAgain(name) + " --force would replace it");
}

/// Which hierarchies have the same text: the agent cannot tell by it which one calls.
void lookAtShared(Examination& examination, const std::map<std::string, std::vector<std::string>>& byText) {
    for (const auto& [text, names] : byText)
        if (names.size() > 1)
            examination.warn(
                "one release_agent text for " + namesOf(names) + ": " + escapeForPeople(text) +
                    "; which of them calls cannot be told, so each removal waits for ambiguous-linger",
                "cgprune enable each of them, which gives each an alias of its own");
}

void lookAtFile(Examination& examination, const std::string& path, Health whenBad) {
    const auto binary = trustedAgent(examination.system, path);
    if (!binary.ok()) return examination.add(whenBad, binary.error());
    const auto name = escapeForPeople(binary.value());
    if (isHiddenFromHost(examination.system, binary.value()))
        return examination.add(
            whenBad, {name + " is not what PID 1 sees there, and the kernel looks where PID 1 does; run "
                             "this outside of this mount namespace (nsenter -t 1 -m)",
                      0});
    examination.ok("the kernel can run " + name + ", and only root can change it");
}

void lookAtAlias(Examination& examination, const OpenHierarchy& hierarchy, const AgentText& agent) {
    const auto& name = hierarchy.about.name;
    if (!agent.isAlias)
        return examination.warn(escapeForPeople(name) + " has our agent by the path " +
                                    escapeForPeople(agent.text) +
                                    ", not by its alias: each call has to read mountinfo",
                                enableAgain(name));
    if (!hierarchyByAlias(examination.system, agent.text))
        return examination.warn("the links " + escapeForPeople(aliasOf(name)) +
                                    " and .mount do not lead to the agent and to where " +
                                    escapeForPeople(name) + " is mounted",
                                enableAgain(name) + ", again");
    examination.ok("the alias of " + escapeForPeople(name) + " leads to its mount");
}

}  // namespace

void checkAgents(Examination& examination) {
    std::vector<std::string> ours;
    std::map<std::string, std::vector<std::string>> byText;
    bool anyV1 = false;
    forEachAgent(examination, [&](const OpenHierarchy& hierarchy, const AgentText& agent) {
        const auto& name = hierarchy.about.name;
        anyV1 = true;
        if (agent.kind != AgentKind::ours) return lookAtForeign(examination, name, agent);
        ours.push_back(name);
        byText[agent.text].push_back(name);
    });
    lookAtShared(examination, byText);
    if (!ours.empty()) return examination.ok("enabled: " + namesOf(ours));
    if (anyV1)
        examination.warn("no v1 hierarchy has our release agent", "cgprune enable HIERARCHY");
    else
        examination.ok("there is no v1 hierarchy, and so no release agent");
}

void checkAgentFiles(Examination& examination) {
    std::vector<std::string> looked;
    forEachAgent(examination, [&](const OpenHierarchy&, const AgentText& agent) {
        if (agent.kind != AgentKind::ours) return;
        const auto target = linkText(examination.system, agent.text).value_or(agent.text);
        for (const auto& known : looked)
            if (known == target) return;
        looked.push_back(target);
        lookAtFile(examination, agent.text, Health::fault);
    });
    if (looked.empty()) lookAtFile(examination, defaultAgent(examination.system), Health::warning);
}

void checkAliases(Examination& examination) {
    forEachAgent(examination, [&](const OpenHierarchy& hierarchy, const AgentText& agent) {
        if (agent.kind == AgentKind::ours) lookAtAlias(examination, hierarchy, agent);
    });
}

}  // namespace prune

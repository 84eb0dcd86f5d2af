// SPDX-License-Identifier: MIT
// cgprune status: each hierarchy, and the host.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/conf_files.h"
#include "cgprune/journal_view.h"
#include "cgprune/root_files.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/walk.h"
#include "cgprune/words.h"
#include "prune/drainer.h"
#include "store/counters.h"
#include "store/state_folder.h"

namespace prune {

namespace {

struct Counts {
    std::uint64_t cgroups = 0;
    std::uint64_t empty = 0;
    std::uint64_t kept = 0;
    std::uint64_t flagged = 0;
    std::uint64_t deferred = 0;
    std::uint64_t stuck = 0;
    std::uint64_t unreadable = 0;
};

Result<Counts> countCgroups(System& system, const OpenHierarchy& hierarchy) {
    Counts counts;
    const auto walked =
        walkBelow(system, hierarchy, "/", [&](const auto&, const auto&, const CgroupState& state) {
            if (!state.populated && !state.hasChildren) ++counts.empty;
            if (state.keptByRoot || state.keptByOwner) ++counts.kept;
            if (state.notifyOnRelease) ++counts.flagged;
        });
    if (!walked.ok()) return walked.error();
    counts.cgroups = walked.value().looked;
    counts.unreadable = walked.value().failed;
    const auto view = viewJournal(system, hierarchy.about.name);
    if (!view.ok()) return view.error();
    for (const auto& seen : view.value().entries) ++(seen.entry.stuck ? counts.stuck : counts.deferred);
    return counts;
}

std::string agentWords(const Hierarchy& hierarchy, const AgentText& agent) {
    if (hierarchy.unified) return "none (cgroup v2 has none)";
    const auto kind = std::string(word(agent.kind));
    return agent.kind == AgentKind::none ? kind : kind + " (" + escapeForPeople(agent.text) + ")";
}

void print(Session& session, const Hierarchy& about, const AgentText& agent, const Json& flag,
           const Counts& counts) {
    const auto name = escapeForPeople(about.name);
    const auto flagWord = flag.is_null() ? "none" : flag.get<bool>() ? "on" : "off";
    session.out.say(
        fmt::format(
            "{} at {}\n  agent: {}\n  flag at the root: {}\n  cgroups: {} ({} empty, {} flagged, {} kept{})\n"
            "  journal: {} deferred, {} stuck",
            name, escapeForPeople(about.mountPoint), agentWords(about, agent), flagWord, counts.cgroups,
            counts.empty, counts.flagged, counts.kept,
            counts.unreadable > 0 ? fmt::format(", {} unreadable", counts.unreadable) : "", counts.deferred,
            counts.stuck),
        {{"hierarchy", name},
         {"mount-point", escapeForPeople(about.mountPoint)},
         {"agent", word(agent.kind)},
         {"agent-text", escapeForPeople(agent.text)},
         {"root-flag", flag},
         {"cgroups", counts.cgroups},
         {"empty", counts.empty},
         {"flagged", counts.flagged},
         {"kept", counts.kept},
         {"unreadable", counts.unreadable},
         {"deferred", counts.deferred},
         {"stuck", counts.stuck}});
}

Status showHierarchy(Session& session, const Hierarchy& about) {
    const auto open = openHierarchy(session.system, about);
    if (!open.ok()) return open.error();
    const auto agent = agentOf(session.system, open.value());
    if (!agent.ok()) return agent.error();
    Json flag;
    if (!about.unified) {
        const auto value = readFlag(session.system, open.value().root.get());
        if (!value.ok()) return value.error();
        flag = value.value();
    }
    const auto counts = countCgroups(session.system, open.value());
    if (!counts.ok()) return counts.error();
    print(session, about, agent.value(), flag, counts.value());
    return {};
}

Status showHost(Session& session) {
    const auto conf = contextOf(session).conf;
    const auto counters = readCounters(session.system);
    if (!counters.ok()) return counters.error();
    const auto needed = sweepsNeeded(session.system);
    if (!needed.ok()) return needed.error();
    const bool drains = drainerRuns(session.system);
    Json files = Json::array();
    Json errors = Json::array();
    Json counts = Json::object();
    Json sweeps = Json::array();
    std::string text = "host";
    for (const auto& file : confFiles(session.root)) {
        files.push_back(escapeForPeople(file));
        text += "\n  conf: " + escapeForPeople(file);
    }
    if (files.empty()) text += "\n  conf: built in (there is no conf file)";
    for (const auto& error : conf.errors) {
        errors.push_back(error.text());
        text += "\n  conf error: " + error.text();
    }
    for (const auto& hierarchy : needed.value()) {
        sweeps.push_back(escapeForPeople(hierarchy));
        text += "\n  a sweep is needed in: " + escapeForPeople(hierarchy);
    }
    text += std::string("\n  drainer: ") + (drains ? "running" : "not running") +
            (conf.agent.drainer ? "" : " (drainer = no)") + "\n  since boot:";
    for (std::size_t i = 0; i < kCounters; ++i) {
        const auto* name = word(static_cast<Counter>(i));
        counts[name] = counters.value()[i];
        text += fmt::format(" {} {}{}", name, counters.value()[i], i + 1 < kCounters ? "," : "");
    }
    session.out.say(text, {{"host", true},
                           {"conf-files", files},
                           {"conf-errors", errors},
                           {"rules", conf.rules.size()},
                           {"drainer", drains},
                           {"drainer-wanted", conf.agent.drainer},
                           {"sweep-needed", sweeps},
                           {"counters", counts}});
    return {};
}

int run(Session& session, const Arguments&) {
    const auto all = mountedHierarchies(session.system);
    if (!all.ok()) return session.out.problem(all.error().text()), kFailed;
    int exit = kDone;
    const auto note = [&](const Status& status) {
        if (status.ok()) return;
        session.out.problem(status.error().text());
        exit = kFailed;
    };
    for (const auto& hierarchy : all.value()) note(showHierarchy(session, hierarchy));
    note(showHost(session));
    return exit;
}

}  // namespace

Verb statusVerb() {
    Verb verb;
    verb.name = "status";
    verb.summary = "each hierarchy, its agent and what is in it";
    verb.details =
        "Prints for each mounted hierarchy whose release agent it has (ours, other, none), its root's\n"
        "notify_on_release, and how many cgroups are in it, empty, kept, deferred and stuck. Then, for the\n"
        "host: the conf files and their errors, whether a drainer runs, and what was done since boot.";
    verb.run = run;
    return verb;
}

}  // namespace prune

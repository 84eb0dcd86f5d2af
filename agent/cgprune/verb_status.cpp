// SPDX-License-Identifier: MIT
// cgprune status: each hierarchy, and the host, on one screen.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/conf_view.h"
#include "cgprune/status_facts.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"

namespace prune {

namespace {

constexpr std::string_view kStatusRow = "{:<{}} {:<5} {:>4} {:>7} {:>6} {:>4} {:>8} {:>5} {:>9} {:>5}";
constexpr std::size_t kMostErrors = 3;
constexpr std::size_t kMostFiles = 4;
constexpr std::size_t kShortestName = 9;

std::string_view flagWord(const HierarchyStatus& status) {
    if (!status.rootFlag) return "-";
    return *status.rootFlag ? "on" : "off";
}

std::string countText(const std::optional<std::uint64_t>& count) {
    return count ? decimalUnsigned(*count) : "?";
}

std::string lastText(const HierarchyStatus& status) {
    if (!status.isLastKnown) return "?";
    return status.removedAgoMs ? duration(*status.removedAgoMs) + " ago" : "-";
}

void printTable(Output& out, const std::vector<HierarchyStatus>& all) {
    std::size_t width = kShortestName;
    for (const auto& status : all) width = std::max(width, escapeForPeople(status.about.name).size());
    out.line(fmt::format(fmt::runtime(kStatusRow), "HIERARCHY", width, "AGENT", "FLAG", "CGROUPS", "EMPTY",
                         "KEPT", "DEFERRED", "STUCK", "LAST GONE", "WATCH"));
    for (const auto& status : all)
        out.line(fmt::format(fmt::runtime(kStatusRow), escapeForPeople(status.about.name), width,
                             word(status.agent.kind), flagWord(status), status.cgroups, status.empty,
                             status.kept, countText(status.deferred), countText(status.stuck),
                             lastText(status), yesNo(status.watched)));
    for (const auto& status : all) {
        const auto name = escapeForPeople(status.about.name);
        if (status.agent.kind == AgentKind::other)
            out.line(fmt::format("{}: its release agent is another's: {}", name,
                                 escapeForPeople(status.agent.text)));
        if (status.dying.value_or(0) > 0)
            out.line(fmt::format("{}: {}, removed and not yet freed by the kernel", name,
                                 counted(*status.dying, "dying cgroup")));
        if (status.unreadable > 0)
            out.line(fmt::format("{}: {} could not be looked at; cgprune tree says why", name,
                                 counted(status.unreadable, "cgroup")));
    }
}

void printObject(Output& out, const HierarchyStatus& status) {
    out.object({{"hierarchy", escapeForPeople(status.about.name)},
                {"mount-point", escapeForPeople(status.about.mountPoint)},
                {"agent", word(status.agent.kind)},
                {"agent-text", agentJson(status.agent.text)},
                {"root-flag", status.rootFlag ? Json(*status.rootFlag) : Json()},
                {"cgroups", status.cgroups},
                {"empty", status.empty},
                {"flagged", status.flagged},
                {"kept", status.kept},
                {"unreadable", status.unreadable},
                {"deferred", status.deferred ? Json(*status.deferred) : Json()},
                {"stuck", status.stuck ? Json(*status.stuck) : Json()},
                {"last-removal-ago-ms", status.removedAgoMs ? Json(*status.removedAgoMs) : Json()},
                {"dying-descendants", status.dying ? Json(*status.dying) : Json()},
                {"watch", status.watched}});
}

std::string joined(const std::vector<std::string>& words, std::size_t most) {
    std::string text;
    for (std::size_t i = 0; i < std::min(words.size(), most); ++i)
        text += (i > 0 ? ", " : "") + escapeForPeople(words[i]);
    if (words.size() > most) text += fmt::format(" and {} more", words.size() - most);
    return text;
}

std::string countersText(const HostStatus& host) {
    if (!host.counters) return "?";
    std::string text;
    for (std::size_t i = 0; i < kCounters; ++i) {
        const auto counter = static_cast<Counter>(i);
        const auto value = (*host.counters)[i];
        if (value == 0 && counter != Counter::removed) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word(counter), value);
    }
    return text;
}

void printHost(Output& out, const HostStatus& host) {
    const auto& conf = host.conf;
    out.line("");
    out.line("conf: " + (host.confFiles.empty() ? "built in (there is no conf file)"
                                                : joined(host.confFiles, kMostFiles)));
    for (std::size_t i = 0; i < std::min(conf.errors.size(), kMostErrors); ++i)
        out.line("conf error: " + conf.errors[i].text());
    if (conf.errors.size() > kMostErrors) out.line(confErrorsText(conf));
    if (host.sweepsNeeded && !host.sweepsNeeded->empty())
        out.line("a sweep is needed in: " + joined(*host.sweepsNeeded, host.sweepsNeeded->size()));
    out.line(std::string("drainer: ") + (host.drains ? "running" : "not running") +
             (conf.agent.drainer ? "" : " (drainer = no)"));
    out.line("since boot: " + countersText(host));
}

void printHostObject(Output& out, const HostStatus& host) {
    Json files = Json::array();
    Json counts;
    Json sweeps;
    for (const auto& file : host.confFiles) files.push_back(escapeForPeople(file));
    if (host.sweepsNeeded) {
        sweeps = Json::array();
        for (const auto& hierarchy : *host.sweepsNeeded) sweeps.push_back(escapeForPeople(hierarchy));
    }
    if (host.counters)
        for (std::size_t i = 0; i < kCounters; ++i)
            counts[word(static_cast<Counter>(i))] = (*host.counters)[i];
    out.object({{"host", true},
                {"conf-files", files},
                {"conf-errors", confErrorsJson(host.conf)},
                {"rules", host.conf.rules.size()},
                {"drainer", host.drains},
                {"drainer-wanted", host.conf.agent.drainer},
                {"sweep-needed", sweeps},
                {"counters", counts}});
}

int runStatus(Session& session, const Arguments&) {
    auto& out = session.out;
    const auto all = mountedHierarchies(session.system);
    if (!all.ok()) return out.problem(all.error().text()), kFailed;
    int exit = kDone;
    std::string stateFault;  // said once: it mostly hits all of them
    std::vector<HierarchyStatus> statuses;
    for (const auto& hierarchy : all.value()) {
        auto status = readStatus(session.system, hierarchy);
        if (!status.ok()) {
            out.problem(status.error().text()), exit = kFailed;
            continue;
        }
        if (stateFault.empty()) stateFault = status.value().stateFault;
        statuses.push_back(std::move(status.value()));
    }
    printTable(out, statuses);
    if (out.json())
        for (const auto& status : statuses) printObject(out, status);
    const auto host = readHost(session);
    out.json() ? printHostObject(out, host) : printHost(out, host);
    if (stateFault.empty()) stateFault = host.stateFault;
    if (!stateFault.empty()) out.problem(stateFault), exit = kFailed;
    return exit;
}

}  // namespace

Verb statusVerb() {
    Verb verb;
    verb.name = "status";
    verb.summary = "each hierarchy, its agent and what is in it";
    verb.details =
        "Prints a line for each mounted hierarchy: whose release agent it has (ours, other, none), its "
        "root's\n"
        "notify_on_release, how many cgroups are in it, empty, kept, deferred and stuck, when the last one "
        "was\n"
        "removed, and whether a cgprune watch runs. Then, for the host: the conf files and their errors,\n"
        "whether a drainer runs, and what was done since boot.";
    verb.run = runStatus;
    return verb;
}

}  // namespace prune

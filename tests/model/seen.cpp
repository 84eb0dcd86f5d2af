// SPDX-License-Identifier: MIT
#include "seen.h"

#include "base/text.h"

namespace prune::model {

namespace {

std::string lineOf(const SeenCgroup& cgroup) {
    std::string line = "cgroup " + cgroup.path + " id=" + decimalUnsigned(cgroup.id);
    const std::pair<bool, const char*> signs[] = {{cgroup.populated, " populated"},
                                                  {cgroup.hasChildren, " has-children"},
                                                  {cgroup.flag, " flag"},
                                                  {cgroup.keptByRoot, " kept-by-root"},
                                                  {cgroup.keptByOwner, " kept-by-owner"},
                                                  {cgroup.delegated, " delegated"},
                                                  {cgroup.delegatedByOwner, " delegated-by-owner"}};
    for (const auto& [isSo, text] : signs)
        if (isSo) line += text;
    line += " creator=" + cgroup.life + ": " + cgroup.verdict + ' ' + cgroup.reason;
    return line + (cgroup.afterLinger ? " after linger" : "");
}

std::string lineOf(const SeenEntry& seen) {
    const auto& entry = seen.entry;
    std::string line = "entry " + decimalUnsigned(seen.key.id) + " of " + decimalUnsigned(seen.key.owner) +
                       ": " + entry.reason + " path=" + entry.path + " since=" + decimal(entry.since) +
                       " due=" + (entry.due == kNeverDue ? "never" : decimal(entry.due)) +
                       " looks=" + decimalUnsigned(entry.looks);
    if (entry.lockedSince) line += " locked-since=" + decimal(*entry.lockedSince);
    if (entry.failingSince) line += " failing-since=" + decimal(*entry.failingSince);
    if (entry.byAgent) line += " by-agent";
    if (entry.swept) line += " swept";
    if (entry.stuck) line += " stuck";
    return line;
}

}  // namespace

std::vector<std::string> linesOf(const Seen& seen) {
    std::vector<std::string> lines{"now " + decimal(seen.now)};
    for (const auto& cgroup : seen.cgroups) lines.push_back(lineOf(cgroup));
    for (const auto& entry : seen.entries) lines.push_back(lineOf(entry));
    for (const auto& fact : seen.facts) lines.push_back("fact " + fact);
    return lines;
}

}  // namespace prune::model

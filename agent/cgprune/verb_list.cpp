// SPDX-License-Identifier: MIT
// cgprune list: what was deferred.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/journal_view.h"
#include "cgprune/known_hierarchy.h"
#include "cgprune/outcome_text.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"

namespace prune {

namespace {

constexpr std::string_view kHierarchyTitle = "HIERARCHY";
constexpr std::string_view kEntryRow = "{:<{}} {:>8} {:<20} {:>7} {:>9} {:>5} {}";

std::size_t widthFor(const std::vector<SeenEntry>& entries) {
    auto width = kHierarchyTitle.size();
    for (const auto& seen : entries) width = std::max(width, escapeForPeople(seen.key.hierarchy).size());
    return width;
}

void printEntry(Session& session, const SeenEntry& seen, std::size_t width) {
    const auto& entry = seen.entry;
    const auto now = session.system.bootTimeMs();
    const auto hierarchy = escapeForPeople(seen.key.hierarchy);
    const auto path = entry.path.empty() ? std::string("(too long to keep)") : escapeForPeople(entry.path);
    Json object = {{"hierarchy", hierarchy},
                   {"id", seen.key.id},
                   {"owner", seen.key.owner},
                   {"cgroup", pathJson(entry)}};
    addEntry(object, entry, now);
    session.out.say(fmt::format(fmt::runtime(kEntryRow), hierarchy, width, seen.key.id,
                                escapeForPeople(entry.reason), duration(now - entry.emptySinceMs),
                                entry.stuck ? "stuck" : dueText(entry.dueMs, now), entry.looks, path),
                    object);
}

int runList(Session& session, const Arguments& arguments) {
    const auto hierarchy = arguments.operands.empty() ? std::string() : arguments.operands.front();
    if (!isKnownHierarchy(session, hierarchy)) return kFailed;
    const auto view = viewJournal(session.system, hierarchy);
    if (!view.ok()) return session.out.problem(view.error().text()), kFailed;
    const auto& entries = view.value().entries;
    const auto width = widthFor(entries);
    if (entries.empty())
        session.out.line("nothing is deferred");
    else
        session.out.line(fmt::format(fmt::runtime(kEntryRow), kHierarchyTitle, width, "ID", "REASON", "EMPTY",
                                     "DUE", "LOOKS", "PATH"));
    for (const auto& seen : entries) printEntry(session, seen, width);
    if (view.value().broken > 0)
        session.out.say(
            fmt::format("{} could not be read; see *.broken in /run/cgprune/journal; a sweep finds their "
                        "cgroups again",
                        counted(view.value().broken, "entry file")),
            {{"broken", view.value().broken}});
    return kDone;
}

}  // namespace

Verb listVerb() {
    Verb verb;
    verb.name = "list";
    verb.operands = "[HIERARCHY]";
    verb.most = 1;
    verb.summary = "the removals that were deferred";
    verb.details =
        "Prints what the journal holds: the hierarchy, the cgroup's id, why it was deferred, for how long "
        "it\n"
        "has been empty, when it is looked at again, how often it was, and its path when that was written.";
    verb.run = runList;
    return verb;
}

}  // namespace prune

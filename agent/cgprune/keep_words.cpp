// SPDX-License-Identifier: MIT
#include "cgprune/keep_words.h"

#include <fmt/format.h>

#include "base/text.h"

namespace prune {

KeepMark markOf(const Arguments& arguments) {
    return arguments.has(kAsOwnerOption.name) ? KeepMark::owner : KeepMark::root;
}

bool mayMarkAsRoot(Session& session) {
    if (session.system.effectiveUser() == 0) return true;
    session.out.problem(
        "only root can change this mark; run it as root, or with --as-owner if the cgroup is yours");
    return false;
}

bool hasMark(System& system, const Target& target, KeepMark mark) {
    return system.getXattr(target.cgroup.directory.get(), xattrOf(mark), nullptr, 0) >= 0;
}

void sayChange(Session& session, const Target& target, KeepMark mark, const KeepWords& words,
               const Change& change) {
    warnOfLock(session, target, change.withoutLock, "the mark was changed");
    const std::string_view would = session.dryRun && change.changed ? "would be " : "";
    session.out.say(fmt::format("{}: {}{} ({})", target.name(), would,
                                change.changed ? words.changed : words.already, xattrOf(mark)),
                    {{"verb", words.verb},
                     {"hierarchy", escapeForPeople(target.hierarchy.about.name)},
                     {"cgroup", escapeForPeople(target.path)},
                     {"mark", xattrOf(mark)},
                     {"dry-run", session.dryRun},
                     {"changed", change.changed}});
}

}  // namespace prune

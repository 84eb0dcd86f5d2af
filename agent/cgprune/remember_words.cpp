// SPDX-License-Identifier: MIT
#include "cgprune/remember_words.h"

#include "base/text.h"

namespace prune {

std::optional<std::uint64_t> numberOf(Session& session, const Arguments& arguments, std::string_view option,
                                      std::uint64_t most) {
    const auto text = arguments.value(option);
    const auto number = parseUnsigned(text);
    if (number && *number <= most) return number;
    session.out.problem("--" + std::string(option) + " " + escapeForPeople(text) +
                        ": expected a number up to " + decimalUnsigned(most));
    return std::nullopt;
}

void sayRemembered(Session& session, const Target& target, std::string_view verb, const std::string& words,
                   const Change& change) {
    if (change.withoutLock)
        session.out.problem("warning: somebody held the lock of " + target.name() +
                            " for a second; this was written without it");
    const std::string_view would = session.dryRun && change.changed ? "would be: " : "";
    session.out.say(target.name() + ": " + std::string(would) + words,
                    {{"verb", verb},
                     {"hierarchy", escapeForPeople(target.hierarchy.about.name)},
                     {"cgroup", escapeForPeople(target.path)},
                     {"dry-run", session.dryRun},
                     {"changed", change.changed}});
}

}  // namespace prune

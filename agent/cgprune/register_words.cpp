// SPDX-License-Identifier: MIT
#include "cgprune/register_words.h"

#include "base/text.h"
#include "cgprune/host.h"

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

Result<Target> openForRegistry(Session& session, const Arguments& arguments) {
    if (const auto why = whyContainer(session.system))
        return Error{"this is a container (" + *why +
                         "): the registry is the host's; let the manager on the host do it",
                     0};
    return openTarget(session, arguments, Purpose::change);
}

int dropFact(Session& session, const Target& target, FactKind kind, const DropWords& words) {
    auto context = contextOf(session);
    const auto changed = forget(context, target.subject(), kind);
    if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
    sayRegistered(session, target, words.verb, changed.value().changed ? words.dropped : words.none,
                  changed.value());
    return kDone;
}

void sayRegistered(Session& session, const Target& target, std::string_view verb, const std::string& words,
                   const Change& change) {
    warnOfLock(session, target, change.withoutLock, "this was written");
    const std::string_view would = session.dryRun && change.changed ? "would be: " : "";
    session.out.say(target.name() + ": " + std::string(would) + words,
                    {{"verb", verb},
                     {"hierarchy", escapeForPeople(target.hierarchy.about.name)},
                     {"cgroup", escapeForPeople(target.path)},
                     {"dry-run", session.dryRun},
                     {"changed", change.changed}});
}

}  // namespace prune

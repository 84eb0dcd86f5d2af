// SPDX-License-Identifier: MIT
// cgprune delegate: a cgroup was handed to another user.
#include <fmt/format.h>

#include "cgprune/register_words.h"

namespace prune {

namespace {

constexpr Option kUser = {"uid", "N", "to whom it is handed"};
constexpr Option kGroup = {"gid", "N", "and to which group"};
constexpr Option kChown = {"chown", "", "give the directory and the files that move tasks to them, too"};

constexpr std::uint64_t kMaxId = UINT32_MAX - 1;  // the last number means "leave as it is"

std::optional<Delegation> delegationOf(Session& session, const Arguments& arguments) {
    for (const auto& option : {kUser, kGroup}) {
        if (arguments.has(option.name)) continue;
        session.out.problem(fmt::format("--{} {} is missing", option.name, option.argument));
        return std::nullopt;
    }
    const auto user = numberOf(session, arguments, kUser.name, kMaxId);
    const auto group = numberOf(session, arguments, kGroup.name, kMaxId);
    if (!user || !group) return std::nullopt;
    return Delegation{static_cast<std::uint32_t>(*user), static_cast<std::uint32_t>(*group)};
}

int runDelegate(Session& session, const Arguments& arguments) {
    const auto to = delegationOf(session, arguments);
    if (!to) return kUsage;
    const auto target = openForRegistry(session, arguments);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    const bool chown = arguments.has(kChown.name);
    auto context = contextOf(session);
    const auto changed = delegateCgroup(context, target.value().subject(), *to, chown);
    if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
    sayRegistered(
        session, target.value(), "delegate",
        fmt::format("delegated to uid {} gid {}{}{}", to->user, to->group, chown ? ", who owns it" : "",
                    target.value().hierarchy.about.unified ? "" : "; notify_on_release is 1"),
        changed.value());
    return kDone;
}

}  // namespace

Verb delegateVerb() {
    Verb verb;
    verb.name = "delegate";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "mark a cgroup as handed to another user";
    verb.details =
        "Remembers that the cgroup was handed to another user, and sets its notify_on_release (cgroup v1). "
        "By a\n"
        "rule with policy = delegated it is removed when it becomes empty. --chown also hands it over: the\n"
        "directory, cgroup.procs, and tasks or cgroup.threads and cgroup.subtree_control.";
    verb.options = {kHierarchyOption, kUser, kGroup, kChown};
    verb.changes = true;
    verb.run = runDelegate;
    return verb;
}

}  // namespace prune

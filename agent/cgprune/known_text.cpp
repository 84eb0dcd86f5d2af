// SPDX-License-Identifier: MIT
#include "cgprune/known_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace prune {

namespace {

/// As in the registry: "ns-mnt", "ns-pid", ...
void addNamespaces(Json& object, const Creator& creator) {
    for (std::size_t i = 0; i < kNamespaceTypes; ++i)
        if (creator.namespaces[i] != 0)
            object[std::string("ns-") + word(static_cast<NamespaceType>(i))] = creator.namespaces[i];
}

void addWords(std::string& text, const std::string& words) { text += (text.empty() ? "" : "; ") + words; }

}  // namespace

std::string requestorText(const Creator& creator) {
    return fmt::format("pid {} ({}), uid {}", creator.task.pid, escapeForPeople(creator.name), creator.user);
}

std::string deciderText(const Creator& creator) {
    if (const auto* task = decidingTask(creator)) {
        if (creator.decides == Decides::task) return "the process itself";
        return fmt::format(
            "process {}, the {}", task->pid,
            creator.decides == Decides::init ? "first of its pid namespace" : "leader of its session");
    }
    return fmt::format("its {} namespace {}", word(creator.held->type), creator.held->inode);
}

std::string endText(const Creator& creator) {
    if (creator.decides == Decides::task)
        return fmt::format("the end of process {} ({})", creator.task.pid, escapeForPeople(creator.name));
    return fmt::format("the end of {}, which process {} ({}) asked from", deciderText(creator),
                       creator.task.pid, escapeForPeople(creator.name));
}

std::string creatorText(const Known& known) {
    if (!known.creator) return known.unreadable.empty() ? "none" : "unknown (" + known.unreadable + ")";
    const auto& [creator, source, life, inCgroup] = *known.creator;
    return fmt::format("{} (by {}): {}, {}; what counts is {}", word(life.life), word(life.rung),
                       requestorText(creator), word(source), deciderText(creator));
}

Json creatorJson(const Known& known) {
    if (!known.creator && known.unreadable.empty()) return {};
    if (!known.creator) return {{"life", word(Life::unknown)}, {"unreadable", known.unreadable}};
    const auto& [creator, source, life, inCgroup] = *known.creator;
    const auto* task = decidingTask(creator);
    Json object = {{"life", word(life.life)},
                   {"rung", word(life.rung)},
                   {"decides", word(creator.decides)},
                   {"deciding-pid", task != nullptr ? Json(task->pid) : Json()},
                   {"pid", creator.task.pid},
                   {"name", escapeForPeople(creator.name)},
                   {"uid", creator.user},
                   {"source", word(source)}};
    addNamespaces(object, creator);
    return object;
}

Json keptJson(const CgroupState& state) {
    Json by = Json::array();
    if (state.keptByRoot) by.push_back("root");
    if (state.keptByOwner) by.push_back("owner");
    return by;
}

std::string delegationText(const Known& known, std::uint32_t owner) {
    std::string text;
    if (known.delegation)
        addWords(text, fmt::format("yes: {}, to uid {} gid {}", word(known.delegation->source),
                                   known.delegation->to.user, known.delegation->to.group));
    if (known.signs.byRoot) addWords(text, std::string("yes: marked ") + kDelegateByRoot);
    if (known.signs.byOwner)
        addWords(text, std::string("marked ") + kDelegateByOwner + ", which counts with user-delegate = yes");
    if (known.signs.byOwnership)
        addWords(text, fmt::format("owned by uid {}, which counts with delegated-by-owner = yes", owner));
    return text.empty() ? "no" : text;
}

Json delegationJson(const Known& known) {
    const auto& to = known.delegation;
    return {{"source", to ? Json(word(to->source)) : Json()}, {"uid", to ? Json(to->to.user) : Json()},
            {"gid", to ? Json(to->to.group) : Json()},        {kDelegateByRoot, known.signs.byRoot},
            {kDelegateByOwner, known.signs.byOwner},          {"by-ownership", known.signs.byOwnership}};
}

}  // namespace prune

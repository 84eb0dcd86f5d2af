// SPDX-License-Identifier: MIT
#include "cgprune/tree_marks.h"
#include "cgprune/outcome_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/known_text.h"
#include "cgprune/words.h"

namespace prune {

namespace {

constexpr std::string_view kSequences[] = {"", "90", "31", "32", "33", "35", "36"};

void addPopulation(std::vector<Mark>& marks, const TreeNode& node, bool unified) {
    if (node.state.populated) marks.push_back({"populated", Colour::green});
    if (!node.isEmpty()) return;
    const bool unheard = !unified && !node.state.notifyOnRelease;
    marks.push_back({unheard ? "empty, flag off" : "empty", Colour::yellow});
}

void addKept(std::vector<Mark>& marks, const CgroupState& state) {
    if (state.keptByRoot)
        marks.push_back({"kept", Colour::cyan});
    else if (state.keptByOwner)
        marks.push_back({"kept by its owner", Colour::cyan});
}

/// Who says so decides whether a rule counts it; to whom is what people look for.
void addDelegation(std::vector<Mark>& marks, const TreeNode& node) {
    const auto owner = node.state.owner;
    if (node.known && node.known->delegation)
        marks.push_back({fmt::format("delegated to uid {}", node.known->delegation->to.user), Colour::cyan});
    else if (node.signs.byRoot || node.signs.byOwner)
        marks.push_back({fmt::format("delegated to uid {}", owner), Colour::cyan});
    else if (node.signs.byOwnership)
        marks.push_back({fmt::format("owned by uid {}", owner), Colour::cyan});
}

void addCreator(std::vector<Mark>& marks, const Known& known) {
    if (!known.unreadable.empty()) marks.push_back({"registry unreadable", Colour::red});
    if (!known.creator) return;
    const auto life = known.creator->life.life;
    if (life == Life::gone) return marks.push_back({"creator gone", Colour::yellow});
    const auto& creator = known.creator->creator;
    marks.push_back({fmt::format("creator {} ({}){}", creator.task.pid, escapeForPeople(creator.name),
                                 life == Life::alive ? "" : ", not known whether alive"),
                     Colour::green});
}

void addWaiting(std::vector<Mark>& marks, const JournalEntry& entry, std::int64_t nowMs) {
    const auto since = duration(nowMs - entry.emptySinceMs);
    const auto reason = escapeForPeople(entry.reason);
    if (entry.stuck)
        marks.push_back({fmt::format("stuck for {}", since), Colour::red});
    else
        marks.push_back(
            {fmt::format("deferred ({}) for {}, next look {}", reason, since, dueText(entry.dueMs, nowMs)),
             Colour::magenta});
}

Json waitingJson(const JournalEntry* entry, std::int64_t nowMs) {
    Json object;
    if (entry != nullptr) addEntry(object, *entry, nowMs);
    return object;
}

}  // namespace

std::string coloured(const std::string& text, Colour colour) {
    const auto sequence = kSequences[static_cast<std::size_t>(colour)];
    return sequence.empty() ? text : fmt::format("\x1b[{}m{}\x1b[0m", sequence, text);
}

std::vector<Mark> marksOf(const TreeNode& node, bool unified, std::int64_t nowMs) {
    std::vector<Mark> marks;
    if (node.isKnown()) {
        addPopulation(marks, node, unified);
        addKept(marks, node.state);
        addDelegation(marks, node);
        if (node.known) addCreator(marks, *node.known);
    }
    if (node.waiting) addWaiting(marks, *node.waiting, nowMs);
    if (node.dying.value_or(0) > 0)
        marks.push_back({counted(*node.dying, "dying descendant"), Colour::magenta});
    if (!node.fault.empty()) marks.push_back({"not looked at: " + node.fault, Colour::red});
    return marks;
}

Json treeJson(const TreeNode& node, const Hierarchy& hierarchy, const std::string& path, std::int64_t nowMs) {
    Json object = {{"hierarchy", escapeForPeople(hierarchy.name)}, {"cgroup", escapeForPeople(path)}};
    if (node.isKnown()) {
        Known none;
        none.signs = node.signs;
        const auto& known = node.known ? *node.known : none;
        object["id"] = node.state.id;
        object["owner"] = node.state.owner;
        object["populated"] = node.state.populated;
        object["children"] = node.state.hasChildren;
        object["empty"] = node.isEmpty();
        object["flag"] = hierarchy.unified ? Json() : Json(node.state.notifyOnRelease);
        object["kept"] = keptJson(node.state);
        object["creator"] = creatorJson(known);
        object["delegated"] = delegationJson(known);
    }
    object["journal"] = waitingJson(node.waiting.get(), nowMs);
    object["dying-descendants"] = node.dying ? Json(*node.dying) : Json();
    object["fault"] = node.fault.empty() ? Json() : Json(node.fault);
    return object;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/tree.h"

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "cgprune/journal_view.h"
#include "cgprune/target.h"
#include "cgprune/walk.h"
#include "cgroup/stat_file.h"
#include "cgroup/state.h"
#include "prune/defer.h"
#include "prune/keep.h"
#include "store/registry.h"
#include "sys/files.h"

namespace prune {

namespace {

/// What the state folder holds of a hierarchy: its folders are listed once, not asked about each cgroup.
class StateIndex {
public:
    static Result<StateIndex> read(System& system, const std::string& hierarchy);

    const Instance& instance() const { return instance_; }
    bool hasFacts(std::uint64_t id) const { return registered_.find(id) != registered_.end(); }
    /// Can be had once.
    std::unique_ptr<JournalEntry> takeEntry(std::uint64_t id);

private:
    Instance instance_;
    std::unordered_set<std::uint64_t> registered_;
    std::unordered_map<std::uint64_t, JournalEntry> entries_;
};

Result<StateIndex> StateIndex::read(System& system, const std::string& hierarchy) {
    StateIndex index;
    auto instance = instanceOf(system, hierarchy);
    if (!instance.ok()) return instance.takeError();
    index.instance_ = std::move(instance.value());
    constexpr bool kMayChange = false;
    const auto facts = Registry(system, kMayChange).keys(hierarchy);
    if (!facts.ok()) return facts.error();
    for (const auto& key : facts.value()) index.registered_.insert(key.id);
    auto view = viewJournal(system, hierarchy);
    if (!view.ok()) return view.takeError();
    for (auto& [key, entry] : view.value().entries)
        if (index.instance_.is(entry.boot, entry.hierarchyId))
            index.entries_.emplace(key.id, std::move(entry));
    return index;
}

std::unique_ptr<JournalEntry> StateIndex::takeEntry(std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return nullptr;
    auto entry = std::make_unique<JournalEntry>(std::move(found->second));
    entries_.erase(found);
    return entry;
}

class TreeReader {
public:
    TreeReader(Session& session, const OpenHierarchy& hierarchy, StateIndex& index)
        : system_(session.system), context_(contextOf(session)), hierarchy_(hierarchy), index_(index) {}

    Result<Tree> read(const std::string& path);

private:
    Status readTop(Tree& tree);
    void addFailed(Tree& tree, const std::string& path, std::size_t depth, const Error& why);
    TreeNode nodeOf(const std::string& path, const OpenCgroup& cgroup, const CgroupState& state);
    void addKnown(TreeNode& node, const std::string& path, const OpenCgroup& cgroup);
    void addDying(TreeNode& node, int directory);
    static void note(TreeNode& node, const Error& why);

    System& system_;
    Context context_;
    const OpenHierarchy& hierarchy_;
    StateIndex& index_;
};

std::size_t slashes(const std::string& path) {
    return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

std::string nameIn(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<Tree> TreeReader::read(const std::string& path) {
    Tree tree;
    tree.hierarchy = hierarchy_.about;
    tree.path = path;
    if (auto status = readTop(tree); !status.ok()) return status.takeError();
    const auto above = path == "/" ? 1 : slashes(path) + 1;
    const auto visit = [&](const std::string& at, const OpenCgroup& cgroup, const CgroupState& state) {
        tree.nodes.push_back(nodeOf(at, cgroup, state));
        tree.nodes.back().depth = slashes(at) - above;
    };
    const auto onFailed = [&](const std::string& at, const Error& why) {
        addFailed(tree, at, slashes(at) - above, why);
    };
    const auto walked = walkBelow(system_, hierarchy_, path, visit, onFailed);
    if (!walked.ok()) return walked.error();
    return tree;
}

/// One that was visited, and then could not be listed, is in the tree already.
void TreeReader::addFailed(Tree& tree, const std::string& path, std::size_t depth, const Error& why) {
    const auto name = nameIn(path);
    auto& nodes = tree.nodes;
    if (nodes.empty() || nodes.back().depth != depth || nodes.back().name != name) {
        nodes.emplace_back();
        nodes.back().name = name;
        nodes.back().depth = depth;
    }
    nodes.back().fault = why.code == EXDEV ? "something is mounted on it" : why.text();
    const auto parsed = CgroupPath::parse(path);
    if (why.code != EXDEV || !parsed.ok()) return;
    const auto id = idBelowMount(system_, hierarchy_.root.get(), parsed.value());
    if (id.ok() && id.value()) nodes.back().waiting = index_.takeEntry(*id.value());
}

Status TreeReader::readTop(Tree& tree) {
    if (tree.path == "/") {
        addDying(tree.top, hierarchy_.root.get());
        return {};
    }
    const auto parsed = CgroupPath::parse(tree.path);
    if (!parsed.ok()) return parsed.error();
    const auto opened = openCgroup(system_, hierarchy_.root.get(), parsed.value());
    if (!opened.ok()) return opened.error();
    const auto state = opened.value()
                           ? readState(system_, opened.value()->directory.get(), hierarchy_.about.unified)
                           : Result<std::optional<CgroupState>>(std::optional<CgroupState>());
    if (!state.ok()) return state.error();
    if (!state.value())
        return Error{escapeForPeople(tree.path) + " of " + escapeForPeople(hierarchy_.about.name) +
                         " was removed just now; look what is above it",
                     0};
    tree.top = nodeOf(tree.path, *opened.value(), *state.value());
    return {};
}

TreeNode TreeReader::nodeOf(const std::string& path, const OpenCgroup& cgroup, const CgroupState& state) {
    TreeNode node;
    node.name = cgroup.name;
    node.state = state;
    node.isKept = isKept(context_, {hierarchy_, cgroup, path}, state);
    node.waiting = index_.takeEntry(state.id);
    addKnown(node, path, cgroup);
    addDying(node, cgroup.directory.get());
    return node;
}

/// What was removed meanwhile is no fault.
void TreeReader::note(TreeNode& node, const Error& why) {
    if (why.code != ENOENT && why.code != ENODEV) node.fault = why.text();
}

void TreeReader::addKnown(TreeNode& node, const std::string& path, const OpenCgroup& cgroup) {
    const auto marked = hasXattr(system_, cgroup.directory.get(), kMaker);
    if (!marked.ok()) return note(node, marked.error());
    if (!marked.value() && !index_.hasFacts(node.state.id)) {
        const auto signs = readDelegation(system_, cgroup, node.state.owner);
        if (!signs.ok()) return note(node, signs.error());
        node.signs = signs.value();
        return;
    }
    auto known = knownOf(context_, {hierarchy_, cgroup, path}, node.state, &index_.instance());
    if (!known.ok()) return note(node, known.error());
    node.signs = known.value().signs;
    if (known.value().isTold()) node.known = std::make_unique<Known>(std::move(known.value()));
}

void TreeReader::addDying(TreeNode& node, int directory) {
    if (!hierarchy_.about.unified) return;
    const auto dying = dyingDescendants(system_, directory);
    if (!dying.ok()) return note(node, dying.error());
    node.dying = dying.value();
}

}  // namespace

Result<Tree> readTree(Session& session, const OpenHierarchy& hierarchy, const std::string& path) {
    auto index = StateIndex::read(session.system, hierarchy.about.name);
    if (!index.ok()) return index.takeError();
    return TreeReader(session, hierarchy, index.value()).read(path);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Cgroups of MemorySystem: hierarchies, directories, tasks, releases.
#include "support/memory_system_cgroups.h"

#include <linux/magic.h>
#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace prune::memory {

const Cgroup* Cgroup::hierarchyRoot() const { return &hierarchy->root(); }

std::vector<Cgroup*> Cgroup::children() const {
    std::vector<Cgroup*> children;
    for (const auto& [name, node] : directory->children)
        if (node->isDirectory()) children.push_back(node->cgroup);
    return children;
}

bool Cgroup::populated() const {
    const auto below = children();
    return !tasks.empty() ||
           std::any_of(below.begin(), below.end(), [](const Cgroup* child) { return child->populated(); });
}

std::string Cgroup::path() const {
    std::string path;
    for (const Cgroup* at = this; at != hierarchyRoot(); at = at->parent())
        path = "/" + at->directory->name + path;
    return path.empty() ? "/" : path;
}

Hierarchy& Cgroups::addHierarchy(std::string_view name, bool unified) {
    auto& hierarchy = all_.emplace_back();
    hierarchy.id = unified ? 0 : nextId_++;
    hierarchy.name = name;
    hierarchy.unified = unified;
    hierarchy.filesystem = &tree_.addFilesystem(unified ? "cgroup2" : "cgroup",
                                                unified ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC);
    hierarchy.filesystem->hierarchy = &hierarchy;
    hierarchy.filesystem->root = &addDirectory(hierarchy, 0555, false);
    addControlFiles(hierarchy.root());
    current_.push_front(&hierarchy);
    return hierarchy;
}

void Cgroups::dropUnused() {
    current_.remove_if([&](Hierarchy* hierarchy) {
        const auto& mounts = tree_.mounts();
        const bool mounted = std::any_of(mounts.begin(), mounts.end(), [&](const auto& mount) {
            return mount->filesystem == hierarchy->filesystem;
        });
        return !mounted && hierarchy->root().children().empty();
    });
}

Hierarchy* Cgroups::find(std::string_view name) {
    const auto known = std::find_if(current_.begin(), current_.end(),
                                    [&](const Hierarchy* hierarchy) { return hierarchy->name == name; });
    return known == current_.end() ? nullptr : *known;
}

Cgroup* Cgroups::find(Hierarchy& hierarchy, std::string_view path) {
    Cgroup* at = &hierarchy.root();
    while (!path.empty() && at != nullptr) {
        const auto name = cutField(path, '/');
        if (name.empty()) continue;
        const auto child = at->directory->children.find(name);
        const bool found = child != at->directory->children.end() && child->second->isDirectory();
        at = found ? child->second->cgroup : nullptr;
    }
    return at;
}

Node& Cgroups::addDirectory(Hierarchy& hierarchy, unsigned mode, bool notify) {
    Node& node = tree_.addNode(*hierarchy.filesystem, NodeType::directory, mode);
    auto& cgroup = hierarchy.cgroups.emplace_back();
    cgroup.hierarchy = &hierarchy;
    cgroup.directory = &node;
    cgroup.notify = notify;
    node.cgroup = &cgroup;
    return node;
}

int Cgroups::make(Place parent, std::string_view name, unsigned mode) {
    if (name.find('\n') != std::string_view::npos) return -EINVAL;
    const int problem = tree_.mayChange(parent);
    if (problem < 0) return problem;
    auto& above = *parent.node->cgroup;
    Node& node = addDirectory(*above.hierarchy, mode, above.notify);
    tree_.attach(*parent.node, name, node);
    addControlFiles(*node.cgroup);
    return 0;
}

int Cgroups::remove(Node& node) {
    if (!node.isDirectory()) return -ENOTDIR;
    auto& cgroup = *node.cgroup;
    const bool isRoot = &cgroup == cgroup.hierarchyRoot();
    if (isRoot || tree_.isMountPoint(node) || !cgroup.tasks.empty() || !cgroup.children().empty())
        return -EBUSY;
    auto& parent = *cgroup.parent();
    for (const auto& [name, file] : node.children) file->removed = true;
    node.children.clear();
    tree_.detach(node);
    checkForRelease(parent);
    return 0;
}

int Cgroups::rename(const Found& from, const Found& to) {
    if (from.place.node->cgroup->hierarchy->unified) return -EPERM;
    if (to.name.find('\n') != std::string::npos) return -EINVAL;
    if (!from.place.node->isDirectory()) return -ENOTDIR;
    if (from.directory.node != to.directory.node) return -EIO;
    if (to.exists()) return -EEXIST;
    return tree_.renameOrdinary(from, to);
}

void Cgroups::enter(Cgroup& cgroup, int pid) {
    auto& holders = cgroup.hierarchy->holders;
    Cgroup* former = holders.contains(pid) ? holders[pid] : nullptr;
    if (former == &cgroup) return;
    std::vector<Cgroup*> waking;
    for (Cgroup* at = &cgroup; at != nullptr && !at->populated(); at = at->parent()) waking.push_back(at);
    cgroup.tasks.insert(pid);
    holders[pid] = &cgroup;
    for (Cgroup* each : waking) tellEvents(*each);
    if (former != nullptr) takeOut(*former, pid);
}

void Cgroups::leave(Hierarchy& hierarchy, int pid) {
    const auto holder = hierarchy.holders.find(pid);
    if (holder == hierarchy.holders.end()) return;
    Cgroup& former = *holder->second;
    hierarchy.holders.erase(holder);
    takeOut(former, pid);
}

Cgroup& Cgroups::of(Hierarchy& hierarchy, int pid) {
    const auto holder = hierarchy.holders.find(pid);
    return holder == hierarchy.holders.end() ? hierarchy.root() : *holder->second;
}

void Cgroups::takeOut(Cgroup& cgroup, int pid) {
    cgroup.tasks.erase(pid);
    for (Cgroup* at = &cgroup; at != nullptr && !at->populated(); at = at->parent()) {
        tellEvents(*at);
        checkForRelease(*at);
    }
}

void Cgroups::checkForRelease(Cgroup& cgroup) {
    const auto& hierarchy = *cgroup.hierarchy;
    const bool empty = cgroup.tasks.empty() && cgroup.children().empty() && !cgroup.dead();
    const bool isRoot = &cgroup == cgroup.hierarchyRoot();
    if (hierarchy.unified || isRoot || !cgroup.notify || !empty || hierarchy.agent.empty()) return;
    released.push_back({hierarchy.name, cgroup.path(), hierarchy.agent});
}

void Cgroups::tellEvents(Cgroup& cgroup) {
    const auto file = cgroup.directory->children.find("cgroup.events");
    if (file != cgroup.directory->children.end()) tree_.watchers.changed(*file->second, IN_MODIFY);
}

}  // namespace prune::memory

// SPDX-License-Identifier: MIT
/// MemorySystem: what tests do to mounts and cgroups.
#include <fcntl.h>
#include <linux/magic.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "support/complain.h"
#include "support/memory_system.h"
#include "support/memory_system_as_root.h"

namespace prune {

using memory::AsRoot;
using memory::Cgroup;
using memory::complain;
using memory::Mount;
using memory::NodeType;
using memory::Place;

namespace {

bool isIn(Place place, const Mount& mount) {
    for (; place.mount != nullptr; place = place.mount->point)
        if (place.mount == &mount) return true;
    return false;
}

}  // namespace

// --- Mounts ---

Mount& MemorySystem::mountAt(const std::string& mountPoint) {
    const auto place = findExisting(mountPoint).place;
    if (place.node != place.mount->root) complain("no mount point", mountPoint);
    return *place.mount;
}

void MemorySystem::mountNew(const std::string& path, std::string_view type, std::uint64_t magic) {
    const AsRoot asRoot(self_);
    const auto point = findExisting(path).place;
    auto& filesystem = tree_.addFilesystem(std::string(type), magic);
    filesystem.root = &tree_.addNode(filesystem, NodeType::directory, 0755);
    tree_.mount(filesystem, *filesystem.root, point);
}

void MemorySystem::mountOn(const std::string& path) { mountNew(path, "tmpfs", TMPFS_MAGIC); }

void MemorySystem::bindMount(const std::string& directory, const std::string& mountPoint) {
    makeFolder(mountPoint);
    const auto place = findExisting(directory).place;
    tree_.mount(*place.mount->filesystem, *place.node, findExisting(mountPoint).place);
}

void MemorySystem::limitSpace(const std::string& mountPoint, std::size_t pages) {
    mountAt(mountPoint).filesystem->pageLimit = pages;
}

void MemorySystem::setReadOnly(const std::string& mountPoint, bool readOnly) {
    mountAt(mountPoint).readOnly = readOnly;
}

int MemorySystem::unmount(const std::string& mountPoint) {
    Mount& mount = mountAt(mountPoint);
    for (const auto& [fd, description] : descriptors_.all())
        if (description->node() != nullptr && isIn(description->place, mount)) return -EBUSY;
    const auto& mounts = tree_.mounts();
    const bool covered = std::any_of(mounts.begin(), mounts.end(),
                                     [&](const auto& other) { return other->point.mount == &mount; });
    if (covered || isIn(working_, mount)) return -EBUSY;
    tree_.unmount(mount);
    cgroups_.dropUnused();
    return 0;
}

// --- Cgroups ---

memory::Hierarchy& MemorySystem::hierarchyNamed(const std::string& name) {
    memory::Hierarchy* hierarchy = cgroups_.find(name);
    if (hierarchy == nullptr) complain("no such hierarchy", name);
    return *hierarchy;
}

Cgroup& MemorySystem::cgroupAt(const std::string& hierarchy, const std::string& path) {
    Cgroup* cgroup = cgroups_.find(hierarchyNamed(hierarchy), path);
    if (cgroup == nullptr) complain("no such cgroup in " + hierarchy, path);
    return *cgroup;
}

int MemorySystem::addHierarchy(const std::string& name, const std::string& mountPoint, bool unified) {
    const AsRoot asRoot(self_);
    makeFolder(mountPoint);
    memory::Hierarchy* known = cgroups_.find(name);
    memory::Hierarchy& hierarchy = known != nullptr ? *known : cgroups_.addHierarchy(name, unified);
    tree_.mount(*hierarchy.filesystem, *hierarchy.filesystem->root, findExisting(mountPoint).place);
    return hierarchy.id;
}

std::uint64_t MemorySystem::makeCgroup(const std::string& hierarchy, const std::string& path) {
    const AsRoot asRoot(self_);
    Cgroup* at = &hierarchyNamed(hierarchy).root();
    // Any mount does: what is made depends only on whether it is read-only, and a hook does not ask.
    Mount writable{0, at->hierarchy->filesystem, at->directory, {}, false};
    std::string_view rest = path;
    while (!rest.empty()) {
        const std::string name(cutField(rest, '/'));
        if (name.empty()) continue;
        if (!at->directory->children.contains(name)) {
            const int problem = cgroups_.make({&writable, at->directory}, name, 0755);
            if (problem < 0) complain(std::strerror(-problem), path);
        }
        at = at->directory->children[name]->cgroup;
    }
    return at->directory->inode;
}

int MemorySystem::removeCgroup(const std::string& hierarchy, const std::string& path) {
    Cgroup* cgroup = cgroups_.find(hierarchyNamed(hierarchy), path);
    return cgroup == nullptr ? -ENOENT : cgroups_.remove(*cgroup->directory);
}

int MemorySystem::renameCgroup(const std::string& hierarchy, const std::string& path,
                               const std::string& newName) {
    const AsRoot asRoot(self_);
    const std::string directory = cgroupDirectory(hierarchy, path);
    const std::string target = directory.substr(0, directory.rfind('/') + 1) + newName;
    return cgroups_.rename(findExisting(directory), find(target));
}

bool MemorySystem::hasCgroup(const std::string& hierarchy, const std::string& path) {
    return cgroups_.find(hierarchyNamed(hierarchy), path) != nullptr;
}

std::uint64_t MemorySystem::cgroupId(const std::string& hierarchy, const std::string& path) {
    return cgroupAt(hierarchy, path).directory->inode;
}

void MemorySystem::enter(int task, const std::string& hierarchy, const std::string& path) {
    cgroups_.enter(cgroupAt(hierarchy, path), task);
}

void MemorySystem::leave(int task) {
    for (memory::Hierarchy* hierarchy : cgroups_.hierarchies()) cgroups_.leave(*hierarchy, task);
}

void MemorySystem::useCpu(const std::string& hierarchy, const std::string& path, std::uint64_t usec) {
    for (Cgroup* at = &cgroupAt(hierarchy, path); at != nullptr; at = at->parent()) at->usageUsec += usec;
}

void MemorySystem::setNotify(const std::string& hierarchy, const std::string& path, bool notify) {
    cgroupAt(hierarchy, path).notify = notify;
}

bool MemorySystem::notify(const std::string& hierarchy, const std::string& path) {
    return cgroupAt(hierarchy, path).notify;
}

void MemorySystem::setAgent(const std::string& hierarchy, const std::string& program) {
    hierarchyNamed(hierarchy).agent = program;
}

std::string MemorySystem::agent(const std::string& hierarchy) { return hierarchyNamed(hierarchy).agent; }

std::string MemorySystem::cgroupDirectory(const std::string& hierarchy, const std::string& path) {
    const auto& cgroup = cgroupAt(hierarchy, path);
    const auto* filesystem = cgroup.hierarchy->filesystem;
    for (const auto& mount : tree_.mounts())
        if (mount->root == filesystem->root) return tree_.pathOf({mount.get(), cgroup.directory});
    complain("not mounted", hierarchy);
}

std::vector<Release> MemorySystem::takeReleased() { return std::exchange(cgroups_.released, {}); }

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgroup/hierarchy.h"

#include <fcntl.h>
#include <linux/magic.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "cgroup/mount_list.h"
#include "cgroup/mountinfo.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr std::size_t kAgentMax = 4096;  // cgroup v1 keeps release_agent in PATH_MAX bytes

Hierarchy hierarchyOf(const CgroupMount& mount) {
    return {hierarchyName(mount), unescapeMount(mount.mountPoint), mount.unified, mount.readOnly,
            mount.device};
}

/// Each hierarchy once; of several mounts of it the first that can be written.
void addMount(std::vector<Hierarchy>& found, const CgroupMount& mount) {
    auto hierarchy = hierarchyOf(mount);
    for (auto& known : found) {
        if (known.name != hierarchy.name) continue;
        if (known.readOnly && !hierarchy.readOnly) known = std::move(hierarchy);
        return;
    }
    found.push_back(std::move(hierarchy));
}

Result<bool> isRootOf(System& system, int fd, const Hierarchy& hierarchy) {
    FileStat stat;
    std::uint64_t type = 0;
    int failed = system.statFd(fd, stat);
    if (failed == 0) failed = system.filesystemType(fd, type);
    if (failed < 0) return Error{"look at the root of " + hierarchy.name, -failed};
    if (hierarchy.device != 0 && stat.device != hierarchy.device) return false;
    const std::uint64_t expected = hierarchy.unified ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC;
    return type == expected && stat.inode == kCgroupRootId;
}

Result<OpenHierarchy> openMount(System& system, const Hierarchy& hierarchy) {
    const std::string what =
        "open hierarchy " + hierarchy.name + " at " + escapeForPeople(hierarchy.mountPoint);
    Fd root(system, system.openAt(AT_FDCWD, hierarchy.mountPoint.c_str(), O_RDONLY | O_DIRECTORY));
    if (!root.valid()) return Error{what, -root.get()};
    const auto isRoot = isRootOf(system, root.get(), hierarchy);
    if (!isRoot.ok()) return Error{what, isRoot.error().code};
    if (!isRoot.value())
        return Error{
            what + ": something else is mounted there; unmount it, or mount the hierarchy elsewhere too", 0};
    return OpenHierarchy{hierarchy, std::move(root)};
}

/// Calls `visit(id, name)` for each v1 hierarchy that there is.
template <class Visit>
Status forEachV1(System& system, Visit visit) {
    constexpr std::size_t kLimit = std::size_t{1} << 20;  // its paths can be long; there are at most 64 lines
    auto text = readWhole(system, AT_FDCWD, "/proc/self/cgroup", kLimit);
    if (!text.ok()) return text.takeError();
    std::string_view rest = text.value();
    while (!rest.empty()) {
        auto line = cutField(rest, '\n');
        const auto id = parseUnsigned(cutField(line, ':'));
        if (id && *id != 0) visit(static_cast<std::uint32_t>(*id), cutField(line, ':'));
    }
    return {};
}

}  // namespace

Result<bool> holdsAgent(System& system, int rootFd, std::string_view agent) {
    char buffer[kAgentMax + 2];
    const auto text = readSmall(system, rootFd, "release_agent", buffer);
    if (!text.ok() && text.error().code == ENOENT) return false;
    if (!text.ok()) return text.error();
    auto value = text.value();
    if (value.ends_with('\n')) value.remove_suffix(1);
    return value == agent;
}

Result<std::vector<Hierarchy>> mountedHierarchies(System& system) {
    std::vector<Hierarchy> found;
    const auto status = forEachCgroupMount(system, [&found](const CgroupMount& mount) {
        if (mount.root == "/") addMount(found, mount);
    });
    if (!status.ok()) return status.error();
    return found;
}

Result<std::optional<Hierarchy>> hierarchyByName(System& system, std::string_view name) {
    auto all = mountedHierarchies(system);
    if (!all.ok()) return all.takeError();
    for (auto& hierarchy : all.value())
        if (hierarchy.name == name) return std::optional<Hierarchy>(std::move(hierarchy));
    return std::optional<Hierarchy>();
}

std::optional<std::string_view> hierarchyOfAlias(std::string_view agent) {
    if (!agent.starts_with(kAliasFolder)) return std::nullopt;
    const auto name = agent.substr(kAliasFolder.size());
    if (name.empty() || name.starts_with('.') || name.find('/') != std::string_view::npos)
        return std::nullopt;
    return name;
}

std::optional<OpenHierarchy> hierarchyByAlias(System& system, std::string_view agent) {
    const auto name = hierarchyOfAlias(agent);
    if (!name) return std::nullopt;

    char target[4096];
    const std::string link = std::string(agent) + ".mount";
    const auto length = system.readLinkAt(AT_FDCWD, link.c_str(), target, sizeof target - 1);
    if (length <= 0) return std::nullopt;
    target[length] = '\0';

    Hierarchy about{std::string(*name), target};
    Fd root(system, system.openAt(AT_FDCWD, target, O_RDONLY | O_DIRECTORY));
    if (!root.valid()) return std::nullopt;
    const auto isRoot = isRootOf(system, root.get(), about);
    if (!isRoot.ok() || !isRoot.value()) return std::nullopt;
    const auto holds = holdsAgent(system, root.get(), agent);
    if (!holds.ok() || !holds.value()) return std::nullopt;
    return OpenHierarchy{std::move(about), std::move(root)};
}

Result<std::vector<Hierarchy>> hierarchiesByAgent(System& system, std::string_view agent,
                                                  std::vector<Hierarchy>* mounted) {
    std::vector<Hierarchy> found;
    const auto status = forEachCgroupMount(system, [&](const CgroupMount& mount) {
        if (mount.root != "/") return;
        if (mounted != nullptr) addMount(*mounted, mount);
        if (!mount.unified && hasReleaseAgent(mount, agent)) addMount(found, mount);
    });
    if (!status.ok()) return status.error();
    return found;
}

Result<OpenHierarchy> openHierarchy(System& system, const Hierarchy& hierarchy) {
    auto open = openMount(system, hierarchy);
    if (open.ok()) return open;
    std::optional<OpenHierarchy> other;
    const auto status = forEachCgroupMount(system, [&](const CgroupMount& mount) {
        if (other || mount.root != "/" || mount.device != hierarchy.device) return;
        auto tried = openMount(system, hierarchyOf(mount));
        if (tried.ok()) other = std::move(tried.value());
    });
    if (!status.ok() || !other) return open;
    return std::move(*other);
}

Result<std::optional<OpenHierarchy>> openHierarchyByName(System& system, std::string_view name) {
    auto mounted = hierarchyByName(system, name);
    if (!mounted.ok()) return mounted.takeError();
    if (!mounted.value()) return std::optional<OpenHierarchy>();
    auto open = openHierarchy(system, *mounted.value());
    if (!open.ok()) return open.takeError();
    return std::optional<OpenHierarchy>(std::move(open.value()));
}

Result<std::string> readReleaseAgent(System& system, int rootFd) {
    auto text = readWhole(system, rootFd, "release_agent", kAgentMax + 2);
    if (!text.ok()) return text.takeError();
    if (text.value().ends_with('\n')) text.value().pop_back();
    return text;
}

Result<std::uint32_t> hierarchyId(System& system, std::string_view name) {
    if (name == "unified") return 0U;
    std::optional<std::uint32_t> found;
    const auto status = forEachV1(system, [&](std::uint32_t id, std::string_view known) {
        if (known == name) found = id;
    });
    if (!status.ok()) return status.error();
    if (found) return *found;
    return Error{"hierarchy " + escapeForPeople(name) + " is not there (see /proc/self/cgroup)", 0};
}

Result<std::vector<std::string>> livingHierarchies(System& system) {
    std::vector<std::string> names;
    const auto status =
        forEachV1(system, [&names](std::uint32_t, std::string_view name) { names.emplace_back(name); });
    if (!status.ok()) return status.error();
    return names;
}

Result<bool> isAnyUnmounted(System& system, const std::vector<Hierarchy>& mounted) {
    bool any = false;
    const auto status = forEachV1(system, [&](std::uint32_t, std::string_view name) {
        any |=
            std::none_of(mounted.begin(), mounted.end(), [&](const auto& one) { return one.name == name; });
    });
    if (!status.ok()) return status.error();
    return any;
}

}  // namespace prune

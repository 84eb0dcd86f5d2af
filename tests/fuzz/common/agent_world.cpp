// SPDX-License-Identifier: MIT
#include "common/agent_world.h"

#include <algorithm>
#include <stdexcept>

#include "base/text.h"
#include "common/input.h"
#include "common/reference.h"
#include "store/state_folder.h"
#include "support/enabled_hierarchy.h"

namespace prune::fuzz {

namespace {

constexpr std::size_t kStretch = 1'000;     // four of them are longer than the kernel's calls are
constexpr std::size_t kMostCgroups = 40;    // so that an input is done soon
constexpr std::uint32_t kStranger = 1'000;  // somebody who is not root

bool isName(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('\n') == std::string_view::npos;
}

std::string cgroupFolder(const std::string& hierarchy) { return "/sys/fs/cgroup/" + hierarchy; }

}  // namespace

AgentWorld::AgentWorld() {
    kernel.setClock(1'000'000);
    kernel.makeFolder(kStateFolder, 0700);
    kernel.writeFile("/tmp/trap/registry/freezer/2.creator", "somebody else's\n");
    kernel.writeFile("/proc/" + decimal(kLiving) + "/stat",
                     decimal(kLiving) + " (sh) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " +
                         decimalUnsigned(kItsStart) + " 0 0\n");
    enable("freezer", kAlias);
}

void AgentWorld::enable(const std::string& hierarchy, const std::string& program) {
    enableHierarchy(kernel, hierarchy);
    kernel.setAgent(hierarchy, program);
}

bool AgentWorld::make(char letter, std::string_view text) {
    try {
        if (std::string_view("ABCDHKLNOR").find(letter) != std::string_view::npos)
            return makeAt(letter, text), true;
        if (letter == 'm') return makeCgroup(stretched(text, kStretch)), true;
        return !cgroups.empty() && makeOfCurrent(letter, text, cgroups.back());
    } catch (const std::logic_error&) {
        return true;  // the kernel would not let that be
    }
}

void AgentWorld::makeAt(char letter, std::string_view text) {
    switch (letter) {
        case 'C':
            hasConf = true;
            return kernel.writeFile("/etc/cgprune/cgprune.conf", text);
        case 'D':
            hasConf = true;
            return kernel.writeFile("/etc/cgprune/cgprune.conf.d/" + decimal(++dropIns_) + ".conf", text);
        case 'H':
            hierarchy_ = "name=openrc";
            return enable(hierarchy_, text.empty() ? kAlias : stretched(text, kStretch));
        case 'B':
            return kernel.setAgent("freezer", stretched(text, kStretch));
        case 'A':
            agent = stretched(text, kStretch);
            return;
        case 'K':
            return kernel.removeTree("/dev/log");
        case 'L':
            return breakState(text);
        case 'N':
            kernel.knowsNamelessFiles = false;
            return;
        case 'O':
            kernel.knowsOpenBeneath = false;
            return;
        default:  // 'R'
            return kernel.setReadOnly(cgroupFolder("freezer"));
    }
}

bool AgentWorld::makeOfCurrent(char letter, std::string_view text, MadeCgroup& current) {
    switch (letter) {
        case 'f':
            return mark(text, current), true;
        case 'n':
            return rename(text, current), true;
        case 'c':
            return writeFact("creator", "", text, current), true;
        case 'r':
            return writeFact("creator", head("cgprune-creator 1\n", current), text, current), true;
        case 'g':
            return writeFact("delegated", "", text, current), true;
        case 'd':
            return writeFact("delegated", head("cgprune-delegated 1\n", current), text, current), true;
        case 'j':
            return writeEntry("", text, current), true;
        case 'e':
            return writeEntry(head("cgprune-journal 1\n", current), text, current), true;
        default:
            return false;
    }
}

void AgentWorld::makeCgroup(std::string_view path) {
    if (!path.starts_with('/') || cgroups.size() >= kMostCgroups) return;
    const auto names = split(path.substr(1), '/');
    if (!std::all_of(names.begin(), names.end(), isName)) return;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = path.find('/', end + 1);
        const std::string part(path.substr(0, end));
        if (kernel.hasCgroup(hierarchy_, part)) continue;
        if (kernel.exists(cgroupFolder(hierarchy_) + part)) return;  // a control file
        cgroups.push_back({hierarchy_, part, kernel.makeCgroup(hierarchy_, part)});
        kernel.setNotify(hierarchy_, part);
    }
}

void AgentWorld::mark(std::string_view letters, MadeCgroup& current) {
    for (const char letter : letters) markOne(letter, current);
}

void AgentWorld::markOne(char letter, MadeCgroup& current) {
    const auto& hierarchy = current.hierarchy;
    const auto& path = current.path;
    const auto directory = kernel.cgroupDirectory(hierarchy, path);
    const auto flag = [&](const char* name) { kernel.setXattrOf(directory, name, "1"); };
    if (isCovered(current)) return;
    if (letter == 'p') kernel.enter(++lastTask_, hierarchy, path);
    if (letter == '0') kernel.setNotify(hierarchy, path, false);
    if (letter == 'k') flag("trusted.cgprune.keep");
    if (letter == 'o') flag("user.cgprune.keep");
    if (letter == 'd') flag("trusted.delegate");
    if (letter == 'D') flag("user.delegate");
    if (letter == 's') kernel.setOwner(directory, kStranger);
    if (letter == 'S') kernel.setOwner(directory + "/cgroup.procs", kStranger);
    if (letter == 'l') {
        kernel.lock(directory);
        current.locked = true;
    }
    if (letter == 'x') {
        kernel.mountOn(directory);
        current.covered = true;
    }
}

void AgentWorld::rename(std::string_view name, MadeCgroup& current) {
    if (isCovered(current) || !isName(name) || name.find('/') != std::string_view::npos) return;
    if (kernel.renameCgroup(current.hierarchy, current.path, std::string(name)) < 0) return;
    const auto before = current.path;
    const auto after = before.substr(0, before.rfind('/') + 1) + std::string(name);
    for (auto& cgroup : cgroups)
        if (cgroup.hierarchy == current.hierarchy && isAtOrBelow(cgroup.path, before))
            cgroup.path.replace(0, before.size(), after);
}

/// The lines that all state files begin with, as they are of this boot and hierarchy.
std::string AgentWorld::head(const std::string& firstLine, const MadeCgroup& current) {
    return firstLine + "boot=" + bootId() + "\nhierarchy=" + escape(current.hierarchy) +
           "\nhierarchy-id=" + decimalUnsigned(hierarchyId(current.hierarchy)) +
           "\nid=" + decimalUnsigned(current.id) + '\n';
}

void AgentWorld::writeFact(const char* kind, std::string_view head, std::string_view text,
                           const MadeCgroup& current) {
    if (!isOurs_) return;
    kernel.writeFile(factFile(current, kind), std::string(head) + std::string(text), 0600);
}

void AgentWorld::writeEntry(std::string_view head, std::string_view text, const MadeCgroup& current) {
    if (!isOurs_) return;
    const auto file =
        std::string(kStateFolder) + "/journal/" + current.hierarchy + "/0/" + decimalUnsigned(current.id);
    kernel.writeFile(file, std::string(head) + std::string(text), 0600);
}

/// The state folder is root's alone: so none but root can have done this, or it was before boot.
void AgentWorld::breakState(std::string_view how) {
    if (how == "mode") return kernel.setMode(kStateFolder, 0777);
    if (how == "owner") return kernel.setOwner(kStateFolder, kStranger);
    if (how == "full") return kernel.limitSpace("/run", 0);
    if (how == "read-only") return kernel.setReadOnly("/run");
    kernel.removeTree(kStateFolder);
    if (how == "link") kernel.makeSymlink("/tmp/trap", kStateFolder);
    isOurs_ = how != "link";
    if (how == "file") kernel.writeFile(kStateFolder, "");
}

bool AgentWorld::has(const MadeCgroup& cgroup) {
    return kernel.hasCgroup(cgroup.hierarchy, cgroup.path) &&
           kernel.cgroupId(cgroup.hierarchy, cgroup.path) == cgroup.id;
}

bool AgentWorld::isCovered(const MadeCgroup& cgroup) const {
    return std::any_of(cgroups.begin(), cgroups.end(), [&](const MadeCgroup& above) {
        return above.covered && above.hierarchy == cgroup.hierarchy && isAtOrBelow(cgroup.path, above.path);
    });
}

std::vector<std::string> AgentWorld::entriesOf(const MadeCgroup& cgroup) {
    const auto folder = std::string(kStateFolder) + "/journal/" + cgroup.hierarchy;
    std::vector<std::string> files;
    for (const auto& owner : kernel.names(folder)) {
        const auto file = folder + '/' + owner + '/' + decimalUnsigned(cgroup.id);
        if (kernel.fileText(file)) files.push_back(file);
    }
    return files;
}

std::string AgentWorld::factFile(const MadeCgroup& cgroup, const char* kind) const {
    return std::string(kStateFolder) + "/registry/" + cgroup.hierarchy + '/' + decimalUnsigned(cgroup.id) +
           '.' + kind;
}

std::uint32_t AgentWorld::hierarchyId(const std::string& hierarchy) { return hierarchy == "freezer" ? 1 : 2; }

std::string AgentWorld::bootId() {
    auto text = kernel.fileText("/proc/sys/kernel/random/boot_id").value_or("\n");
    text.pop_back();
    return text;
}

}  // namespace prune::fuzz

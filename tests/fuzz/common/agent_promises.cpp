// SPDX-License-Identifier: MIT
#include "common/agent_promises.h"

#include <algorithm>
#include <optional>

#include "common/reference.h"
#include "common/target.h"
#include "creator/creator.h"
#include "policy/loader.h"
#include "prune/delegation_fact.h"
#include "prune/release.h"
#include "store/registry.h"

namespace prune::fuzz {

namespace {

/// Names and contents of all files below a folder.
void addFiles(MemorySystem& kernel, const std::string& folder, std::string& to) {
    for (const auto& name : kernel.names(folder)) {
        const auto path = folder + '/' + name;
        to += path + '=' + kernel.fileText(path).value_or("") + '\n';
        addFiles(kernel, path, to);
    }
}

std::optional<Creator> creatorIn(const Fact& fact) {
    RecordReader reader(fact.body);
    return readCreator(reader);
}

/// The creator that this world's living process would be, told by what every kernel tells.
bool isLiving(const Creator& creator) {
    const Task living{AgentWorld::kLiving, AgentWorld::kItsStart, 0, std::nullopt};
    return creator.decides == Decides::task && creator.task == living;
}

}  // namespace

AgentPromises::AgentPromises(AgentWorld& world, const Act& act)
    : world_(world), confIsGood_(loadConf(world.kernel).errors.empty()), outside_(outside()) {
    for (const auto& cgroup : world.cgroups)
        if (world.has(cgroup) && !mayGo(cgroup, act)) staying_.push_back(cgroup);
}

/// Whether anything at all speaks for a removal, and nothing that no conf can change against it.
bool AgentPromises::mayGo(const MadeCgroup& cgroup, const Act& act) {
    auto& kernel = world_.kernel;
    if (!confIsGood_ || cgroup.covered || !isMeant(cgroup, act)) return false;
    const auto directory = kernel.cgroupDirectory(cgroup.hierarchy, cgroup.path);
    if (!kernel.notify(cgroup.hierarchy, cgroup.path)) return false;
    if (kernel.xattr(directory, "trusted.cgprune.keep")) return false;
    if (!kernel.fileText(directory + "/cgroup.procs").value_or("").empty()) return false;
    return world_.hasConf || !isLeftByDefault(cgroup, act);
}

/// Whether this act is about this cgroup.
bool AgentPromises::isMeant(const MadeCgroup& cgroup, const Act& act) {
    if (act.kind == Act::Kind::sweep) return false;  // it only notes
    if (act.kind == Act::Kind::retry) return !world_.entriesOf(cgroup).empty();
    return act.path == cgroup.path && act.path.size() < kCutPathBytes &&
           world_.kernel.agent(cgroup.hierarchy) == world_.agent;
}

bool AgentPromises::hasBrokenFact(const MadeCgroup& cgroup) {
    for (const auto kind : {FactKind::creator, FactKind::delegated}) {
        const auto file = world_.factFile(cgroup, std::string(word(kind)).c_str());
        const auto text = world_.kernel.fileText(file);
        if (!text && world_.kernel.exists(file + ".broken")) return true;
        if (!text) continue;
        const auto fact = parseFact({cgroup.hierarchy, cgroup.id, kind}, *text);
        if (!fact) return true;
        if (fact->boot != world_.bootId() || fact->hierarchyId != world_.hierarchyId(cgroup.hierarchy))
            continue;
        if (kind == FactKind::creator ? !creatorIn(*fact) : !parseDelegation(fact->body)) return true;
    }
    return false;
}

/// With the conf that is built in: marked by its owner, not understood, or its creator lives; and nothing
/// goes at the kernel's first word unless its creator is known to be gone, nor while somebody has just locked
/// it.
bool AgentPromises::isLeftByDefault(const MadeCgroup& cgroup, const Act& act) {
    auto& kernel = world_.kernel;
    if (kernel.xattr(kernel.cgroupDirectory(cgroup.hierarchy, cgroup.path), "user.cgprune.keep")) return true;
    if (hasBrokenFact(cgroup)) return true;
    const auto text = kernel.fileText(world_.factFile(cgroup, "creator"));
    const auto fact =
        text ? parseFact({cgroup.hierarchy, cgroup.id, FactKind::creator}, *text) : std::nullopt;
    const bool counts =
        fact && fact->boot == world_.bootId() && fact->hierarchyId == world_.hierarchyId(cgroup.hierarchy);
    if (counts && isLiving(*creatorIn(*fact))) {
        // A delegated one goes all the same.
        const bool delegated = kernel.exists(world_.factFile(cgroup, "delegated"));
        if (!delegated &&
            !kernel.xattr(kernel.cgroupDirectory(cgroup.hierarchy, cgroup.path), "trusted.delegate"))
            return true;
    }
    if (act.kind != Act::Kind::release) return false;
    return !counts || (cgroup.locked && world_.entriesOf(cgroup).empty());
}

std::string AgentPromises::outside() {
    std::string text;
    for (const char* folder : {"/etc", "/tmp", "/usr", "/dev"}) addFiles(world_.kernel, folder, text);
    return text;
}

void AgentPromises::checkLog() const {
    const auto& kernel = world_.kernel;
    for (const auto& datagram : kernel.datagrams) {
        require(isOneLine(datagram.bytes), "each message is one line", datagram.bytes);
        require(datagram.bytes.find("]: msg=") != std::string::npos, "each message says what it is",
                datagram.bytes);
    }
    for (const std::string_view record : kernel.kernelMessages)
        require(record.ends_with('\n') && isOneLine(record.substr(0, record.size() - 1)),
                "each record of the kernel's log is one line", record);
}

void AgentPromises::check() {
    for (const auto& cgroup : staying_)
        require(world_.has(cgroup), "a cgroup that must stay is there", cgroup.path);
    require(outside() == outside_, "nothing outside is changed", outside());
    for (const auto& path : world_.kernel.openPaths()) require(false, "no descriptor is left open", path);
    checkLog();
}

}  // namespace prune::fuzz

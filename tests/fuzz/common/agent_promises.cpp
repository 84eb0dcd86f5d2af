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
    if (!confIsGood_ || world_.isCovered(cgroup) || !isMeant(cgroup, act)) return false;
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

AgentPromises::Said AgentPromises::saidOf(const MadeCgroup& cgroup) {
    Said said;
    for (const auto kind : {FactKind::creator, FactKind::delegated}) {
        const auto file = world_.factFile(cgroup, std::string(word(kind)).c_str());
        const auto text = world_.kernel.fileText(file);
        if (!text && !world_.kernel.exists(file + ".broken")) continue;
        const auto fact = text ? parseFact({cgroup.hierarchy, cgroup.id, kind}, *text) : std::nullopt;
        if (fact && !isOfNow(*fact, cgroup)) continue;
        const bool isCreator = kind == FactKind::creator;
        if (fact && isCreator) said.creator = creatorIn(*fact);
        if (fact && !isCreator) said.delegated = parseDelegation(fact->body).has_value();
        said.broken |= !(isCreator ? said.creator.has_value() : said.delegated);
    }
    return said;
}

bool AgentPromises::isOfNow(const Fact& fact, const MadeCgroup& cgroup) {
    return fact.boot == world_.bootId() && fact.hierarchyId == world_.hierarchyId(cgroup.hierarchy);
}

/// With the conf that is built in: marked by its owner; a fact is not understood; not delegated, and its
/// creator lives. And nothing goes at the kernel's first word unless its creator is known, nor while somebody
/// has just locked it.
bool AgentPromises::isLeftByDefault(const MadeCgroup& cgroup, const Act& act) {
    auto& kernel = world_.kernel;
    const auto directory = kernel.cgroupDirectory(cgroup.hierarchy, cgroup.path);
    if (kernel.xattr(directory, "user.cgprune.keep")) return true;
    const auto said = saidOf(cgroup);
    const bool delegated = said.delegated || kernel.xattr(directory, "trusted.delegate");
    if (said.broken || (!delegated && said.creator && isLiving(*said.creator))) return true;
    if (act.kind != Act::Kind::release) return false;
    return !said.creator || (cgroup.locked && world_.entriesOf(cgroup).empty());
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

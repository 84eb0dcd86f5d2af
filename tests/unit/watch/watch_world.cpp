// SPDX-License-Identifier: MIT
#include "unit/watch/watch_world.h"

#include "creator/capture.h"
#include "prune/register_facts.h"

namespace prune::test {

WatchWorld::WatchWorld(KernelAge age) : tasks(age) {
    kernel.setClock(1'000'000);
    kernel.makeSocket("/dev/log");
    kernel.makeFolder("/run/cgprune", 0700);
    kernel.addHierarchy(kUnified, "/sys/fs/cgroup/unified", true);
    kernel.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    kernel.makeCgroup(kUnified, "/w");
    conf(kWatchConf);
}

void WatchWorld::conf(const std::string& text) {
    kernel.makeFolder("/etc/cgprune");
    kernel.writeFile("/etc/cgprune/cgprune.conf", text);
    context.conf = loadConf(system);
    REQUIRE(context.conf.errors.empty());
}

OpenHierarchy WatchWorld::open(const std::string& hierarchy) {
    auto opened = openHierarchyByName(system, hierarchy);
    REQUIRE(opened.ok());
    REQUIRE(opened.value());
    return std::move(*opened.value());
}

void WatchWorld::visit(const std::string& path) {
    constexpr int kTask = 9'999;
    enter(kTask, path);
    kernel.useCpu(kUnified, path, 5);
    kernel.leave(kTask);
}

std::vector<JournalKey> WatchWorld::entries(const std::string& hierarchy) {
    const auto keys = Journal(system).keys(hierarchy);
    REQUIRE(keys.ok());
    return keys.value();
}

JournalEntry WatchWorld::entry(std::uint64_t id, const std::string& hierarchy) {
    const auto found = Journal(system).find({hierarchy, 0, id});
    REQUIRE(found.ok());
    REQUIRE(found.value());
    return *found.value();
}

std::optional<Fact> WatchWorld::fact(const FactKey& key) {
    auto found = Registry(system).find(key);
    REQUIRE(found.ok());
    return found.value();
}

std::vector<std::string> WatchWorld::logged(const std::string& text) const {
    std::vector<std::string> lines;
    for (const auto& datagram : kernel.datagrams)
        if (datagram.bytes.find(text) != std::string::npos) lines.push_back(datagram.bytes);
    return lines;
}

void WatchWorld::registerCreatorOf(const std::string& hierarchy, const std::string& path, int pid) {
    const auto creator = captureByPid(system, pid, {});
    REQUIRE(creator.ok());
    with(hierarchy, path, [&](const Subject& subject) {
        REQUIRE(registerCreator(context, subject, creator.value(), FactSource::registered).ok());
    });
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
#include "unit/prune/world.h"

#include <algorithm>

#include "support/enabled_hierarchy.h"

namespace prune::test {

World::World() {
    kernel.setClock(1'000'000);
    kernel.makeSocket("/dev/log");
    enable("freezer");
}

void World::enable(const std::string& hierarchy) { enableHierarchy(kernel, hierarchy); }

void World::conf(const std::string& text) {
    kernel.makeFolder("/etc/cgprune");
    kernel.writeFile("/etc/cgprune/cgprune.conf", text);
}

std::uint64_t World::make(const std::string& path) {
    const auto id = kernel.makeCgroup("freezer", path);
    kernel.setNotify("freezer", path);
    return id;
}

Released World::release(const std::string& path) { return releaseAs(kAlias, path); }

Released World::releaseAs(const std::string& agent, const std::string& path) {
    return prune::release(context, agent, path);
}

RetryResult World::retry() {
    context.conf = loadConf(system);
    return retryDue(context, {});
}

void World::retryFor(std::int64_t ms) {
    const auto end = kernel.bootTimeMs() + ms;
    while (true) {
        const auto result = retry();
        if (result.pending == 0 || result.nextDueMs > end) return;
        kernel.setClock(std::max(result.nextDueMs, kernel.bootTimeMs()));
    }
}

std::vector<JournalKey> World::entries(const std::string& hierarchy) {
    return Journal(system).keys(hierarchy).value();
}

JournalEntry World::entry() {
    const auto keys = entries();
    REQUIRE(keys.size() == 1);
    const auto found = Journal(system).find(keys.front());
    REQUIRE(found.ok());
    REQUIRE(found.value());
    return *found.value();
}

std::vector<std::string> World::logged(const std::string& text) const {
    std::vector<std::string> lines;
    for (const auto& datagram : kernel.datagrams)
        if (datagram.bytes.find(text) != std::string::npos) lines.push_back(datagram.bytes);
    return lines;
}

std::uint64_t World::counted(Counter counter) {
    return readCounters(system).value()[static_cast<std::size_t>(counter)];
}

std::size_t World::rmdirs() const {
    std::size_t count = 0;
    for (const auto& call : system.callsOf("unlinkAt"))
        if (call.find("REMOVEDIR") != std::string::npos) ++count;
    return count;
}

}  // namespace prune::test

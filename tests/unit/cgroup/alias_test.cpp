// SPDX-License-Identifier: MIT
// The fast way from argv[0] to a hierarchy: whatever is not exactly as enable left it gives nothing.
#include "cgroup/hierarchy.h"

#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

const std::string kFreezerAlias = "/run/cgprune/agents/freezer";
const std::string kMountLink = kFreezerAlias + ".mount";
constexpr const char* kFreezerMount = "/sys/fs/cgroup/freezer";

/// What enable leaves.
class EnabledSystem {
public:
    EnabledSystem() {
        memory.addHierarchy("freezer", kFreezerMount);
        memory.setAgent("freezer", kFreezerAlias);
        memory.makeSymlink(kFreezerMount, kMountLink);
    }

    void removeLink() { REQUIRE(memory.unlinkAt(-1, kMountLink.c_str(), 0) == 0); }
    void pointTo(const std::string& target) {
        removeLink();
        memory.makeSymlink(target, kMountLink);
    }
    /// Nothing was found, and nothing stays open of the attempt.
    bool findsNothing(const std::string& agent = kFreezerAlias) {
        const bool nothing = !hierarchyByAlias(memory, agent);
        return nothing && memory.openFds().empty();
    }

    MemorySystem memory;
};

}  // namespace

TEST_CASE("an alias leads to its hierarchy") {
    EnabledSystem system;
    const auto found = hierarchyByAlias(system.memory, kFreezerAlias);
    REQUIRE(found);
    CHECK(found->about.name == "freezer");
    CHECK(found->about.mountPoint == kFreezerMount);
    CHECK_FALSE(found->about.unified);
    CHECK(system.memory.openPaths() == std::vector<std::string>{kFreezerMount});
}

TEST_CASE("an alias is followed without a look at mountinfo and changes nothing") {
    EnabledSystem system;
    RecordingSystem recording(system.memory);
    REQUIRE(hierarchyByAlias(recording, kFreezerAlias));
    for (const auto& call : recording.calls()) CHECK(call.find("mountinfo") == std::string::npos);
    CHECK(recording.changes().empty());
}

TEST_CASE("an alias of a hierarchy with a comma or an equals sign leads to it") {
    const std::string name = GENERATE("cpu,cpuacct", "name=openrc");
    MemorySystem system;
    const std::string alias = "/run/cgprune/agents/" + name;
    system.addHierarchy(name, "/cg/it");
    system.setAgent(name, alias);
    system.makeSymlink("/cg/it", alias + ".mount");
    const auto found = hierarchyByAlias(system, alias);
    REQUIRE(found);
    CHECK(found->about.name == name);
}

TEST_CASE("an alias without its mount link leads nowhere") {
    EnabledSystem system;
    system.removeLink();
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link is a file leads nowhere") {
    EnabledSystem system;
    system.removeLink();
    system.memory.writeFile(kMountLink, kFreezerMount);
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link dangles leads nowhere") {
    EnabledSystem system;
    system.pointTo("/not/there");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link leads to a file leads nowhere") {
    EnabledSystem system;
    system.pointTo("/sys/fs/cgroup/freezer/cgroup.procs");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link leads to an ordinary folder leads nowhere") {
    EnabledSystem system;
    system.memory.writeFile("/tmp/fake/release_agent", kFreezerAlias + "\n");
    system.pointTo("/tmp/fake");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose hierarchy is covered by another file system leads nowhere") {
    EnabledSystem system;
    system.memory.mountOn(kFreezerMount);
    system.memory.writeFile(std::string(kFreezerMount) + "/release_agent", kFreezerAlias + "\n");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link leads to a cgroup below the root leads nowhere") {
    EnabledSystem system;
    system.memory.makeCgroup("freezer", "/a");
    system.pointTo(std::string(kFreezerMount) + "/a");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link leads to v2 leads nowhere") {
    EnabledSystem system;
    system.memory.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    system.pointTo("/sys/fs/cgroup/unified");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias whose mount link leads to another hierarchy leads nowhere") {
    EnabledSystem system;
    system.memory.addHierarchy("name=x", "/cg/x");
    system.memory.setAgent("name=x", "/run/cgprune/agents/name=x");
    system.pointTo("/cg/x");
    CHECK(system.findsNothing());
}

TEST_CASE("an alias that release_agent does not hold exactly leads nowhere") {
    EnabledSystem system;
    const std::string agent = GENERATE("", "/run/cgprune/agents/freezer2", "/run/cgprune/agents/freeze",
                                       "/run/cgprune/agents/", "/usr/libexec/cgprune/release-agent");
    system.memory.setAgent("freezer", agent);
    CHECK(system.findsNothing());
}

TEST_CASE("an agent that is no alias is not looked for in the state folder") {
    EnabledSystem system;
    RecordingSystem recording(system.memory);
    const std::string agent = GENERATE(
        "", "/", "freezer", "/usr/libexec/cgprune/release-agent", "/run/cgprune/agents",
        "/run/cgprune/agents/", "/run/cgprune/agents/a/freezer", "/run/cgprune/agents/../agents/freezer",
        "/run/cgprune/agentsfreezer", " /run/cgprune/agents/freezer");
    system.memory.setAgent("freezer", agent);
    CHECK_FALSE(hierarchyByAlias(recording, agent));
    CHECK(recording.calls().empty());
}

TEST_CASE("an alias leads nowhere whichever look at it fails") {
    EnabledSystem enabled;
    FailingSystem system(enabled.memory);
    REQUIRE(hierarchyByAlias(system, kFreezerAlias));
    const int calls = system.count();
    REQUIRE(calls >= 5);
    for (int call = 1; call < calls; ++call) {
        INFO("call " << call << " of " << calls);
        system.failCall(call, EIO);
        CHECK_FALSE(hierarchyByAlias(system, kFreezerAlias));
        CHECK(enabled.memory.openFds().empty());
    }
}

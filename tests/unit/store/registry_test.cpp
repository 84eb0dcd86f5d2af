// SPDX-License-Identifier: MIT
// The registry as one process sees it: a fact is found as it was put, and what is broken is not lost.
#include "store/registry.h"

#include <algorithm>
#include <cerrno>

#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

const FactKey kFactKey{"freezer", 42, FactKind::creator};
const std::string kFactFolder = "/run/cgprune/registry/freezer";
const std::string kFactFile = kFactFolder + "/42.creator";

Fact factOf(FactSource source, const std::string& body = "name=x\nuid=0\n") {
    return {"boot-1", 7, "/lxc/c 1", source, 1234, body};
}

bool wasPut(System& system, const Fact& fact, const FactKey& key = kFactKey) {
    const auto put = Registry(system).put(key, fact);
    REQUIRE(put.ok());
    return put.value();
}

std::optional<Fact> foundFact(System& system, const FactKey& key = kFactKey) {
    auto fact = Registry(system).find(key);
    REQUIRE(fact.ok());
    return fact.value();
}

int problem(System& system, const FactKey& key = kFactKey) {
    const auto fact = Registry(system).find(key);
    return fact.ok() ? 0 : fact.error().code;
}

}  // namespace

TEST_CASE("a fact that was put is found") {
    MemorySystem system;
    CHECK(wasPut(system, factOf(FactSource::registered)));
    CHECK(foundFact(system) == factOf(FactSource::registered));
}

TEST_CASE("a fact that was not put is not found") {
    MemorySystem system;
    CHECK_FALSE(foundFact(system));
    REQUIRE(wasPut(system, factOf(FactSource::registered)));
    CHECK_FALSE(foundFact(system, {"freezer", 42, FactKind::delegated}));
    CHECK_FALSE(foundFact(system, {"freezer", 4, FactKind::creator}));
    CHECK_FALSE(foundFact(system, {"memory", 42, FactKind::creator}));
}

TEST_CASE("looking for a fact that is not there writes nothing") {
    MemorySystem kernel;
    RecordingSystem system(kernel);
    CHECK_FALSE(foundFact(system));
    CHECK_FALSE(kernel.exists("/run/cgprune"));
}

TEST_CASE("a fact is a file of root's named after its cgroup and kind") {
    MemorySystem system;
    REQUIRE(wasPut(system, factOf(FactSource::registered)));
    CHECK(system.names(kFactFolder) == std::vector<std::string>{"42.creator"});
    CHECK(system.fileText(kFactFile) == formatFact(kFactKey, factOf(FactSource::registered)));
    FileStat stat;
    REQUIRE(system.statAt(-1, kFactFile.c_str(), 0, stat) == 0);
    CHECK((stat.mode & 07777) == 0600);
}

TEST_CASE("a registered fact takes the place of any") {
    MemorySystem system;
    const auto before = GENERATE(FactSource::registered, FactSource::observed);
    REQUIRE(wasPut(system, factOf(before, "name=old\n")));
    system.knowsNamelessFiles = GENERATE(true, false);
    CHECK(wasPut(system, factOf(FactSource::registered)));
    CHECK(foundFact(system) == factOf(FactSource::registered));
    CHECK(system.names(kFactFolder) == std::vector<std::string>{"42.creator"});
}

TEST_CASE("an observed fact takes the place of none") {
    MemorySystem system;
    const auto before = GENERATE(FactSource::registered, FactSource::observed);
    REQUIRE(wasPut(system, factOf(before, "name=old\n")));
    CHECK_FALSE(wasPut(system, factOf(FactSource::observed)));
    CHECK(foundFact(system) == factOf(before, "name=old\n"));
    CHECK(system.names(kFactFolder) == std::vector<std::string>{"42.creator"});
}

TEST_CASE("an observed fact is put where there is none") {
    MemorySystem system;
    CHECK(wasPut(system, factOf(FactSource::observed)));
    CHECK(foundFact(system) == factOf(FactSource::observed));
}

TEST_CASE("an observed fact takes the place of litter") {
    MemorySystem system;
    auto litter = factOf(FactSource::registered, "name=old\n");
    if (GENERATE(true, false))
        litter.boot = "boot-0";
    else
        litter.hierarchyId = 6;
    REQUIRE(wasPut(system, litter));
    CHECK(wasPut(system, factOf(FactSource::observed)));
    CHECK(foundFact(system) == factOf(FactSource::observed));
    CHECK(system.names(kFactFolder) == std::vector<std::string>{"42.creator"});
}

TEST_CASE("what is registered while an observed fact takes the place of litter stays") {
    auto litter = factOf(FactSource::registered, "name=old\n");
    litter.boot = "boot-0";
    int registered = 0;
    for (int at = 1;; ++at) {
        MemorySystem system;
        REQUIRE(wasPut(system, litter));
        int calls = 0;
        bool refused = false;  // the lock is held
        system.beforeCall = [&](std::string_view) {
            if (++calls != at) return;
            const auto put = Registry(system).put(kFactKey, factOf(FactSource::registered));
            refused = !put.ok() && put.error().code == EWOULDBLOCK;
        };
        static_cast<void>(Registry(system).put(kFactKey, factOf(FactSource::observed)));
        system.beforeCall = nullptr;
        if (calls < at) break;
        if (refused) continue;
        ++registered;
        INFO("before call " << at);
        CHECK(foundFact(system) == factOf(FactSource::registered));
    }
    CHECK(registered > 10);
}

TEST_CASE("nothing is put while another may be about to drop what has that name") {
    MemorySystem system;
    REQUIRE(wasPut(system, factOf(FactSource::observed)));
    system.lock(kFactFolder);
    for (const auto source : {FactSource::registered, FactSource::observed}) {
        const auto put = Registry(system).put(kFactKey, factOf(source, "name=y\nuid=0\n"));
        REQUIRE_FALSE(put.ok());
        CHECK(put.error().code == EWOULDBLOCK);
    }
    CHECK(foundFact(system) == factOf(FactSource::observed));
}

TEST_CASE("a fact cut at any byte is broken, and set aside") {
    const auto whole = formatFact(kFactKey, factOf(FactSource::registered, ""));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        MemorySystem system;
        system.makeFolder(kFactFolder, 0700);
        system.writeFile(kFactFile, whole.substr(0, size), 0600);
        CHECK(problem(system) == EBADMSG);
        CHECK(system.names(kFactFolder) == std::vector<std::string>{"42.creator.broken"});
    }
}

TEST_CASE("a fact of another version, key or with a wrong number is broken") {
    const std::string rest =
        "boot=b\nhierarchy=freezer\nhierarchy-id=7\nid=42\npath=/a\nsource=registered\nrecorded=1\n";
    const std::string first = "cgprune-creator 1\n";
    REQUIRE(parseFact(kFactKey, first + rest));
    CHECK_FALSE(parseFact(kFactKey, "cgprune-creator 2\n" + rest));
    CHECK_FALSE(parseFact(kFactKey, "cgprune-delegated 1\n" + rest));
    const auto changed = [&](const std::string& from, const std::string& to) {
        auto text = first + rest;
        text.replace(text.find(from), from.size(), to);
        return parseFact(kFactKey, text);
    };
    CHECK_FALSE(changed("id=42", "id=43"));
    CHECK_FALSE(changed("=freezer", "=memory"));
    CHECK_FALSE(changed("registered", "heard"));
    CHECK_FALSE(changed("hierarchy-id=7", "hierarchy-id=4294967296"));
    CHECK_FALSE(changed("recorded=1", "recorded=9223372036854775808"));
}

TEST_CASE("a broken fact that was set aside is broken still at the next look") {
    MemorySystem system;
    system.makeFolder(kFactFolder, 0700);
    system.writeFile(kFactFile, "rubbish", 0600);
    CHECK(problem(system) == EBADMSG);
    CHECK(problem(system) == EBADMSG);
    CHECK(system.fileText(kFactFile + ".broken") == "rubbish");
}

TEST_CASE("a broken fact is left where it is by looks that may change nothing") {
    MemorySystem system;
    system.makeFolder(kFactFolder, 0700);
    system.writeFile(kFactFile, "rubbish", 0600);
    const auto fact = Registry(system, false).find(kFactKey);
    REQUIRE_FALSE(fact.ok());
    CHECK(fact.error().code == EBADMSG);
    CHECK(system.names(kFactFolder) == std::vector<std::string>{"42.creator"});
}

TEST_CASE("a fact that is put counts, whatever was set aside before") {
    MemorySystem system;
    system.makeFolder(kFactFolder, 0700);
    system.writeFile(kFactFile + ".broken", "rubbish", 0600);
    REQUIRE(wasPut(system, factOf(FactSource::registered)));
    CHECK(foundFact(system) == factOf(FactSource::registered));
    CHECK(system.fileText(kFactFile + ".broken") == "rubbish");
}

TEST_CASE("a fact too long to be one is broken") {
    MemorySystem system;
    system.makeFolder(kFactFolder, 0700);
    system.writeFile(kFactFile, std::string(200'000, 'x'), 0600);
    CHECK(problem(system) == EBADMSG);
}

TEST_CASE("a path too long to keep is left out") {
    MemorySystem system;
    auto fact = factOf(FactSource::registered);
    fact.path = "/" + std::string(3'000, 'p');
    REQUIRE(wasPut(system, fact));
    CHECK(foundFact(system)->path.empty());
}

TEST_CASE("a fact that was dropped is not found, nor what was set aside") {
    MemorySystem system;
    REQUIRE(wasPut(system, factOf(FactSource::registered)));
    system.writeFile(kFactFile + ".broken", "rubbish", 0600);
    auto dropped = Registry(system).drop(kFactKey);
    REQUIRE(dropped.ok());
    CHECK(dropped.value());
    CHECK(system.names(kFactFolder).empty());
    dropped = Registry(system).drop(kFactKey);
    REQUIRE(dropped.ok());
    CHECK_FALSE(dropped.value());
}

TEST_CASE("all keys are listed, those of broken facts too, and nothing else") {
    MemorySystem system;
    REQUIRE(wasPut(system, factOf(FactSource::registered)));
    REQUIRE(wasPut(system, factOf(FactSource::registered), {"freezer", 42, FactKind::delegated}));
    for (const char* name : {"7.creator.broken", "x.creator", "8.other", "9", ".tmp.1.0"})
        system.writeFile(kFactFolder + '/' + name, "x", 0600);
    auto keys = Registry(system).keys("freezer");
    REQUIRE(keys.ok());
    CHECK(keys.value().size() == 3);
    CHECK(std::count(keys.value().begin(), keys.value().end(), FactKey{"freezer", 7, FactKind::creator}) ==
          1);
    CHECK(Registry(system).hierarchies().value() == std::vector<std::string>{"freezer"});
}

TEST_CASE("whatever call of a put fails, there is the old fact or the new one, and no other file") {
    const bool nameless = GENERATE(true, false);
    int call = 0;
    while (true) {
        MemorySystem kernel;
        kernel.knowsNamelessFiles = nameless;
        REQUIRE(wasPut(kernel, factOf(FactSource::registered, "name=old\n")));
        FailingSystem system(kernel);
        system.failCall(++call, EIO);
        const auto put = Registry(system).put(kFactKey, factOf(FactSource::registered));
        if (system.failures() == 0) break;
        const auto now = foundFact(kernel);
        REQUIRE(now);
        CHECK(now->body == (put.ok() ? "name=x\nuid=0\n" : "name=old\n"));
        CHECK(kernel.openFds().empty());
    }
    CHECK(call > 5);
}

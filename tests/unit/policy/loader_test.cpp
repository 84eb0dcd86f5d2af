// SPDX-License-Identifier: MIT
// Which files are read, in which order, and what is wrong with them.
#include "policy/loader.h"

#include <string>

#include "policy/conf_texts.h"
#include "policy/device_system.h"
#include "policy/loaded_conf.h"
#include "policy/loader_file.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;
using namespace prune::test;

namespace {

const std::string kEtc = "/etc/cgprune/cgprune.conf.d";
const std::string kRun = "/run/cgprune/cgprune.conf.d";
const std::string kLib = "/usr/lib/cgprune/cgprune.conf.d";

/// Writes a file, and the folders above it.
void put(MemorySystem& system, const std::string& path, const std::string& text) {
    system.makeFolder(path.substr(0, path.rfind('/')));
    system.writeFile(path, text);
}

void link(MemorySystem& system, const std::string& target, const std::string& path) {
    system.makeFolder(path.substr(0, path.rfind('/')));
    system.makeSymlink(target, path);
}

}  // namespace

TEST_CASE("without any file the built-in values are in force, and nothing is wrong") {
    MemorySystem system;
    const Conf conf = loadConf(system);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(conf.rules.empty());
    CHECK(conf.defaults.lingerMs == 2'000);
    CHECK(conf.agent.drainer);
}

TEST_CASE("the main file is read") {
    MemorySystem system;
    put(system, kMain, "[agent]\ndrainer = no\n[rule r]\npath = /a\n");
    const Conf conf = loadConf(system);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK_FALSE(conf.agent.drainer);
    REQUIRE(conf.rules.size() == 1);
    CHECK(conf.rules[0].where.file == kMain);
    CHECK(conf.rules[0].where.line == 3);
}

TEST_CASE("an empty main file says nothing") {
    MemorySystem system;
    put(system, kMain, "");
    CHECK(errorsIn(system) == Texts{});
}

TEST_CASE("drop-ins of all folders are read in the order of their names") {
    MemorySystem system;
    put(system, kMain, "[rule main]\n");
    put(system, kEtc + "/20.conf", "[rule etc]\n");
    put(system, kRun + "/10.conf", "[rule run]\n");
    put(system, kLib + "/30.conf", "[rule lib]\n");
    CHECK(namesOf(loadConf(system)) == "run etc lib main");
}

TEST_CASE("drop-ins are read without a main file") {
    MemorySystem system;
    put(system, kLib + "/a.conf", "[rule lib]\n");
    CHECK(namesOf(loadConf(system)) == "lib");
    put(system, kEtc + "/b.conf", "[rule etc]\n");
    CHECK(namesOf(loadConf(system)) == "lib etc");
}

TEST_CASE("drop-ins win over the main file") {
    MemorySystem system;
    put(system, kMain, "[default]\nlinger = 1s\nsweep = yes\n");
    put(system, kLib + "/a.conf", "[default]\nlinger = 3s\n");
    const Conf conf = loadConf(system);
    CHECK(conf.defaults.lingerMs == 3'000);
    CHECK(conf.defaults.sweep);
}

TEST_CASE("a drop-in masks its namesakes of lower folders") {
    MemorySystem system;
    put(system, kEtc + "/a.conf", "[rule etc]\n");
    put(system, kRun + "/a.conf", "[rule run]\n");
    put(system, kRun + "/b.conf", "[rule run-b]\n");
    put(system, kLib + "/a.conf", "[rule lib]\n");
    put(system, kLib + "/b.conf", "[rule lib-b]\n");
    CHECK(namesOf(loadConf(system)) == "etc run-b");
}

TEST_CASE("what is masked is not read, so it can't be wrong") {
    MemorySystem system;
    put(system, kEtc + "/a.conf", "");
    put(system, kLib + "/a.conf", "rubbish\n");
    system.setMode(kLib + "/a.conf", 0666);
    CHECK(errorsIn(system) == Texts{});
}

TEST_CASE("an empty drop-in takes away its namesake") {
    MemorySystem system;
    put(system, kEtc + "/a.conf", "");
    put(system, kLib + "/a.conf", "[rule lib]\n");
    CHECK(namesOf(loadConf(system)).empty());
}

TEST_CASE("a link to /dev/null takes away its namesake") {
    MemorySystem system;
    link(system, "/dev/null", kRun + "/a.conf");
    put(system, kLib + "/a.conf", "[rule lib]\n");
    DeviceSystem devices(system);
    const Conf conf = loadConf(devices);
    CHECK(namesOf(conf).empty());
    CHECK(textsOf(conf.errors) == Texts{});
}

TEST_CASE("a link to /dev/null takes away even where there is no /dev/null") {
    MemorySystem system;
    link(system, "/dev/null", kRun + "/a.conf");
    system.removeTree("/dev/null");
    CHECK(errorsIn(system) == Texts{});
}

TEST_CASE("the main file may be a link to /dev/null") {
    MemorySystem system;
    link(system, "/dev/null", kMain);
    DeviceSystem devices(system);
    CHECK(errorsIn(devices) == Texts{});
}

TEST_CASE("names that are hidden or end otherwise are passed over") {
    MemorySystem system;
    put(system, kEtc + "/.hidden.conf", "[rule a]\n");
    put(system, kEtc + "/a.conf~", "[rule b]\n");
    put(system, kEtc + "/README", "rubbish\n");
    put(system, kEtc + "/.conf", "[rule c]\n");
    const Conf conf = loadConf(system);
    CHECK(conf.rules.empty());
    CHECK(textsOf(conf.errors) == Texts{});
}

TEST_CASE("names are ordered by their bytes") {
    MemorySystem system;
    put(system, kEtc + "/b.conf", "[rule b]\n");
    put(system, kEtc + "/B.conf", "[rule B]\n");
    put(system, kEtc + "/10.conf", "[rule r10]\n");
    put(system, kEtc + "/9.conf", "[rule r9]\n");
    CHECK(namesOf(loadConf(system)) == "r10 r9 B b");
}

TEST_CASE("a link to a good file is followed") {
    MemorySystem system;
    put(system, "/usr/lib/other/x", "[rule linked]\n");
    link(system, "/usr/lib/other/x", kMain);
    const Conf conf = loadConf(system);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(namesOf(conf) == "linked");
    CHECK(conf.rules.at(0).where.file == kMain);
}

TEST_CASE("a link that leads nowhere is an error") {
    MemorySystem system;
    link(system, "/nowhere", kMain);
    link(system, "nowhere", kLib + "/a.conf");
    CHECK(errorsIn(system) ==
          Texts{kMain + ": a symbolic link that leads nowhere; expected a file, or /dev/null",
                kLib + "/a.conf: a symbolic link that leads nowhere; expected a file, or /dev/null"});
}

TEST_CASE("errors of all files are reported, each with its file, the main file's first") {
    MemorySystem system;
    put(system, kMain, "[agent]\ndrainer = x\n");
    put(system, kEtc + "/b.conf", "rubbish\n");
    put(system, kLib + "/a.conf", "\n[rule]\n");
    CHECK(errorsIn(system) == Texts{kMain + ":2:11: bad value \"x\"; expected yes or no",
                                    kLib + "/a.conf:2:6: a rule without a name; expected [rule NAME]",
                                    kEtc + "/b.conf:1:1: no \"=\" in \"rubbish\"; expected key = value"});
}

TEST_CASE("a file with errors leaves the others their say in [agent]") {
    MemorySystem system;
    put(system, kMain, "[agent]\nlog-level = debug\ndrainer = x\n");
    put(system, kEtc + "/a.conf", "[agent]\nlock-patience = 1s\n");
    const Conf conf = loadConf(system);
    CHECK(conf.errors.size() == 1);
    CHECK(conf.agent.logLevel == LogLevel::debug);
    CHECK(conf.agent.lockPatienceMs == 1'000);
}

TEST_CASE("a file of the largest size is read") {
    MemorySystem system;
    std::string text = "[rule large]\n";
    while (text.size() < kMaxConfBytes) text += "#\n";
    text.resize(kMaxConfBytes);
    put(system, kMain, text);
    const Conf conf = loadConf(system);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(namesOf(conf) == "large");
}

TEST_CASE("a larger file is an error") {
    MemorySystem system;
    put(system, kMain, std::string(kMaxConfBytes + 1, '#'));
    CHECK(errorsIn(system) == Texts{kMain + ": 262145 bytes; expected at most 262144"});
}

TEST_CASE("files around the size of the small buffer are read whole") {
    for (const std::size_t size : {4094U, 4095U, 4096U, 4097U, 9000U}) {
        MemorySystem system;
        std::string text(size, '#');
        const std::string last = "\n[rule last]";
        text.replace(size - last.size(), last.size(), last);
        put(system, kMain, text);
        CHECK(namesOf(loadConf(system)) == "last");
    }
}

TEST_CASE("no descriptor stays open") {
    MemorySystem system;
    put(system, kMain, "[agent]\n");
    put(system, kEtc + "/a.conf", "");
    put(system, kLib + "/a.conf", "");
    loadConf(system);
    CHECK(system.openFds().empty());
}

TEST_CASE("nothing is changed by reading the conf") {
    MemorySystem system;
    put(system, kMain, "rubbish\n");
    put(system, kRun + "/a.conf", "");
    RecordingSystem recording(system);
    loadConf(recording);
    CHECK(recording.changes().empty());
}

TEST_CASE("without any folder of ours each costs one call") {
    MemorySystem system;
    RecordingSystem recording(system);
    loadConf(recording);
    CHECK(recording.calls().size() == 3);
}

TEST_CASE("a main file alone is opened, looked at and read once, and never waited for") {
    MemorySystem system;
    put(system, kMain, "[agent]\n");
    RecordingSystem recording(system);
    loadConf(recording);
    CHECK(recording.callsOf("readFd").size() == 1);
    CHECK(recording.callsOf("statFd").size() == 1);
    CHECK(recording.callsOf("statAt").size() == 1);
    const auto opened = recording.callsOf("openAt");
    REQUIRE(opened.size() == 4);
    CHECK(opened[0].find(kMain) != std::string::npos);
    CHECK(opened[0].find("NONBLOCK") != std::string::npos);
}

TEST_CASE("no failure of a system call passes in silence, and none ends in a conf that may remove") {
    MemorySystem system;
    put(system, kMain, "[default]\npolicy = never\n");
    put(system, kEtc + "/a.conf", "[agent]\n");
    put(system, kLib + "/b.conf", "[agent]\n");
    FailingSystem failing(system);
    loadConf(failing);
    const int calls = failing.count();
    REQUIRE(calls > 10);
    for (int call = 1; call <= calls; ++call) {
        INFO("call " << call);
        failing.failCall(call, EIO);
        CHECK_FALSE(loadConf(failing).errors.empty());
    }
}

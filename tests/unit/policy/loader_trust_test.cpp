// SPDX-License-Identifier: MIT
// A conf that others than root can write, or that can't be read, is an error, and nothing is taken from it.
#include <string>

#include "policy/conf_texts.h"
#include "policy/device_system.h"
#include "policy/loaded_conf.h"
#include "policy/loader.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;
using namespace prune::test;

namespace {

const std::string kConfFolder = "/etc/cgprune";
const std::string kLibFolder = "/usr/lib/cgprune";
const std::string kDropIns = "/usr/lib/cgprune/cgprune.conf.d";
const std::string kDropIn = "/usr/lib/cgprune/cgprune.conf.d/a.conf";

std::string writable(const std::string& path, const std::string& mode) {
    return path + ": writable by others than its owner (mode " + mode +
           "); expected root alone to be able to write it";
}

std::string foreign(const std::string& path) {
    return path + ": owned by user 1000; expected root to own it";
}

/// A main file and a drop-in, each with a rule of its own.
class TwoFiles {
public:
    TwoFiles() {
        system.makeFolder(kConfFolder);
        system.makeFolder(kDropIns);
        system.writeFile(kMain, "[rule main]\n");
        system.writeFile(kDropIn, "[rule drop-in]\n");
    }

    MemorySystem system;
};

}  // namespace

TEST_CASE("files and folders that root alone can write are taken") {
    TwoFiles files;
    files.system.setMode(kMain, 0600);
    files.system.setMode(kDropIn, 0444);
    files.system.setMode(kConfFolder, 0700);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(namesOf(conf) == "drop-in main");
}

TEST_CASE("a main file that its group can write is an error, root's group too") {
    TwoFiles files;
    files.system.setMode(kMain, 0664);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{writable(kMain, "0664")});
    CHECK(namesOf(conf) == "drop-in");
}

TEST_CASE("a main file that all can write is an error") {
    TwoFiles files;
    files.system.setMode(kMain, 0602);
    CHECK(errorsIn(files.system) == Texts{writable(kMain, "0602")});
}

TEST_CASE("a main file of another owner is an error, whatever its mode") {
    TwoFiles files;
    files.system.setOwner(kMain, 1000);
    files.system.setMode(kMain, 0400);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{foreign(kMain)});
    CHECK(namesOf(conf) == "drop-in");
}

TEST_CASE("both faults of a file are reported") {
    TwoFiles files;
    files.system.setOwner(kMain, 1000);
    files.system.setMode(kMain, 0666);
    CHECK(errorsIn(files.system) == Texts{foreign(kMain), writable(kMain, "0666")});
}

TEST_CASE("a drop-in that others can write is an error") {
    TwoFiles files;
    files.system.setMode(kDropIn, 0646);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{writable(kDropIn, "0646")});
    CHECK(namesOf(conf) == "main");
}

TEST_CASE("a folder of the main file that others can write is an error, sticky or not") {
    TwoFiles files;
    files.system.setMode(kConfFolder, 01777);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{writable(kConfFolder, "1777")});
    CHECK(namesOf(conf) == "drop-in");
}

TEST_CASE("a folder of the main file that another owns is an error") {
    TwoFiles files;
    files.system.setOwner(kConfFolder, 1000);
    CHECK(errorsIn(files.system) == Texts{foreign(kConfFolder)});
}

TEST_CASE("a folder of drop-ins that others can write is an error") {
    TwoFiles files;
    files.system.setMode(kDropIns, 0775);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{writable(kDropIns, "0775")});
    CHECK(namesOf(conf) == "main");
}

TEST_CASE("a folder of drop-ins in a folder that others can write is an error") {
    TwoFiles files;
    files.system.setOwner(kLibFolder, 1000);
    const Conf conf = loadConf(files.system);
    CHECK(textsOf(conf.errors) == Texts{foreign(kLibFolder)});
    CHECK(namesOf(conf) == "main");
}

TEST_CASE("of a link it is the target that must be root's") {
    TwoFiles files;
    files.system.makeFolder("/tmp/x");
    files.system.writeFile("/tmp/x/conf", "[rule linked]\n");
    files.system.setOwner("/tmp/x/conf", 1000);
    files.system.removeTree(kMain);
    files.system.makeSymlink("/tmp/x/conf", kMain);
    CHECK(errorsIn(files.system) == Texts{foreign(kMain)});
}

TEST_CASE("a main file that is a folder is an error") {
    TwoFiles files;
    files.system.removeTree(kMain);
    files.system.makeFolder(kMain);
    CHECK(errorsIn(files.system) == Texts{kMain + ": not a regular file; expected one"});
}

TEST_CASE("a drop-in that is a folder is an error") {
    TwoFiles files;
    files.system.makeFolder(kDropIns + "/b.conf");
    CHECK(errorsIn(files.system) == Texts{kDropIns + "/b.conf: not a regular file; expected one"});
}

TEST_CASE("a device other than /dev/null is an error") {
    TwoFiles files;
    files.system.removeTree(kMain);
    files.system.makeSymlink("/dev/kmsg", kMain);
    DeviceSystem devices(files.system);
    CHECK(errorsIn(devices) == Texts{kMain + ": not a regular file; expected one"});
}

TEST_CASE("a file where a folder of drop-ins should be is an error") {
    TwoFiles files;
    files.system.writeFile(kConfFolder + "/cgprune.conf.d", "");
    CHECK(errorsIn(files.system) ==
          Texts{kConfFolder + "/cgprune.conf.d: cannot be opened: Not a directory (errno 20)"});
}

TEST_CASE("a file that can't be opened is an error") {
    TwoFiles files;
    files.system.setMode(kMain, 0);
    files.system.setUser(1000);
    CHECK(errorsIn(files.system) == Texts{kMain + ": cannot be opened: Permission denied (errno 13)"});
}

TEST_CASE("a file that can't be read is an error") {
    TwoFiles files;
    FailingSystem failing(files.system);
    failing.failNamed("readFd", EIO, 1);
    CHECK(errorsIn(failing) == Texts{kMain + ": cannot be read: Input/output error (errno 5)"});
}

TEST_CASE("an interrupted read is made again") {
    TwoFiles files;
    FailingSystem failing(files.system);
    failing.failNamed("readFd", EINTR, 1);
    const Conf conf = loadConf(failing);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(namesOf(conf) == "drop-in main");
}

TEST_CASE("a folder that can't be looked at is an error") {
    TwoFiles files;
    FailingSystem failing(files.system);
    failing.failNamed("statAt", EACCES, 1);
    CHECK(errorsIn(failing) == Texts{kConfFolder + ": cannot be looked at: Permission denied (errno 13)"});
}

TEST_CASE("a folder of drop-ins that can't be listed is an error") {
    TwoFiles files;
    FailingSystem failing(files.system);
    failing.failNamed("readDirectory", EIO, 1);
    CHECK(errorsIn(failing) == Texts{kDropIns + ": cannot be listed: Input/output error (errno 5)"});
}

TEST_CASE("a drop-in that goes away after it was listed is none") {
    TwoFiles files;
    bool listed = false;
    files.system.beforeCall = [&](std::string_view call) {
        if (call == "readDirectory") listed = true;
        if (call == "openAt" && listed) files.system.removeTree(kDropIn);
    };
    const Conf conf = loadConf(files.system);
    CHECK(listed);
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(namesOf(conf) == "main");
}

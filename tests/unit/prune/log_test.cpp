// SPDX-License-Identifier: MIT
#include "prune/log.h"

#include "support/catch.h"
#include "support/memory_system.h"

namespace prune::test {

TEST_CASE("a log line is one datagram to /dev/log, with priority, program and pid") {
    MemorySystem kernel;
    kernel.makeSocket("/dev/log");
    Log log(kernel, "release-agent");
    log.event(LogLevel::warning, "stuck", {{"hierarchy", "freezer"}, {"why", "No space left"}});
    REQUIRE(kernel.datagrams.size() == 1);
    CHECK(kernel.datagrams[0].path == "/dev/log");
    CHECK(kernel.datagrams[0].bytes ==
          "<28>release-agent[4242]: msg=stuck hierarchy=freezer why=No\\x20space\\x20left");
}

TEST_CASE("each level has its syslog severity") {
    MemorySystem kernel;
    kernel.makeSocket("/dev/log");
    Log log(kernel, "x");
    log.setLevel(LogLevel::debug);
    for (const auto level :
         {LogLevel::error, LogLevel::warning, LogLevel::notice, LogLevel::info, LogLevel::debug})
        log.event(level, "m", {});
    std::vector<std::string> priorities;
    for (const auto& line : kernel.datagrams) priorities.push_back(line.bytes.substr(0, 4));
    CHECK(priorities == std::vector<std::string>{"<27>", "<28>", "<29>", "<30>", "<31>"});
}

TEST_CASE("what is below the level is not sent") {
    MemorySystem kernel;
    kernel.makeSocket("/dev/log");
    Log log(kernel, "x");
    log.setLevel(LogLevel::error);
    log.event(LogLevel::warning, "m", {});
    CHECK(kernel.datagrams.empty());
    CHECK_FALSE(log.wants(LogLevel::warning));
    CHECK(log.wants(LogLevel::error));
}

TEST_CASE("without /dev/log the line goes to the kernel's log") {
    MemorySystem kernel;
    kernel.removeTree("/dev/log");
    Log log(kernel, "x");
    log.event(LogLevel::error, "m", {{"k", "v"}});
    REQUIRE(kernel.kernelMessages.size() == 1);
    CHECK(kernel.kernelMessages[0] == "<27>x[4242]: msg=m k=v\n");
}

TEST_CASE("a line for the kernel's log is cut to what it takes") {
    MemorySystem kernel;
    kernel.removeTree("/dev/log");
    Log log(kernel, "x");
    log.event(LogLevel::error, "m", {{"k", std::string(2'000, 'v')}});
    REQUIRE(kernel.kernelMessages.size() == 1);
    CHECK(kernel.kernelMessages[0].size() == 901);
    CHECK(kernel.kernelMessages[0].ends_with("vv\n"));
}

TEST_CASE("without any log nothing fails and nothing stays open") {
    MemorySystem kernel;
    kernel.removeTree("/dev/log");
    kernel.removeTree("/dev/kmsg");
    Log log(kernel, "x");
    log.event(LogLevel::error, "m", {});
    CHECK(kernel.openPaths().empty());
}

TEST_CASE("a value cannot forge a field or a line") {
    MemorySystem kernel;
    kernel.makeSocket("/dev/log");
    Log log(kernel, "x");
    log.event(LogLevel::error, "m", {{"cgroup", "/a reason=kept\n<26>evil[1]: b\"\\"}});
    CHECK(kernel.datagrams.at(0).bytes ==
          "<27>x[4242]: msg=m cgroup=/a\\x20reason\\x3dkept\\x0a<26>evil[1]:\\x20b\\x22\\x5c");
}

TEST_CASE("a very long value is cut and says so") {
    MemorySystem kernel;
    kernel.makeSocket("/dev/log");
    Log log(kernel, "x");
    log.event(LogLevel::error, "m", {{"cgroup", std::string(4'095, '\xff')}});
    const auto& line = kernel.datagrams.at(0).bytes;
    CHECK(line.size() < 9'000);
    CHECK(line.ends_with("\\xff..."));
}

}  // namespace prune::test

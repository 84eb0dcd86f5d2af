// SPDX-License-Identifier: MIT
// What cgprune watch tells its service manager.
#include "cgprune/service_manager.h"

#include <cstdlib>
#include <ctime>
#include <map>

#include "support/catch.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

constexpr const char* kSocket = "/run/notify";
constexpr const char* kSelf = "4242";

using Variables = std::map<std::string, std::string>;

/// The variables that a service manager sets, for the time of one test.
class Environment {
public:
    explicit Environment(const Variables& variables) {
        for (const char* name : kNames) ::unsetenv(name);
        for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment() {
        for (const char* name : kNames) ::unsetenv(name);
    }

private:
    static constexpr const char* kNames[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
};

auto watchdogWith(const Variables& variables) {
    const Environment environment(variables);
    MemorySystem system;
    return ServiceManager(system).watchdog();
}

}  // namespace

TEST_CASE("a service manager is told by a datagram to the socket that it named") {
    const Environment environment(Variables{{"NOTIFY_SOCKET", kSocket}});
    MemorySystem system;
    system.makeSocket(kSocket);
    ServiceManager manager(system);
    manager.tell("READY=1\nSTATUS=watching");
    REQUIRE(system.datagrams.size() == 1);
    CHECK(system.datagrams[0].path == kSocket);
    CHECK(system.datagrams[0].bytes == "READY=1\nSTATUS=watching");
}

TEST_CASE("where no service manager asked nothing is told, and no socket is opened") {
    for (const auto& variables : {Variables(), Variables{{"NOTIFY_SOCKET", ""}}}) {
        const Environment environment(variables);
        MemorySystem system;
        ServiceManager manager(system);
        CHECK(system.openFds().empty());
        manager.tell("READY=1");
        CHECK(system.datagrams.empty());
    }
}

TEST_CASE("a service manager whose socket is gone is no fault") {
    const Environment environment(Variables{{"NOTIFY_SOCKET", kSocket}});
    MemorySystem system;
    ServiceManager manager(system);
    manager.tell("READY=1");
    CHECK(system.datagrams.empty());
}

TEST_CASE("the watchdog's interval is what the service manager says to this process") {
    using std::chrono::seconds;
    CHECK(watchdogWith({{"WATCHDOG_USEC", "30000000"}}) == seconds(30));
    CHECK(watchdogWith({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", kSelf}}) == seconds(30));
}

TEST_CASE("a watchdog of another process, or without a time, is none") {
    CHECK_FALSE(watchdogWith({}));
    CHECK_FALSE(watchdogWith({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}));
    for (const char* text : {"", "0", "-5", "soon", "30s"})
        CHECK_FALSE(watchdogWith({{"WATCHDOG_USEC", text}}));
}

TEST_CASE("the time of a reload is the monotonic clock in microseconds") {
    timespec now{};
    REQUIRE(::clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    const auto told = std::stoll(ServiceManager::monotonicUsec());
    CHECK(told >= now.tv_sec * 1'000'000LL);
    CHECK(told / 1'000'000 - now.tv_sec < 3'600);
}

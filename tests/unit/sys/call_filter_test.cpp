// SPDX-License-Identifier: MIT
// What a process may call once it is held to a filter.
#include "sys/call_filter.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include <catch2/catch.hpp>

namespace prune::test {

namespace {

constexpr std::array kSome{SYS_getpid, SYS_exit_group, SYS_close, SYS_prctl, SYS_write};
constexpr CallFilter kFilter(kSome);

constexpr std::uint32_t kRefused = SECCOMP_RET_ERRNO | ENOSYS;

/// The filter's answer, as the kernel finds it.
std::uint32_t answer(std::uint32_t machine, std::uint32_t call) {
    const auto& instructions = kFilter.instructions();
    std::uint32_t loaded = 0;
    for (std::size_t at = 0;; ++at) {
        const auto& instruction = instructions.at(at);
        switch (instruction.code) {
            case BPF_LD | BPF_W | BPF_ABS:
                loaded = instruction.k == offsetof(seccomp_data, nr) ? call : machine;
                break;
            case BPF_JMP | BPF_JEQ | BPF_K:
                at += loaded == instruction.k ? instruction.jt : instruction.jf;
                break;
            case BPF_JMP | BPF_JGE | BPF_K:
                at += loaded >= instruction.k ? instruction.jt : instruction.jf;
                break;
            default:
                return instruction.k;
        }
    }
}

/// Then the tests' own filters are not used.
bool isHeldAlready() {
    if (::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) <= 0) return false;
    WARN("skipped: the tests are run under a filter of system calls");
    return true;
}

int held() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    return useCallFilter(kFilter.instructions().data(), kFilter.instructions().size());
}

/// What `check` returns in a child that is held to the filter; 100 where it is not.
template <typename Check>
int inHeldChild(Check check) {
    const int child = ::fork();
    if (child == 0) ::_exit(held() == 0 ? check() : 100);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

}  // namespace

TEST_CASE("a filter allows the calls that it was made of, and no other", "[sys][call_filter]") {
    for (std::uint32_t call = 0; call < 600; ++call) {
        const bool isAllowed = std::find(kSome.begin(), kSome.end(), static_cast<int>(call)) != kSome.end();
        INFO("call " << call);
        CHECK(answer(kCallMachine, call) == (isAllowed ? SECCOMP_RET_ALLOW : kRefused));
    }
}

TEST_CASE("a filter of one call allows that one", "[sys][call_filter]") {
    constexpr CallFilter kOne(std::array{SYS_getpid});
    CHECK(kOne.instructions().size() == 6);
    CHECK(kOne.instructions().at(3).k == SYS_getpid);
    CHECK(kOne.instructions().back().k == SECCOMP_RET_ALLOW);
}

TEST_CASE("a filter refuses numbers of another machine", "[sys][call_filter]") {
    CHECK(answer(kCallMachine + 1, SYS_getpid) == kRefused);
}

TEST_CASE("the kernel holds a process to its filter", "[sys][call_filter]") {
    if (isHeldAlready()) return;
    const int result = inHeldChild([] {
        if (::syscall(SYS_getpid) < 0) return 1;
        if (::syscall(SYS_getuid) != -1 || errno != ENOSYS) return 2;
        return 0;
    });
    CHECK(result == 0);
}

TEST_CASE("one that is held to a filter keeps that", "[sys][call_filter]") {
    const int result = inHeldChild([] {
        constexpr CallFilter kFewer(std::array{SYS_exit_group});
        if (useCallFilter(kFewer.instructions().data(), kFewer.instructions().size()) != 0) return 1;
        return ::syscall(SYS_getpid) < 0 ? 2 : 0;
    });
    CHECK(result == 0);
}

TEST_CASE("a filter that the kernel does not understand is an error", "[sys][call_filter]") {
    if (isHeldAlready()) return;
    const int child = ::fork();
    if (child == 0) {
        const sock_filter none{};
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        ::_exit(useCallFilter(&none, 1) == -EINVAL ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace prune::test

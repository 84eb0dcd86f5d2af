// SPDX-License-Identifier: MIT
// Follows a program and all that it starts, for what the clock need not see: system calls and memory.
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "commands.h"
#include "fail.h"
#include "once.h"

namespace bench {
namespace {
struct Traced {
    long calls = 0;
    long peakKb = 0;        ///< of the largest process
    bool hasBegun = false;  ///< the exec is over
    bool succeeded = false;
};

constexpr int kTold = 0x80;  // PTRACE_O_TRACESYSGOOD marks stops at system calls with it

long ptraceOrFail(__ptrace_request request, pid_t pid, std::uintptr_t address, void* data) {
    const long done = ptrace(request, pid, reinterpret_cast<void*>(address), data);
    if (done < 0) fail("cannot trace");
    return done;
}

/// VmHWM of a process that is about to end. ru_maxrss would not do: it begins with that of whoever forked.
long peakKbOf(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;) {
        long kb = 0;
        if (word == "VmHWM:" && status >> kb) return kb;
    }
    return 0;
}

bool isAtEntry(pid_t pid) {
    __ptrace_syscall_info info{};
    ptraceOrFail(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
    return info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/// Takes note of a stop; returns the signal to hand on.
int look(Traced& traced, pid_t pid, int status) {
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (signal == (SIGTRAP | kTold)) {
        if (isAtEntry(pid)) ++traced.calls;
        return 0;
    }
    // Until then it was a copy of this program.
    if (event == PTRACE_EVENT_EXEC && !std::exchange(traced.hasBegun, true)) traced.calls = 1;
    if (event == PTRACE_EVENT_EXIT) traced.peakKb = std::max(traced.peakKb, peakKbOf(pid));
    const bool isOurs = event != 0 || signal == SIGSTOP;
    return isOurs ? 0 : signal;
}

void follow(Traced& traced, pid_t first) {
    ptraceOrFail(PTRACE_SYSCALL, first, 0, nullptr);
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        if (WIFSTOPPED(status)) {
            const auto signal = static_cast<std::uintptr_t>(look(traced, pid, status));
            ptraceOrFail(PTRACE_SYSCALL, pid, 0, reinterpret_cast<void*>(signal));
        } else if (pid == first) {
            traced.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
    }
}

pid_t startStopped(const Case& about, const std::vector<std::string>& words) {
    const auto environment = environmentOf(about);
    const pid_t pid = fork();
    if (pid < 0) fail("cannot fork");
    if (pid == 0) {
        ptraceOrFail(PTRACE_TRACEME, 0, 0, nullptr);
        raise(SIGSTOP);
        executeAsAgent(fileOf(about, words), words, environment);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) fail("cannot start", words.front());
    return pid;
}

Traced traceOf(const Case& about, const std::vector<std::string>& words) {
    constexpr std::uintptr_t kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC |
                                        PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                                        PTRACE_O_EXITKILL;
    Traced traced;
    const pid_t pid = startStopped(about, words);
    ptraceOrFail(PTRACE_SETOPTIONS, pid, 0, reinterpret_cast<void*>(kOptions));
    follow(traced, pid);
    return traced;
}
}  // namespace

int runTrace(const Arguments& arguments) {
    const auto plan = readPlan(arguments[0]);
    const Case& about = caseNamed(plan, arguments[1]);
    Traced traced;
    runOnStage(about, [&](const std::vector<std::string>& words) {
        traced = traceOf(about, words);
        return traced.succeeded;
    });
    std::printf("%ld\t%ld\n", traced.calls, traced.peakKb);
    return 0;
}
}  // namespace bench

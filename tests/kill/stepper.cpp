// SPDX-License-Identifier: MIT
#include "stepper.h"

#include <poll.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>
#ifdef __x86_64__
#include <sys/user.h>
#endif

namespace prune::stepping {

namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;
constexpr std::int64_t kLongSleepMs = 500;

constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;
constexpr long kForkOptions = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;

void* asPointer(std::uint64_t value) {
    void* pointer = nullptr;
    static_assert(sizeof pointer == sizeof value);
    std::memcpy(&pointer, &value, sizeof value);
    return pointer;
}

/// One process that is stopped, or has ended.
class Tracee {
public:
    explicit Tracee(pid_t pid) : pid_(pid) {}
    Tracee(const Tracee&) = delete;
    Tracee& operator=(const Tracee&) = delete;
    ~Tracee() {
        if (ended()) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, __WALL);
    }

    int status() const { return status_; }
    bool ended() const { return WIFEXITED(status_) || WIFSIGNALED(status_); }
    bool atCall() const { return WIFSTOPPED(status_) && WSTOPSIG(status_) == kSyscallStop; }
    int event() const { return WIFSTOPPED(status_) ? status_ >> 16 : 0; }

    void wait() { status_ = waitFor(pid_, __WALL); }

    void setOptions(long options) const {
        if (::ptrace(PTRACE_SETOPTIONS, pid_, nullptr, asPointer(static_cast<std::uint64_t>(options))) < 0)
            fail("set what is told of a process");
    }

    /// Goes on to its next stop (PTRACE_SYSCALL) or event (PTRACE_CONT), with the signal that stopped it.
    void resume(__ptrace_request how) {
        const bool own = atCall() || event() != 0 || WSTOPSIG(status_) == SIGSTOP;
        const auto signal = own ? 0U : static_cast<unsigned>(WSTOPSIG(status_));
        if (::ptrace(how, pid_, nullptr, asPointer(signal)) < 0) fail("resume a process");
        wait();
    }

    __ptrace_syscall_info call() const {
        __ptrace_syscall_info info{};
        if (::ptrace(static_cast<__ptrace_request>(PTRACE_GET_SYSCALL_INFO), pid_, asPointer(sizeof info),
                     &info) < 0)
            fail("ask for a system call");
        return info;
    }

    /// The process that the last event was about.
    pid_t forked() const {
        unsigned long pid = 0;
        if (::ptrace(PTRACE_GETEVENTMSG, pid_, nullptr, &pid) < 0) fail("ask for a process");
        return static_cast<pid_t>(pid);
    }

    std::uint64_t word(std::uint64_t address) const {
        errno = 0;
        const long word = ::ptrace(PTRACE_PEEKDATA, pid_, asPointer(address), nullptr);
        if (errno != 0) fail("read what a process points at");
        return static_cast<std::uint64_t>(word);
    }

    void kill() {
        ::kill(pid_, SIGKILL);
        do wait();
        while (!ended());
    }

    void endSleepAtOnce() const {
#ifdef __x86_64__
        user_regs_struct registers{};
        if (::ptrace(PTRACE_GETREGS, pid_, nullptr, &registers) < 0) fail("read registers");
        registers.rdx = 0;
        if (::ptrace(PTRACE_SETREGS, pid_, nullptr, &registers) < 0) fail("set registers");
#endif
    }

private:
    pid_t pid_;
    int status_ = 0;
};

/// A wait for a descriptor or for time, as poll and ppoll are asked for it.
struct Wait {
    bool forDescriptor = false;
    std::int64_t timeMs = 0;  ///< -1: for ever
};

std::optional<Wait> waitOf(const Tracee& tracee, const __ptrace_syscall_info& info) {
    constexpr std::int64_t kMsPerSecond = 1'000;
    constexpr std::int64_t kNsPerMs = 1'000'000;
    const auto& arguments = info.entry.args;
    Wait wait;
    wait.timeMs = static_cast<int>(arguments[2]);
#ifdef SYS_poll
    const bool isPoll = info.entry.nr == SYS_poll;
#else
    const bool isPoll = false;
#endif
    if (!isPoll && info.entry.nr != SYS_ppoll) return std::nullopt;
    if (!isPoll && arguments[2] == 0) wait.timeMs = -1;
    if (!isPoll && arguments[2] != 0)
        wait.timeMs = static_cast<std::int64_t>(tracee.word(arguments[2])) * kMsPerSecond +
                      static_cast<std::int64_t>(tracee.word(arguments[2] + sizeof(time_t))) / kNsPerMs;
    // The descriptor is the first half of the first pollfd.
    wait.forDescriptor = arguments[1] > 0 && static_cast<std::int32_t>(tracee.word(arguments[0])) >= 0;
    return wait;
}

/// Looks at a call that begins. True: this is where the process goes to sleep.
bool isIdleAt(const Tracee& tracee, const __ptrace_syscall_info& info) {
    const auto wait = waitOf(tracee, info);
    if (!wait) return false;
    if (!wait->forDescriptor) tracee.endSleepAtOnce();
    return wait->forDescriptor && (wait->timeMs < 0 || wait->timeMs >= kLongSleepMs);
}

Stepped stepThrough(Tracee& tracee, std::optional<KillPoint> at) {
    Stepped stepped;
    while (true) {
        tracee.resume(PTRACE_SYSCALL);
        if (tracee.ended()) break;
        if (!tracee.atCall()) continue;
        const auto info = tracee.call();
        const bool begins = info.op == PTRACE_SYSCALL_INFO_ENTRY;
        if (begins) {
            ++stepped.calls;
            stepped.lastCall = static_cast<long>(info.entry.nr);
        }
        const auto when = begins ? When::before : When::after;
        stepped.killed = at && at->call == stepped.calls && at->when == when;
        stepped.idle = begins && isIdleAt(tracee, info);
        if (!stepped.killed && !stepped.idle) continue;
        tracee.kill();
        break;
    }
    stepped.status = tracee.status();
    return stepped;
}

/// The program, stopped behind its exec.
pid_t start(const Command& command) {
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child != 0) return child;
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    become(command);
}

void goBehindExec(Tracee& tracee, long options) {
    tracee.wait();
    if (tracee.ended()) throw std::runtime_error("a process cannot be traced here");
    tracee.setOptions(options);
    while (tracee.event() != PTRACE_EVENT_EXEC) {
        tracee.resume(PTRACE_CONT);
        if (tracee.ended()) throw std::runtime_error("the program cannot be run");
    }
    tracee.resume(PTRACE_SYSCALL);  // the end of the exec itself
}

/// Runs the program to its end; the process that it forked is then stopped before its first call.
pid_t forkedBy(Tracee& program) {
    pid_t forked = 0;
    while (true) {
        program.resume(PTRACE_CONT);
        if (program.ended()) break;
        const int event = program.event();
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
            forked = program.forked();
    }
    if (forked == 0) throw std::runtime_error("the program forked no process; it said: " + said());
    return forked;
}

}  // namespace

Stepped step(const Command& command, Who who, std::optional<KillPoint> at) {
    Tracee program(start(command));
    goBehindExec(program, who == Who::forked ? kOptions | kForkOptions : kOptions);
    if (who == Who::program) return stepThrough(program, at);
    Tracee forked(forkedBy(program));
    forked.wait();
    return stepThrough(forked, at);
}

}  // namespace prune::stepping

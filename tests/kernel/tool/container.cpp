// SPDX-License-Identifier: MIT
// Process trees in namespaces of their own, as a container manager makes them, and what else tells a living
// creator from one that is gone.
#include "tool.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>

namespace tool {
namespace {
constexpr unsigned kNamespaces =
    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWUTS;

void becomeRoot() {
    if (setgroups(0, nullptr) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) fail("become root");
}

void say(int socketFd) {
    if (write(socketFd, "!", 1) != 1) fail("tell");
}

// The number of whoever says something, in our own pid namespace.
pid_t hear(int socketFd) {
    char byte;
    alignas(cmsghdr) char room[CMSG_SPACE(sizeof(ucred))];
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof room;
    if (recvmsg(socketFd, &message, 0) != 1) std::exit(1);  // the other end has said why
    const cmsghdr* control = CMSG_FIRSTHDR(&message);
    if (control == nullptr || control->cmsg_type != SCM_CREDENTIALS) {
        errno = EPROTO;
        fail("nobody signed");
    }
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(control), sizeof sender);
    return sender.pid;
}

// Waits until its ids are mapped; then is the root of its namespaces, starts a member, and reaps.
[[noreturn]] void runInit(int socketFd) {
    char byte;
    if (read(socketFd, &byte, 1) != 1) std::exit(1);
    becomeRoot();
    if (mount("proc", "/proc", "proc", 0, nullptr) != 0) fail("mount /proc");
    signal(SIGCHLD, SIG_IGN);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    const pid_t member = fork();
    if (member < 0) fail("fork");
    if (member == 0) say(socketFd);
    close(socketFd);
    sleepForEver();
}

void writeProcess(pid_t pid, const char* name, const std::string& text) {
    const std::string path = "/proc/" + std::to_string(pid) + '/' + name;
    if (!writeFile(AT_FDCWD, path.c_str(), text)) fail("write", path);
}
}  // namespace

int runContainer(const Arguments& arguments) {
    const std::string map = "0 " + std::to_string(number(arguments[0])) + " 65536";
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
    const int on = 1;
    if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) fail("SO_PASSCRED");
    const auto init = static_cast<pid_t>(syscall(SYS_clone, kNamespaces | SIGCHLD, 0, 0, 0, 0));
    if (init < 0) fail("clone");
    if (init == 0) {
        close(ends[0]);
        runInit(ends[1]);
    }
    close(ends[1]);
    writeProcess(init, "uid_map", map);
    writeProcess(init, "gid_map", map);
    if (arguments.size() > 1) {
        const Fd folder = openFolder(AT_FDCWD, std::string(arguments[1]));
        if (!folder.ok() || !writeFile(folder.get(), "cgroup.procs", std::to_string(init)))
            fail("enter", arguments[1]);
    }
    say(ends[0]);
    const pid_t member = hear(ends[0]);
    std::printf("%d %d\n", init, member);
    return 0;
}

int runInside(const Arguments& arguments) {
    const Fd process(static_cast<int>(syscall(SYS_pidfd_open, number(arguments[0]), 0)));
    if (!process.ok() || setns(process.get(), kNamespaces) != 0)
        fail("enter the namespaces of", arguments[0]);
    becomeRoot();
    const pid_t child = fork();  // only children are in the pid namespace
    if (child < 0) fail("fork");
    if (child == 0) {
        execvp(arguments[1].data(), execArguments(arguments, 1).data());
        fail("cannot run", arguments[1]);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) fail("wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// As a container manager does; mkdir(1) would have ended before anybody can look at it.
int runMake(const Arguments& arguments) {
    const std::string cgroup(arguments[0]);
    const auto make = [&cgroup] { return mkdir(cgroup.c_str(), 0755) == 0; };
    std::printf("%d\n", startDetached(make, []() -> int { sleepForEver(); }));
    return 0;
}

int runHoldNamespace(const Arguments& arguments) {
    const std::string path = "/proc/" + std::string(arguments[0]) + "/ns/" + std::string(arguments[1]);
    const Fd held(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!held.ok()) fail("open", path);
    const pid_t holder = startDetached([] { return true; }, []() -> int { sleepForEver(); });
    std::printf("%d\n", holder);
    return 0;
}

// Its number shows a zombie then, and yet the process lives.
int runLeaderless(const Arguments&) {
    const pid_t process = startDetached([] { return true; },
                                        []() -> int {
                                            std::thread([] { sleepForEver(); }).detach();
                                            syscall(SYS_exit, 0);  // of this thread alone
                                            return 1;
                                        });
    std::printf("%d\n", process);
    return 0;
}

int runWithPid(const Arguments& arguments) {
    auto wanted = static_cast<pid_t>(number(arguments[0]));
    clone_args how{};
    how.exit_signal = SIGCHLD;
    how.set_tid = reinterpret_cast<std::uintptr_t>(&wanted);
    how.set_tid_size = 1;
    const long child = syscall(SYS_clone3, &how, sizeof how);
    if (child < 0) fail("start a task with the number", arguments[0]);
    if (child == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        sleepForEver();
    }
    std::printf("%ld\n", child);
    return 0;
}
}  // namespace tool

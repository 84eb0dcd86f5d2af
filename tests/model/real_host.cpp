// SPDX-License-Identifier: MIT
// The kernel that this program runs on, with a clock of its own.
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <utility>

#include "host.h"
#include "support/intercepted_system.h"
#include "sys/real_system.h"

namespace prune::model {

namespace {

namespace files = std::filesystem;

[[noreturn]] void cannot(const std::string& what) {
    throw std::runtime_error("could not " + what + ": " + std::strerror(errno));
}

/// Time passes here only when it is told to, or when the library waits for nothing but time.
class RealKernel final : public InterceptedSystem {
public:
    explicit RealKernel(RealSystem& real) : InterceptedSystem(real) {}
    bool removalsFail = false;
    std::int64_t now = 1'000'000;

    std::int64_t bootTimeMs() override { return now; }
    int waitReadable(int fd, int timeoutMs) override {
        if (fd >= 0) return InterceptedSystem::waitReadable(fd, timeoutMs);
        now += timeoutMs;
        return 0;
    }
    int unlinkAt(int directory, const char* name, int flags) override {
        std::uint64_t type = 0;
        const bool isCgroup = removalsFail && flags == AT_REMOVEDIR && filesystemType(directory, type) == 0 &&
                              type == CGROUP_SUPER_MAGIC;
        return isCgroup ? -EACCES : InterceptedSystem::unlinkAt(directory, name, flags);
    }

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

[[noreturn]] void sleepForGood() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGCHLD, SIG_IGN);
    while (true) ::pause();
}

/// fork() with CLONE_ flags.
pid_t forkInto(unsigned long flags) {
    return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

/// A child of this one forks into that pid namespace, so that the number in ours is what it gets back.
pid_t forkInside(int pidNamespace) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) cannot("make a pipe");
    const pid_t helper = ::fork();
    if (helper < 0) cannot("fork");
    if (helper == 0) {
        if (::setns(pidNamespace, CLONE_NEWPID) < 0) ::_exit(1);
        const pid_t inside = ::fork();
        if (inside == 0) {
            ::close(ends[1]);
            while (true) ::pause();  // its parent has ended, which is no reason: it ends with the container
        }
        ::_exit(::write(ends[1], &inside, sizeof inside) == sizeof inside ? 0 : 1);
    }
    ::close(ends[1]);
    pid_t inside = -1;
    const bool told = ::read(ends[0], &inside, sizeof inside) == sizeof inside;
    ::close(ends[0]);
    ::waitpid(helper, nullptr, 0);
    if (!told || inside < 0) throw std::runtime_error("could not fork into a pid namespace");
    return inside;
}

class RealHost final : public Host {
public:
    explicit RealHost(std::string mountPoint) : mountPoint_(std::move(mountPoint)) { clean(); }
    RealHost(const RealHost&) = delete;
    RealHost& operator=(const RealHost&) = delete;
    ~RealHost() override {
        try {
            while (!pids_.empty()) end(pids_.begin()->first);
            clean();
        } catch (const std::exception& problem) {
            std::fprintf(stderr, "model-steps: %s\n", problem.what());
        }
    }

    System& system() override { return kernel_; }
    void advance(std::int64_t ms) override { kernel_.now += ms; }
    bool tellsNamespaces() const override {
        utsname name{};
        int major = 0;
        int minor = 0;
        if (::uname(&name) < 0 || std::sscanf(name.release, "%d.%d", &major, &minor) != 2)
            cannot("tell the kernel");
        return std::pair(major, minor) >= std::pair(6, 18);
    }
    std::string mountPoint() const override { return mountPoint_; }

    void start(const std::string& process) override {
        if (process == "c1") {
            const int space =
                ::open(("/proc/" + std::to_string(pidOf("c0")) + "/ns/pid").c_str(), O_RDONLY | O_CLOEXEC);
            if (space < 0) cannot("open a pid namespace");
            pids_[process] = forkInside(space);
            ::close(space);
            return;
        }
        const pid_t pid = forkInto(process == "c0" ? CLONE_NEWPID : process == "n0" ? CLONE_NEWUTS : 0);
        if (pid < 0) cannot("fork");
        if (pid == 0) sleepForGood();
        pids_[process] = pid;
    }

    void end(const std::string& process) override {
        const auto pid = pids_.at(process);
        const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
        if (pidfd < 0) cannot("open a pidfd");
        ::kill(pid, SIGKILL);
        waitGone(process, pidfd);
        ::close(pidfd);
        pids_.erase(process);
        if (process == "c0") pids_.erase("c1");  // the kernel has ended all of it before its first is gone
    }

    int pidOf(const std::string& process) const override { return pids_.at(process); }
    std::vector<std::string> takeCalls(const std::string&, bool& told) override {
        told = false;
        return {};
    }
    void failRemovals(bool fail) override { kernel_.removalsFail = fail; }

private:
    void waitGone(const std::string& process, int pidfd) {
        pollfd ended{pidfd, POLLIN, 0};
        while (::poll(&ended, 1, -1) < 0 && errno == EINTR) {
        }
        const pid_t pid = pids_.at(process);
        if (process != "c1") {
            ::waitpid(pid, nullptr, 0);
            return;
        }
        // Its parent reaps it, and until then it has a number.
        while (::kill(pid, 0) == 0) ::usleep(100);
    }

    void clean() const {
        for (const auto* folder : {"/run/cgprune", "/etc/cgprune"}) files::remove_all(folder);
        removeBelow(mountPoint_);
    }

    static void removeBelow(const files::path& directory) {
        for (const auto& entry : files::directory_iterator(directory)) {
            if (!entry.is_directory()) continue;
            removeBelow(entry.path());
            if (::rmdir(entry.path().c_str()) < 0) cannot("remove " + entry.path().string());
        }
    }

    std::string mountPoint_;
    RealSystem real_;
    RealKernel kernel_{real_};
    std::map<std::string, pid_t> pids_;
};

}  // namespace

std::unique_ptr<Host> makeRealHost(const std::string& mountPoint) {
    return std::make_unique<RealHost>(mountPoint);
}

}  // namespace prune::model

// SPDX-License-Identifier: MIT
/// Child processes for tests. A child runs a function and ends without the test's own clean-up.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace prune {

/// One child, killed and waited for at the latest when this ends.
class Child {
public:
    template <class Run>
    explicit Child(Run run) : pid_(::fork()) {
        if (pid_ < 0) throw std::runtime_error("fork");
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves none behind
        ::_exit(run());
    }
    Child(Child&& other) noexcept : pid_(other.pid_) { other.pid_ = 0; }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child& operator=(Child&&) = delete;
    ~Child() {
        if (pid_ == 0) return;
        kill();
        wait();
    }

    pid_t pid() const { return pid_; }
    void kill() const { ::kill(pid_, SIGKILL); }
    /// Its exit status, or minus the signal that killed it.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t pid_;
};

}  // namespace prune

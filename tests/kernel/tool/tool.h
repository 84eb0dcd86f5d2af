// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// What the kernel tests need and a shell cannot do. One static program, so that it runs in any guest.
namespace tool {
using Arguments = std::vector<std::string_view>;

// The subcommands: each takes what follows its name, and returns the exit status.
int runSyslog(const Arguments& arguments);
int runHoldLock(const Arguments& arguments);
int runRunIn(const Arguments& arguments);
int runAs(const Arguments& arguments);
int runBurst(const Arguments& arguments);
int runStorm(const Arguments& arguments);
int runLatency(const Arguments& arguments);
int runDeep(const Arguments& arguments);
int runRemoveTree(const Arguments& arguments);
int runIds(const Arguments& arguments);
int runRestartRace(const Arguments& arguments);
int runNamesakeRace(const Arguments& arguments);
int runHandle(const Arguments& arguments);
int runTscKhz(const Arguments& arguments);
int runXattr(const Arguments& arguments);
int runContainer(const Arguments& arguments);
int runInside(const Arguments& arguments);
int runMake(const Arguments& arguments);
int runHoldNamespace(const Arguments& arguments);
int runWithPid(const Arguments& arguments);
int runKillLeftovers(const Arguments& arguments);
int runLeaderless(const Arguments& arguments);

// An open file or folder, closed at the end of its scope.
class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(-1); }
    int get() const { return fd_; }
    bool ok() const { return fd_ >= 0; }
    int release();
    void reset(int fd);

private:
    int fd_;
};

// Prints what failed and errno's text, and ends the program with 1: a test must not go on half made.
[[noreturn]] void fail(std::string_view what, std::string_view about = {});

// A whole number, or the program ends: a misspelt test must not pass.
std::uint64_t number(std::string_view text);

Fd openFolder(int at, const std::string& path);

// The folders in a folder; of cgroups, with their ids.
struct Folder {
    std::string name;
    std::uint64_t id = 0;
};
std::vector<Folder> folders(int folder);

// Raises the limit of open files: a walk holds one a level.
void allowManyFiles();

// Writes text into an existing file such as cgroup.procs; false with errno.
bool writeFile(int at, const char* name, std::string_view text);

// A cgroup with notify_on_release, where there is such a thing.
Fd makeFlagged(int parent, const std::string& name);

// "made by us, still there when we are done": forks a child that runs first, then body; returns when first
// has succeeded, with the child's pid. The child has given up the stdout, so that $(...) does not wait for
// it.
pid_t startDetached(const std::function<bool()>& first, const std::function<int()>& body);

// argv for execvp from the arguments at from and after.
std::vector<char*> execArguments(const Arguments& arguments, std::size_t from);

void sleepMicroseconds(std::uint64_t microseconds);
[[noreturn]] void sleepForEver();
}  // namespace tool

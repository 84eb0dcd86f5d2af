// SPDX-License-Identifier: MIT
#include "process.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <cerrno>
#include <ctime>

#include "fail.h"

namespace bench {
namespace {
std::int64_t nowNs() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t nsOf(const timeval& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_usec} * 1'000;
}

/// Built once: what it takes to close them is the same for all.
const posix_spawn_file_actions_t& withoutStdio() {
    static const posix_spawn_file_actions_t actions = [] {
        posix_spawn_file_actions_t made;
        posix_spawn_file_actions_init(&made);
        for (int fd = 0; fd <= 2; ++fd) posix_spawn_file_actions_addclose(&made, fd);
        return made;
    }();
    return actions;
}
}  // namespace

std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> environmentOf(const Case& about) {
    std::vector<std::string> all = {"HOME=/", "PATH=/sbin:/bin:/usr/sbin:/usr/bin"};
    all.insert(all.end(), about.environment.begin(), about.environment.end());
    return all;
}

const std::string& fileOf(const Case& about, const std::vector<std::string>& words) {
    return about.file.empty() ? words.front() : about.file;
}

Cost costOf(const Case& about, const std::vector<std::string>& words) {
    const auto environment = environmentOf(about);
    auto argv = pointersTo(words);
    auto envp = pointersTo(environment);
    const char* file = fileOf(about, words).c_str();
    pid_t pid = 0;
    int status = 0;
    rusage used{};

    const auto begin = nowNs();
    const int failed = posix_spawn(&pid, file, &withoutStdio(), nullptr, argv.data(), envp.data());
    if (failed == 0 && wait4(pid, &status, 0, &used) != pid) fail("cannot wait for", file);
    const auto end = nowNs();

    errno = failed;
    if (failed != 0) fail("cannot run", file);
    return {end - begin, nsOf(used.ru_utime) + nsOf(used.ru_stime), used.ru_minflt,
            WIFEXITED(status) && WEXITSTATUS(status) == 0};
}
}  // namespace bench

// SPDX-License-Identifier: MIT
// What it costs to ask whether a creator is still there, among few and among many processes.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "commands.h"
#include "creator/capture.h"
#include "creator/life.h"
#include "fail.h"
#include "figures.h"
#include "sys/real_system.h"

namespace bench {
namespace {
using prune::Life;
using prune::System;
using prune::Task;

struct AskedRung {
    prune::Rung rung;
    std::optional<Life> (*ask)(System&, const Task&);
};

constexpr AskedRung kRungs[] = {
    {prune::Rung::pidfdHandle, prune::lifeByPidfdHandle},
    {prune::Rung::pidfdInode, prune::lifeByPidfdInode},
    {prune::Rung::startTime, [](System& system, const Task& task) -> std::optional<Life> {
         return prune::lifeByStartTime(system, task);
     }}};

/// Sleepers, which end with us however we end.
class Processes {
public:
    Processes() = default;
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;
    ~Processes() {
        while (!pids_.empty()) endLast();
    }

    std::size_t count() const { return pids_.size(); }

    pid_t start() {
        const pid_t pid = fork();
        if (pid < 0) fail("cannot fork");
        if (pid == 0) sleep();
        pids_.push_back(pid);
        return pid;
    }

    void endLast() {
        kill(pids_.back(), SIGKILL);
        waitpid(pids_.back(), nullptr, 0);
        pids_.pop_back();
    }

private:
    [[noreturn]] static void sleep() {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (true) pause();
    }

    std::vector<pid_t> pids_{};
};

Task taskOf(System& system, pid_t pid) {
    const auto creator = prune::captureByPid(system, pid, {});
    if (creator.ok()) return creator.value().task;
    misuse("cannot record a creator:", creator.error().text());
}

/// Nothing: this kernel does not have the rung.
std::optional<Quartiles> microsecondsOf(System& system, const AskedRung& asked, const Task& task,
                                        Life expected) {
    constexpr int kRuns = 1000;
    std::vector<double> all;
    for (int run = 0; run < kRuns; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        const auto life = asked.ask(system, task);
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
        if (!life) return std::nullopt;
        if (*life != expected) misuse("a wrong answer of the rung", word(asked.rung));
        all.push_back(took.count());
    }
    return quartilesOf(std::move(all));
}

void printRow(System& system, const AskedRung& asked, const Task& task, Life expected, std::size_t others) {
    const auto us = microsecondsOf(system, asked, task, expected);
    const auto rung = word(asked.rung);
    const auto life = word(expected);
    std::printf("%-14.*s %-6.*s %9zu ", static_cast<int>(rung.size()), rung.data(),
                static_cast<int>(life.size()), life.data(), others);
    if (us)
        std::printf("%8.1f %8.1f-%8.1f\n", us->middle, us->low, us->high);
    else
        std::printf("not on this kernel\n");
}
}  // namespace

int runLiveness(const Arguments& arguments) {
    prune::RealSystem system;
    Processes processes;
    const auto alive = taskOf(system, processes.start());
    const auto gone = taskOf(system, processes.start());
    processes.endLast();
    std::printf("%-14s %-6s %9s %8s %17s\n", "rung", "life", "processes", "us", "quartiles");
    for (const auto& argument : arguments) {
        const auto wanted = numberOf(argument);
        while (processes.count() < wanted) processes.start();
        for (const auto& asked : kRungs) {
            printRow(system, asked, alive, Life::alive, processes.count());
            printRow(system, asked, gone, Life::gone, processes.count());
        }
    }
    return 0;
}
}  // namespace bench

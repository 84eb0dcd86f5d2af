// SPDX-License-Identifier: MIT
#include "load/job.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace prune::stepping {

namespace {

using std::chrono::microseconds;

constexpr microseconds kUsualRun(8'000);
constexpr microseconds kLongestDrain(60'000);  // by itself one goes on for as long as a creator lives
constexpr double kKilledShare = 0.6;
constexpr int kOutputs = 64;  // files for what they print

}  // namespace

Clock::time_point Jobs::pickMoment(microseconds within) {
    return Clock::now() +
           microseconds(std::uniform_int_distribution<std::int64_t>(0, within.count())(random_));
}

void Jobs::start(Job job) {
    Running running{std::move(job)};
    running.saidTo = "/run/said-by-" + std::to_string(started_++ % kOutputs);
    running.pid = ::fork();
    if (running.pid < 0) fail("fork");
    if (running.pid == 0) become(running.job.command, running.saidTo);
    const bool isKilled = running.job.mayBeKilled && std::bernoulli_distribution(kKilledShare)(random_);
    if (isKilled) running.killAt = pickMoment(kUsualRun);
    ++counts_[running.job.kind].runs;
    running_.push_back(std::move(running));
}

void Jobs::findDrainers() {
    for (const pid_t pid : world_.children()) {
        const bool isKnown =
            std::any_of(running_.begin(), running_.end(), [&](const Running& one) { return one.pid == pid; });
        if (isKnown) continue;
        Running drainer{{"drainer", {}}};
        drainer.pid = pid;
        drainer.killAt = pickMoment(kLongestDrain);
        ++counts_["drainer"].runs;
        running_.push_back(std::move(drainer));
    }
}

void Jobs::ended(std::list<Running>::iterator at, int status) {
    const auto running = std::move(*at);
    running_.erase(at);
    Ending ending;
    ending.killed = WIFSIGNALED(status);
    ending.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (ending.killed) ++counts_[running.job.kind].kills;
    if (!running.saidTo.empty() && !ending.killed) ending.said = said(running.saidTo);
    running.job.done(ending);
}

void Jobs::look() {
    findDrainers();
    const auto now = Clock::now();
    for (auto at = running_.begin(); at != running_.end();) {
        const auto here = at++;
        if (here->killAt && *here->killAt <= now) ::kill(here->pid, SIGKILL);
        int status = 0;
        const pid_t pid = ::waitpid(here->pid, &status, WNOHANG);
        if (pid < 0) fail("wait for a process");
        if (pid > 0) ended(here, status);
    }
}

void Jobs::finish() {
    for (auto& running : running_) running.killAt.reset();
    while (!running_.empty()) {
        const auto first = std::find_if(running_.begin(), running_.end(),
                                        [](const Running& one) { return one.job.kind != "drainer"; });
        if (first == running_.end()) break;
        ended(first, waitFor(first->pid));
    }
    running_.clear();  // drainers
    world_.endLeftBehind();
}

std::uint64_t Jobs::kills() const {
    std::uint64_t kills = 0;
    for (const auto& [kind, counts] : counts_) kills += counts.kills;
    return kills;
}

}  // namespace prune::stepping

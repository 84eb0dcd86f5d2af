// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <set>

#include "job.h"
#include "watch/watcher.h"

namespace prune::faults {

namespace {

/// What cgprune watch's loop is, on the clock of the host.
class Loop final : public Descriptors {
public:
    Loop(Context& context, Host& host) : host_(host), watcher_(context, *this) {}

    Status begin() { return watcher_.begin({kUnified, kFreezer}); }
    void watch(int fd) override { fds_.insert(fd); }
    void unwatch(int fd) override { fds_.erase(fd); }

    /// What is done at this moment of the clock.
    void work() {
        constexpr int kMostRounds = 1'000;
        bool again = true;
        for (int round = 0; again && round < kMostRounds; ++round) {
            nextMs_ = watcher_.work();
            again = nextMs_ <= host_.kernel.bootTimeMs();
            for (const int fd : std::set<int>(fds_)) {
                if (!fds_.contains(fd) || host_.tasks.waitReadable(fd, 0) != 1) continue;
                watcher_.onReadable(fd);
                again = true;
            }
        }
    }
    void sleep(std::int64_t ms) {
        for (const auto end = host_.kernel.bootTimeMs() + ms; host_.kernel.bootTimeMs() < end; work())
            host_.kernel.setClock(std::clamp(nextMs_, host_.kernel.bootTimeMs() + 1, end));
    }

private:
    Host& host_;
    std::set<int> fds_;
    std::int64_t nextMs_ = 0;
    Watcher watcher_;
};

/// A cgroup that becomes empty, one whose creator ends, one that is made and observed.
Status watchAWhile(Context& context, Host& host) {
    if (auto read = readGoodConf(context); !read.ok()) return read;
    Loop loop(context, host);
    if (auto begun = loop.begin(); !begun.ok()) return begun;
    loop.work();
    host.visit(kUnified, "/w/litter");
    loop.work();
    host.visit(kUnified, "/w/living");
    loop.sleep(100'000);
    return {};
}

}  // namespace

std::vector<Job> watchJobs() {
    Job job;
    job.name = "a watch";
    job.prepare = [](Host& host) {
        host.kernel.at(host.kernel.bootTimeMs() + 3'000, [&host] { host.endCreator(); });
    };
    job.act = watchAWhile;
    // The first look takes in, as a sweep does, what is empty already.
    job.mayGo = {"/w/litter", "/w/living", "/litter",    "/ended", "/given",
                 "/living",   "/tree",     "/tree/leaf", "/w"};
    return {job};
}

}  // namespace prune::faults

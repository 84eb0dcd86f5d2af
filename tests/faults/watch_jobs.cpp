// SPDX-License-Identifier: MIT
#include "job.h"
#include "support/watch_loop.h"

namespace prune::faults {

namespace {

/// A cgroup that becomes empty, one whose creator ends, one that is made and observed.
Status watchAWhile(Context& context, Host& host) {
    if (auto read = readGoodConf(context); !read.ok()) return read;
    WatchLoop loop(host.tasks, host.kernel);
    Watcher watcher(context, loop);
    if (auto begun = watcher.begin({kUnified, kFreezer}); !begun.ok()) return begun;
    loop.work(watcher);
    host.visit(kUnified, "/w/litter");
    loop.work(watcher);
    host.visit(kUnified, "/w/living");
    loop.sleep(watcher, 100'000);
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
    job.isAskedAgain = true;  // by the service manager
    // The first look takes in, as a sweep does, what is empty already.
    job.mayGo = {"/w/litter", "/w/living", "/litter",    "/ended", "/given",
                 "/living",   "/tree",     "/tree/leaf", "/w"};
    return {job};
}

}  // namespace prune::faults

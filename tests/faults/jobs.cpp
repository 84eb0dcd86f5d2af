// SPDX-License-Identifier: MIT
#include "job.h"

#include "prune/conf_report.h"
#include "prune/drainer.h"
#include "prune/enter.h"
#include "prune/needed_sweeps.h"
#include "prune/release.h"
#include "prune/retry.h"
#include "prune/subtree.h"
#include "prune/sweep.h"

namespace prune::faults {

namespace {

Job releaseOf(const std::string& path, const std::set<std::string>& mayGo) {
    return {"the release of " + path, [](Host&) {},
            [path](Context& context, Host&) { return releaseAs(context, kAlias, path); }, mayGo};
}

Status sweepOne(Context& context, const std::string& hierarchy) {
    if (auto read = readGoodConf(context); !read.ok()) return read;
    const auto open = openHierarchyByName(context.system, hierarchy);
    if (!open.ok()) return open.error();
    if (!open.value()) return Error{"find the hierarchy " + hierarchy, ENOENT};
    const auto swept = sweepNow(context, *open.value(), {});
    if (!swept.ok()) return swept.error();
    if (swept.value().failed > 0) return Error{"look at all cgroups", EIO};
    return {};
}

Status retryAll(Context& context) {
    if (auto read = readGoodConf(context); !read.ok()) return read;
    retryDue(context, {});
    return {};
}

/// What cgprune prune prints of cgroups that stay.
class Printed final : public CgroupListener {
public:
    bool onCgroup(std::string_view path, const Outcome& outcome) override {
        const bool stays = outcome.done == Done::kept || outcome.done == Done::failed;
        if (!stays || !first_.empty()) return true;
        first_ = "remove " + std::string(path);
        if (outcome.reason) first_ += " (" + std::string(word(*outcome.reason)) + ')';
        code_ = outcome.code;
        return true;
    }
    Status status() const { return first_.empty() ? Status() : Status(Error{first_, code_}); }

private:
    std::string first_;
    int code_ = 0;
};

Status pruneTree(Context& context) {
    readConf(context);
    Printed printed;
    SubtreeOptions options;
    options.listener = &printed;
    auto done = withCgroup(context.system, kFreezer, "/tree",
                           [&](const Subject& top) { return removeSubtree(context, top, options); });
    return done.ok() ? printed.status() : std::move(done);
}

}  // namespace

Status releaseAs(Context& context, const std::string& agent, const std::string& path) {
    if (release(context, agent, path).deferred) startDrainer(context);
    return {};
}

void putAllOff(Host& host) {
    Log log(host.tasks, "faults");
    Context context{host.tasks, log, {}, false, false};
    for (const char* path : {"/litter", "/ended", "/living", "/given"})
        static_cast<void>(release(context, kAlias, path));
    host.kernel.datagrams.clear();
}

Status readGoodConf(Context& context) {
    readConf(context);
    const auto& errors = context.conf.errors;
    if (!errors.empty()) return Error{errors.front().text(), 0};
    return {};
}

std::vector<Job> releaseJobs() {
    std::vector<Job> jobs = {releaseOf("/litter", {"/litter"}),
                             releaseOf("/ended", {"/ended"}),
                             releaseOf("/given", {"/given"}),
                             releaseOf("/living", {}),
                             releaseOf("/kept", {}),
                             releaseOf("/full", {}),
                             releaseOf("/tree/leaf", {"/tree/leaf"})};
    jobs.push_back({"the release of /litter by a plain path",
                    [](Host& host) { host.kernel.setAgent(kFreezer, kPlainAgent); },
                    [](Context& context, Host&) { return releaseAs(context, kPlainAgent, "/litter"); },
                    {"/litter"}});
    return jobs;
}

/// What cgprune exec does before it becomes the command.
Job enterJob() {
    Job job;
    job.name = "an enter";
    job.act = [](Context& context, Host&) -> Status {
        readConf(context);
        const auto open = openHierarchyByName(context.system, kFreezer);
        if (!open.ok()) return open.error();
        if (!open.value()) return Error{"find the hierarchy " + kFreezer, ENOENT};
        EnterOptions options;
        options.notify = options.bare = true;
        auto entered = enterCgroup(context, *open.value(), CgroupPath::parse("/litter/new").value(), options);
        return entered.ok() ? Status() : Status(entered.takeError());
    };
    job.isAskedAgain = true;
    return job;
}

/// By people or a timer, and by the drainer where an agent asked for one.
std::vector<Job> sweepJobs() {
    const auto nothing = [](Host&) {};
    const auto ask = [](Host& host) { askForSweeps(host, {kFreezer, kUnified}); };
    const auto sweep = [](const std::string& hierarchy) {
        return [hierarchy](Context& context, Host&) { return sweepOne(context, hierarchy); };
    };
    const auto pass = [](Context& context, Host&) {
        passOfDrainer(context.system);
        return Status();
    };
    return {{"a sweep of v1", nothing, sweep(kFreezer), {}, true},
            {"a sweep of v2", nothing, sweep(kUnified), {}, true},
            {"the sweeps that are asked for", ask, pass}};
}

std::vector<Job> passJobs(const std::string& part) {
    const std::set<std::string> ripe = {"/litter", "/ended", "/given"};
    if (part == "retry")
        return {{"a retry", putAllOff, [](Context& context, Host&) { return retryAll(context); }, ripe}};
    if (part == "sweep") return sweepJobs();
    if (part == "prune")
        return {{"a prune",
                 [](Host&) {},
                 [](Context& context, Host&) { return pruneTree(context); },
                 {"/tree", "/tree/leaf"},
                 true}};
    if (part != "drain") return {};
    const auto prepare = [](Host& host) {
        putAllOff(host);
        host.kernel.at(host.kernel.bootTimeMs() + 20'000, [&host] { host.endCreator(); });
    };
    auto gone = ripe;
    gone.insert({"/living", "/tree", "/tree/leaf"});  // where it could not write an entry it sweeps
    return {{"the drainer", prepare,
             [](Context& context, Host&) {
                 drain(context);
                 return Status();
             },
             gone}};
}

std::vector<std::string> allParts() {
    return {"release", "waiting", "drain", "retry", "sweep", "facts", "enter", "prune", "watch", "verbs"};
}

std::vector<Job> jobsOf(const std::string& part) {
    if (part == "release") return releaseJobs();
    if (part == "waiting") return waitingJobs();
    if (part == "facts") return factJobs();
    if (part == "verbs") return verbJobs();
    if (part == "enter") return {enterJob()};
    if (part == "watch") return watchJobs();
    return passJobs(part);
}

void passOfDrainer(System& system) {
    Log log(system, "faults");
    Context context{system, log, {}};
    readConf(context);
    reportConfErrors(context);
    lookAfterState(context);
    retryDue(context, {});
}

}  // namespace prune::faults

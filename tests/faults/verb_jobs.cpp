// SPDX-License-Identifier: MIT
// Verbs of cgprune that do several things in an order, as people run them.
#include <utility>

#include "cgprune/verb.h"
#include "job.h"
#include "support/intercepted_system.h"

namespace prune::faults {

namespace {

constexpr const char* kDevices = "devices";

/// Hears what is said on stderr, also where a fault that lasts hits that too.
class Listener final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    ssize_t writeFd(int fd, std::string_view bytes) override {
        if (fd == 2) said += bytes;
        return InterceptedSystem::writeFd(fd, bytes);
    }

    std::string said;

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

Status runVerb(Context& context, const Verb& verb, const Arguments& arguments) {
    Listener system(context.system);
    Log log(system, "cgprune");
    Output out(system, "cgprune " + std::string(verb.name), false);
    Session session{system, log, out, "", false};
    const int exit = verb.run(session, arguments);
    const bool isDone = out.flush() && (exit == kDone || exit == kLeft);
    if (isDone && system.said.empty()) return {};
    return Error{system.said.empty() ? "failed, and said nothing" : std::move(system.said), 0};
}

Job verbJob(const std::string& name, Verb (*verb)(), const Arguments& arguments) {
    Job job;
    job.name = name;
    job.act = [verb, arguments](Context& context, Host&) { return runVerb(context, verb(), arguments); };
    job.isAskedAgain = true;
    return job;
}

Arguments argumentsOf(const std::string& operand) {
    Arguments arguments;
    arguments.operands = {operand};
    return arguments;
}

/// Another agent is there, which is to be given back one day, and cgroups that have no flag.
void makeDevices(Host& host) {
    host.kernel.addHierarchy(kDevices, "/sys/fs/cgroup/devices");
    host.kernel.setAgent(kDevices, "/sbin/another");
    host.kernel.makeCgroup(kDevices, "/a");
    host.kernel.makeCgroup(kDevices, "/a/b");
    host.kernel.writeFile(kPlainAgent, "", 0755);
}

Job enableJob() {
    auto arguments = argumentsOf(kDevices);
    arguments.options = {{"force", ""}, {"default-on", ""}, {"existing", "/"}};
    auto job = verbJob("an enable", enableVerb, arguments);
    job.prepare = makeDevices;
    return job;
}

Job disableJob() {
    auto arguments = argumentsOf(kFreezer);
    arguments.options = {{"recursive", ""}};
    auto job = verbJob("a disable", disableVerb, arguments);
    job.prepare = putAllOff;
    job.forgets = true;  // the journal
    return job;
}

Job onPath(const std::string& name, Verb (*verb)(), const std::string& path) {
    auto arguments = argumentsOf(path);
    arguments.options = {{"hierarchy", kFreezer}};
    return verbJob(name, verb, arguments);
}

/// By a directory that is not there yet. It is done once it has become the command.
Job execJob() {
    auto arguments = argumentsOf("/sys/fs/cgroup/freezer/litter/new");
    arguments.options = {{"create", ""}, {"notify", ""}};
    arguments.command = {"true"};
    Job job = verbJob("cgprune exec", execVerb, arguments);
    job.act = [run = job.act](Context& context, Host& host) {
        const auto before = host.kernel.execs.size();
        auto status = run(context, host);
        return host.kernel.execs.size() > before ? Status() : std::move(status);
    };
    return job;
}

}  // namespace

std::vector<Job> verbJobs() {
    auto undelegate = onPath("cgprune undelegate", undelegateVerb, "/given");
    undelegate.forgets = true;
    return {enableJob(), disableJob(), onPath("cgprune keep", keepVerb, "/tree"), undelegate, execJob()};
}

}  // namespace prune::faults

// SPDX-License-Identifier: MIT
// The ready rules in conf/rules are for what their managers make, and for nothing else.
#include <string>

#include "policy/manual.h"
#include "policy/merger.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

/// The conf of all of them, in force together.
const Conf& readyRules() {
    static const Conf conf = [] {
        Merger merger;
        for (const char* name : {"containers", "elogind", "lxc", "openrc", "sessions", "slurm"}) {
            const auto file = std::string("conf/rules/") + name + ".conf";
            merger.addDropIn(parseConf(sourceText(file), file));
        }
        return merger.finish();
    }();
    return conf;
}

/// The rule that decides on a cgroup: "default" where none of them fits, "" on v2 where none does.
std::string readyRuleFor(const std::string& hierarchy, const std::string& path) {
    const Rule* rule = selectRule(readyRules(), hierarchy, hierarchy == "unified", path);
    return rule == nullptr ? "" : rule->name;
}

}  // namespace

TEST_CASE("ready rules: LXC's containers and monitors, and not what lies beside them") {
    CHECK(readyRuleFor("freezer", "/lxc.payload.c1") == "lxc-containers");
    CHECK(readyRuleFor("freezer", "/lxc.payload.c1/init.scope/x") == "lxc-inside");
    CHECK(readyRuleFor("cpu,cpuacct", "/lxc.monitor.c1") == "lxc-monitors");
    CHECK(readyRuleFor("freezer", "/lxc/c1") == "lxc-before-4");
    CHECK(readyRuleFor("unified", "/lxc/c1/payload") == "lxc-v2");
    CHECK(readyRuleFor("freezer", "/lxc") == "default");
    CHECK(readyRuleFor("unified", "/lxc").empty());
    CHECK(readyRuleFor("unified", "/lxc.payload.c1").empty());
}

TEST_CASE("ready rules: OpenRC's services, in its own hierarchy and in those of controllers") {
    CHECK(readyRuleFor("name=openrc", "/sshd") == "openrc-services");
    CHECK(readyRuleFor("name=openrc", "/sshd/below") == "default");
    CHECK(readyRuleFor("cpu", "/openrc_sshd") == "openrc-controllers");
    CHECK(readyRuleFor("freezer", "/sshd") == "default");
    CHECK(readyRuleFor("unified", "/openrc.sshd").empty());
}

TEST_CASE("ready rules: elogind's sessions, and only in its hierarchy") {
    CHECK(readyRuleFor("name=elogind", "/c2") == "elogind-sessions");
    CHECK(readyRuleFor("freezer", "/c2") == "default");
}

TEST_CASE("ready rules: Slurm's jobs and steps, and neither its users nor itself") {
    CHECK(readyRuleFor("freezer", "/slurm/uid_1000/job_7") == "slurm-jobs");
    CHECK(readyRuleFor("memory", "/slurm/uid_1000/job_7/step_0/task_1") == "slurm-steps");
    CHECK(readyRuleFor("freezer", "/slurm_n1/uid_1000/job_7") == "slurm-node-jobs");
    CHECK(readyRuleFor("freezer", "/slurm_n1/uid_1000/job_7/step_batch") == "slurm-node-steps");
    CHECK(readyRuleFor("unified", "/system.slice/slurmstepd.scope/job_7") == "slurm-v2-jobs");
    CHECK(readyRuleFor("unified", "/system.slice/slurmstepd.scope/job_7/step_0/user") == "slurm-v2-steps");
    CHECK(readyRuleFor("freezer", "/slurm/uid_1000") == "default");
    CHECK(readyRuleFor("unified", "/system.slice/slurmstepd.scope/system").empty());
    CHECK(readyRuleFor("unified", "/system.slice/slurmstepd.scope").empty());
}

TEST_CASE("ready rules: login sessions, and not the folder of their user") {
    CHECK(readyRuleFor("freezer", "/user/jo/0") == "login-sessions");
    CHECK(readyRuleFor("freezer", "/user/jo/0/mine") == "inside-login-sessions");
    CHECK(readyRuleFor("freezer", "/user/jo") == "users-with-sessions");
    CHECK(readyRuleFor("freezer", "/user") == "default");
    CHECK(readyRuleFor("unified", "/user.slice/user-1000.slice").empty());
}

TEST_CASE("ready rules: containers of crun and runc, on v1 and v2") {
    CHECK(readyRuleFor("pids", "/libpod_parent/libpod-1") == "podman-containers");
    CHECK(readyRuleFor("pids", "/docker/1") == "docker-containers");
    CHECK(readyRuleFor("pids", "/containers/c1") == "bundle-containers");
    CHECK(readyRuleFor("unified", "/libpod_parent/libpod-1/container") == "podman-containers-v2");
    CHECK(readyRuleFor("unified", "/docker/1") == "docker-containers-v2");
    CHECK(readyRuleFor("unified", "/containers/c1") == "bundle-containers-v2");
    CHECK(readyRuleFor("unified", "/system.slice/docker.service").empty());
}

TEST_CASE("ready rules: none removes sooner than after 10 seconds, and none changes what is said for all") {
    CHECK(readyRules().errors.empty());
    CHECK(readyRules().defaults.lingerMs == Rule().lingerMs);
    for (const auto& rule : readyRules().rules) {
        INFO(rule.name);
        const bool waits = rule.lingerMs >= 10'000 || rule.sweep || rule.policy.never;
        CHECK(waits);
    }
}

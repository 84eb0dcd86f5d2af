// SPDX-License-Identifier: MIT
// cgprune enable: has the kernel run release-agent for a hierarchy. All is checked before anything is
// changed.
#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/alias.h"
#include "cgprune/host.h"
#include "cgprune/progress.h"
#include "cgprune/root_files.h"
#include "cgprune/target.h"
#include "cgprune/trust.h"
#include "cgprune/verb.h"
#include "cgprune/walk.h"
#include "cgprune/words.h"
#include "policy/loader.h"
#include "store/state_folder.h"

namespace prune {

namespace {

/// What was found, and what will be done.
struct EnablePlan {
    OpenHierarchy hierarchy;
    AgentText agent;
    std::string binary{};
    Former former{};
    bool knewFormer = false;
    bool writeFormer = false;
    bool defaultOn = false;
    std::string existing{};       ///< "" = leave existing cgroups alone
    std::uint64_t unflagged = 0;  ///< existing cgroups without the flag, anywhere
    std::uint64_t toFlag = 0;     ///< of those, the ones below `existing`

    std::string name() const { return escapeForPeople(hierarchy.about.name); }
};

Error refused(std::string why) { return {std::move(why), 0}; }

Result<OpenHierarchy> openForAgent(Session& session, const std::string& name) {
    if (name == kUnifiedName)
        return refused(
            "cgroup v2 (unified) has no release agent; run cgprune watch, or cgprune sweep by a timer");
    if (auto why = whyNoAlias(name); !why.empty()) return refused(std::move(why));
    if (const auto why = whyContainer(session.system))
        return refused("this is a container (" + *why +
                       "), and the kernel runs the agent on the host; run this on the host");
    return openNamed(session.system, name);
}

Status checkAgentText(const EnablePlan& plan, bool force) {
    if (plan.agent.kind != AgentKind::other || force) return {};
    return refused(
        fmt::format("{} has another release agent: {}; --force replaces it (disable gives it back)",
                    plan.name(), escapeForPeople(plan.agent.text)));
}

/// The agent's path is resolved in the mount namespace of PID 1, not in ours.
Status checkVisible(Session& session, const EnablePlan& plan, bool force) {
    for (const auto& path : {plan.binary, std::string(kStateFolder)}) {
        if (!isHiddenFromHost(session.system, path)) continue;
        const auto what =
            escapeForPeople(path) + " is not what PID 1 sees there, and the kernel looks where PID 1 does";
        if (!force) return refused(what + "; run this outside of this mount namespace (nsenter -t 1 -m)");
        session.out.problem("warning: " + what);
    }
    return {};
}

/// Files that others can write are errors of no line. What is wrong inside a file only puts removals off.
Status checkConfIsTrusted(Session& session) {
    if (auto status = checkConfFolders(session.system); !status.ok()) return status;
    const auto conf = loadConf(session.system);
    for (const auto& error : conf.errors)
        if (error.where.line == 0) return refused(error.text() + "; mend it first");
    if (!conf.errors.empty())
        session.out.problem("warning: " + confErrorsText(conf) +
                            "; until they are mended nothing is removed");
    return {};
}

Status readFormerAgent(System& system, EnablePlan& plan) {
    const auto flag = readFlag(system, plan.hierarchy.root.get());
    if (!flag.ok()) return flag.error();
    const auto known = readFormer(system, plan.hierarchy.about.name);
    if (!known.ok()) return known.error();
    plan.knewFormer = known.value().has_value();
    plan.former = known.value().value_or(Former{"", flag.value()});
    // An empty release_agent beside a remembered one was left by a disable that was killed half-way.
    const bool isAnother = !plan.agent.isAlias && !plan.agent.text.empty();
    plan.writeFormer = !plan.knewFormer || isAnother;
    if (isAnother) plan.former.agent = plan.agent.text;
    return {};
}

/// Counts what the plan will affect.
Status countAffected(System& system, EnablePlan& plan) {
    const auto countInto = [&](const std::string& top, std::uint64_t& number) -> Status {
        const auto walked =
            walkBelow(system, plan.hierarchy, top, [&](const auto&, const auto&, const auto& state) {
                if (!state.notifyOnRelease) ++number;
            });
        return walked.ok() ? Status() : Status(walked.error());
    };
    if (!plan.existing.empty())
        if (auto status = countInto(plan.existing, plan.toFlag); !status.ok()) return status;
    return countInto("/", plan.unflagged);
}

Result<EnablePlan> planEnable(Session& session, const Arguments& arguments) {
    auto hierarchy = openForAgent(session, arguments.operands.front());
    if (!hierarchy.ok()) return hierarchy.takeError();
    auto agent = agentOf(session.system, hierarchy.value());
    if (!agent.ok()) return agent.takeError();
    EnablePlan plan{std::move(hierarchy.value()), std::move(agent.value())};
    plan.defaultOn = arguments.has("default-on");
    plan.existing = arguments.value("existing");

    const bool force = arguments.has("force");
    if (auto status = checkAgentText(plan, force); !status.ok()) return status.takeError();
    auto binary = trustedAgent(
        session.system, arguments.has("agent") ? arguments.value("agent") : defaultAgent(session.system));
    if (!binary.ok()) return binary.takeError();
    plan.binary = std::move(binary.value());
    if (auto status = checkConfIsTrusted(session); !status.ok()) return status.takeError();
    if (auto status = checkVisible(session, plan, force); !status.ok()) return status.takeError();
    if (auto status = readFormerAgent(session.system, plan); !status.ok()) return status.takeError();
    if (auto status = countAffected(session.system, plan); !status.ok()) return status.takeError();
    return plan;
}

/// Links first: the first call may come as soon as release_agent is written.
Status setAgent(System& system, const EnablePlan& plan) {
    const auto& about = plan.hierarchy.about;
    if (plan.writeFormer)
        if (auto status = writeFormer(system, about.name, plan.former); !status.ok()) return status;
    auto status = makeAlias(system, about, plan.binary);
    if (status.ok() && !plan.agent.isAlias)
        status = writeReleaseAgent(system, plan.hierarchy, aliasOf(about.name));
    // What an earlier enable wrote stays: it still tells what to give back.
    if (!status.ok() && !plan.knewFormer && !plan.agent.isAlias)
        static_cast<void>(removeAlias(system, about.name));
    return status;
}

/// Sets the flag on all cgroups below plan.existing; those that go meanwhile are no fault. How many could not
/// be set.
Result<std::uint64_t> flagExisting(Session& session, const EnablePlan& plan) {
    std::uint64_t failed = 0;
    std::uint64_t looked = 0;
    Progress progress(session.system, session.out);
    const auto set = [&](const std::string& path, const OpenCgroup& cgroup, const CgroupState& state) {
        progress.at(counted(++looked, "cgroup") + " looked at");
        if (state.notifyOnRelease) return;
        const int directory = cgroup.directory.get();
        const auto written = writeFlag(session.system, directory, true);
        if (written.ok() || hasDied(session.system, directory)) return;
        ++failed;
        progress.end();
        session.out.problem("the flag of " + escapeForPeople(path) +
                            " was not set: " + written.error().text());
    };
    const auto walked = walkBelow(session.system, plan.hierarchy, plan.existing, set);
    if (!walked.ok()) return walked.error();
    return failed + walked.value().failed;
}

Result<std::uint64_t> apply(Session& session, const EnablePlan& plan) {
    if (auto status = setAgent(session.system, plan); !status.ok()) return status.takeError();
    if (plan.defaultOn)
        if (auto status = writeFlag(session.system, plan.hierarchy.root.get(), true); !status.ok())
            return status.takeError();
    if (plan.existing.empty()) return std::uint64_t{0};
    return flagExisting(session, plan);
}

Json asJson(const Session& session, const EnablePlan& plan) {
    return {{"verb", "enable"},
            {"hierarchy", plan.name()},
            {"dry-run", session.dryRun},
            {"already-enabled", plan.agent.isAlias},
            {"alias", escapeForPeople(aliasOf(plan.hierarchy.about.name))},
            {"binary", escapeForPeople(plan.binary)},
            {"former-agent", agentJson(plan.former.agent)},
            {"default-on", plan.defaultOn},
            {"unflagged", plan.unflagged},
            {"flags-set", plan.toFlag}};
}

void reportEnable(Session& session, const EnablePlan& plan) {
    auto& out = session.out;
    out.object(asJson(session, plan));
    const std::string_view would = session.dryRun ? "would be " : "";
    out.line(fmt::format("{}: {}{}; the kernel runs {} (through {})", plan.name(), would,
                         plan.agent.isAlias ? "enabled already, links renewed" : "enabled",
                         escapeForPeople(plan.binary), escapeForPeople(aliasOf(plan.hierarchy.about.name))));
    if (!plan.agent.isAlias && !plan.agent.text.empty())
        out.line(
            fmt::format("former agent: {}; cgprune disable gives it back", escapeForPeople(plan.agent.text)));
    if (plan.defaultOn)
        out.line(fmt::format(
            "default-on: every cgroup made from now on in {} inherits notify_on_release = 1 from the root",
            plan.name()));
    if (!plan.existing.empty())
        out.line(fmt::format("existing: notify_on_release {}set on {} below {}", would,
                             counted(plan.toFlag, "cgroup"), escapeForPeople(plan.existing)));
    const auto left = plan.unflagged - std::min(plan.unflagged, plan.toFlag);
    if (left > 0)
        out.line(fmt::format("{} without notify_on_release: never reported by the kernel, left alone{}",
                             counted(left, "existing cgroup"),
                             plan.defaultOn
                                 ? ", and so are those made inside them (--existing PATH sets it below PATH)"
                                 : ""));
    else if (!plan.defaultOn && !plan.former.rootFlag)
        out.line(
            "new cgroups are reported if notify_on_release is set in them (--default-on sets it in all)");
}

int runEnable(Session& session, const Arguments& arguments) {
    const auto plan = planEnable(session, arguments);
    if (!plan.ok()) return session.out.problem(plan.error().text()), kFailed;
    if (!session.dryRun) {
        const auto failed = apply(session, plan.value());
        if (!failed.ok()) return session.out.problem(failed.error().text()), kFailed;
        reportEnable(session, plan.value());
        return failed.value() == 0 ? kDone : kFailed;
    }
    reportEnable(session, plan.value());
    return kDone;
}

}  // namespace

Verb enableVerb() {
    Verb verb;
    verb.name = "enable";
    verb.operands = "HIERARCHY";
    verb.fewest = verb.most = 1;
    verb.summary = "have the kernel run release-agent for a v1 hierarchy";
    verb.details =
        "Writes an alias of release-agent into the hierarchy's release_agent. From then on the kernel runs "
        "it\n"
        "for each cgroup that becomes empty and has notify_on_release = 1. HIERARCHY is a name as in\n"
        "/proc/self/cgroup: freezer, cpu,cpuacct, name=openrc. Enabling twice is fine.\n"
        "Refused: in a container; where others than root can write the agent, the conf or a folder above\n"
        "them; where another release agent is set.";
    verb.options = {
        {"default-on", "", "set notify_on_release in the root: all cgroups made from now on inherit it"},
        {"existing", "PATH", "set it on all cgroups below the cgroup PATH (/ = all)"},
        {"force", "", "replace another release agent; go on where PID 1 has other mounts"},
        {"agent", "FILE", "the release-agent to run"}};
    verb.changes = true;
    verb.run = runEnable;
    return verb;
}

}  // namespace prune

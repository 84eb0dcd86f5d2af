// SPDX-License-Identifier: MIT
// cgprune enable and disable: whenever they are killed, the former agent is not forgotten.
#include "cgroup_tree.h"
#include "operation.h"

namespace prune::stepping {

namespace {

constexpr const char* kFormerAgent = "/run/bin-of-nobody/former-agent";

Command enable(World& world) {
    return world.cgprune({"enable", world.hierarchy(), "--force", "--default-on", "--existing", "/target"});
}
Command enableOther(World& world) {
    return world.cgprune({"enable", world.hierarchy(), "--force", "--agent", world.inBin("other-agent")});
}
Command disable(World& world) { return world.cgprune({"disable", world.hierarchy()}); }
Command disableAll(World& world) { return world.cgprune({"disable", world.hierarchy(), "--recursive"}); }

void notEnabled(World& world, const std::string& agent) {
    world.conf(Drainer::none, "linger = 1h\n");
    world.make(kTarget, false);
    world.make("/target/a", false);
    world.make("/target/b", false);
    world.disable(agent);
}

void neverEnabled(World& world) { notEnabled(world, ""); }
void ofAnother(World& world) { notEnabled(world, kFormerAgent); }

void enabled(World& world) {
    ofAnother(world);
    run(enable(world));
}

/// With entries in the journal, and a sweep that was asked for.
void inUse(World& world) {
    enabled(world);
    run(world.agent("/target/a"));
    run(world.agent("/target/b"));
    run(world.agent("/alive"));
}

/// What has to stay has no flag that --recursive could clear.
void inUseWithFewFlags(World& world) {
    inUse(world);
    for (const char* path : {"/kept", "/alive", "/parent"}) setFlag(world.at(path), false);
}

bool isAgent(const Snapshot& snapshot, const std::string& agent) { return snapshot.agent == agent + '\n'; }

bool isOurs(const Snapshot& snapshot) {
    const auto alias = snapshot.agent.substr(snapshot.agent.rfind('/') + 1);
    return snapshot.agents.size() == 3 && snapshot.agents.contains(alias.substr(0, alias.size() - 1));
}

bool isEnabled(const Snapshot& snapshot) {
    const auto flagged = [&](const char* path) { return snapshot.cgroups.at(path).starts_with("flag 1"); };
    return isOurs(snapshot) && snapshot.rootFlag == "1\n" && flagged("/target/a") && flagged("/target/b");
}

bool isOther(const Snapshot& snapshot) {
    for (const auto& [name, text] : snapshot.agents)
        if (text.ends_with("/other-agent")) return isOurs(snapshot);
    return false;
}

bool isNothingLeft(const Snapshot& snapshot) {
    return snapshot.agents.empty() && snapshot.rootFlag == "0\n" && snapshot.entries.empty();
}

bool isGivenBack(const Snapshot& snapshot) {
    return isAgent(snapshot, kFormerAgent) && isNothingLeft(snapshot);
}
bool isCleared(const Snapshot& snapshot) { return isAgent(snapshot, "") && isNothingLeft(snapshot); }

using Make = Command (*)(World&);

Healing by(std::string name, std::vector<Make> commands, Ended ended) {
    const auto act = [commands = std::move(commands)](World& world) {
        for (const auto make : commands) run(make(world));
    };
    return {std::move(name), act, Alike::end, std::move(ended)};
}

}  // namespace

std::vector<Operation> enableOperations() {
    const auto undone = by("disable", {disable}, isGivenBack);
    const auto redone = by("enable, then disable", {enable, disable}, isGivenBack);
    return {
        {"enable", neverEnabled, enable, isEnabled, {by("disable", {disable}, isCleared)}},
        {"enable-over-another", ofAnother, enable, isEnabled, {undone, redone}},
        {"enable-again", enabled, enableOther, isOther, {undone, redone}},
        {"disable", inUse, disable, isGivenBack, {redone}},
        {"disable-recursive", inUseWithFewFlags, disableAll, isGivenBack, {redone}},
    };
}

}  // namespace prune::stepping

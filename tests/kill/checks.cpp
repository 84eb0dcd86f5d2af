// SPDX-License-Identifier: MIT
#include "checks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

namespace prune::stepping {

namespace {

namespace files = std::filesystem;

template <class Map>
void needBoth(const char* what, const Map& before, const Map& ended, const Map& now, Complaints& complaints) {
    for (const auto& [name, text] : before)
        if (ended.contains(name) && !now.contains(name))
            complaints.push_back(std::string(what) + " was lost: " + name);
}

void checkAlias(const Snapshot& before, const Snapshot& now, const World& world, Complaints& complaints) {
    const auto alias = world.alias() + '\n';
    if (now.agent != alias) return;
    const auto& name = world.hierarchy();
    if (!now.agents.contains(name) || !now.agents.contains(name + ".mount"))
        complaints.emplace_back("release_agent is the alias, and a link is missing");
    if (before.agent != alias && !now.agents.contains(name + ".former"))
        complaints.emplace_back("release_agent is the alias, and the former agent is forgotten");
}

bool isLocked(const files::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    const bool locked = ::flock(file, LOCK_EX | LOCK_NB) < 0;
    ::close(file);
    return locked;
}

void checkLocks(World& world, const Snapshot& now, Complaints& complaints) {
    const auto complain = [&](const std::string& path) { complaints.push_back(path + " is still locked"); };
    for (const auto& [path, text] : now.cgroups)
        if (!world.holdsLock(path) && isLocked(world.at(path))) complain(path);
    if (!files::exists(kStateFolder)) return;
    for (const auto& entry : files::recursive_directory_iterator(kStateFolder))
        if (isLocked(entry.path())) complain(entry.path().string());
}

/// A verb that only looks: that it could, and that nothing is broken.
void checkVerb(World& world, std::vector<std::string> words, Complaints& complaints) {
    words.emplace_back("--json");
    const auto command = world.cgprune(std::move(words));
    const int exit = run(command);
    const auto text = said();
    if (exit != 0 || text.find("roken") != std::string::npos || text.find("cgprune ") == 0)
        complaints.push_back(command.text() + " exits with " + std::to_string(exit) + " and says: " + text);
}

}  // namespace

void checkWhatStays(const Snapshot& before, const Snapshot& now, const World& world, Complaints& complaints) {
    for (const auto& path : world.mustStay()) {
        const auto here = now.cgroups.find(path);
        if (here == now.cgroups.end())
            complaints.push_back(path + " was removed");
        else if (here->second != before.cgroups.at(path))
            complaints.push_back(path + " was changed: " + here->second);
        for (const auto& [name, text] : before.facts) {
            if (name.rfind(path + '.', 0) != 0) continue;
            if (!now.hasFact(name) || now.facts.at(name) != text)
                complaints.push_back("the fact " + name + " was changed");
        }
    }
}

void checkStatesAfterKill(const Snapshot& before, const Snapshot& ended, const Snapshot& now,
                          const World& world, Complaints& complaints) {
    complaints.insert(complaints.end(), now.broken.begin(), now.broken.end());
    checkWhatStays(before, now, world, complaints);
    for (const auto& [path, text] : ended.cgroups)
        if (!now.has(path)) complaints.push_back(path + " was removed");
    needBoth("a fact", before.facts, ended.facts, now.facts, complaints);
    needBoth("an entry", before.entries, ended.entries, now.entries, complaints);
    for (const auto& name : ended.sweeps)
        if (before.sweeps.contains(name) && !now.sweeps.contains(name))
            complaints.push_back("that a sweep is needed was lost: " + name);
    checkAlias(before, now, world, complaints);
}

void checkOnHost(World& world, const Snapshot& now, Complaints& complaints) {
    checkLocks(world, now, complaints);
    checkVerb(world, {"list"}, complaints);
    checkVerb(world, {"status"}, complaints);
    for (const char* path : {"/alive", kTarget})
        if (now.has(path) && now.cgroups.at(path).starts_with("flag"))
            checkVerb(world, {"explain", world.at(path)}, complaints);
}

}  // namespace prune::stepping

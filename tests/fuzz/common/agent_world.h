// SPDX-License-Identifier: MIT
/// A small host, made by the blocks of an input: each begins with a letter that says what it is (agent.cpp
/// has them). What no kernel would let happen does not happen here, either.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/memory_system.h"

namespace prune::fuzz {

/// A cgroup that the input made.
struct MadeCgroup {
    std::string hierarchy;
    std::string path;
    std::uint64_t id = 0;
    bool covered = false;  ///< something is mounted on it
    bool locked = false;   ///< somebody holds its lock
};

class AgentWorld {
public:
    static constexpr const char* kAlias = "/run/cgprune/agents/freezer";
    /// A process that lives, to be a creator: its number and its start.
    static constexpr int kLiving = 777;
    static constexpr std::uint64_t kItsStart = 100;

    AgentWorld();

    /// Does what a block says; false where it is none of those that make the world.
    bool make(char letter, std::string_view text);

    MemorySystem kernel;
    std::string agent = kAlias;  ///< argv[0]
    bool hasConf = false;        ///< some file of it was written
    std::vector<MadeCgroup> cgroups;

    /// Whether it is there, and still the same.
    bool has(const MadeCgroup& cgroup);
    /// Whether something is mounted on it, or above it.
    bool isCovered(const MadeCgroup& cgroup) const;
    /// Files of the journal about it.
    std::vector<std::string> entriesOf(const MadeCgroup& cgroup);
    std::string factFile(const MadeCgroup& cgroup, const char* kind) const;
    std::uint32_t hierarchyId(const std::string& hierarchy);
    std::string bootId();

private:
    void makeAt(char letter, std::string_view text);
    bool makeOfCurrent(char letter, std::string_view text, MadeCgroup& current);
    void enable(const std::string& hierarchy, const std::string& program);
    void makeCgroup(std::string_view path);
    void mark(std::string_view letters, MadeCgroup& current);
    void markOne(char letter, MadeCgroup& current);
    void rename(std::string_view name, MadeCgroup& current);
    void writeFact(const char* kind, std::string_view head, std::string_view text, const MadeCgroup& current);
    void writeEntry(std::string_view head, std::string_view text, const MadeCgroup& current);
    std::string head(const std::string& firstLine, const MadeCgroup& current);
    void breakState(std::string_view how);

    std::string hierarchy_ = "freezer";  ///< where cgroups are made
    int lastTask_ = 5'000;
    int dropIns_ = 0;
    bool isOurs_ = true;  ///< the state folder is no link to somewhere else
};

}  // namespace prune::fuzz

// SPDX-License-Identifier: MIT
/// What `cgprune doctor` looks at: a table of checks, each a function that tells what it found. None changes
/// anything, but runLive().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cgprune/verb.h"
#include "cgroup/hierarchy.h"
#include "prune/context.h"

namespace prune {

enum class Health { ok, warning, fault };

/// "ok", "warning", "fault".
std::string_view word(Health health);

/// One line. Both texts are escaped for people.
struct Finding {
    std::string_view check;  ///< its name in the table
    Health health = Health::ok;
    std::string what;
    std::string todo;  ///< what to do; may be "" where it is ok
};

/// What all checks look at, and what they found so far.
class Examination {
public:
    explicit Examination(Session& session);

    Session& session;
    System& system;
    Context context;                         ///< with the conf in force, and dryRun
    std::vector<Hierarchy> mounted;          ///< whole
    std::vector<OpenHierarchy> hierarchies;  ///< those of them that can be opened
    std::vector<Finding> findings;

    /// What findings belong to from now on.
    void begin(std::string_view check) { check_ = check; }
    void ok(std::string what, std::string todo = {});
    void warn(std::string what, std::string todo);
    void fault(std::string what, std::string todo);
    /// An error whose text says what to do behind its last ";".
    void add(Health health, const Error& error);

private:
    std::string_view check_;
};

struct Check {
    std::string_view name;
    void (*look)(Examination& examination) = nullptr;
};

// doctor_mounts.cpp
void checkHost(Examination& examination);
void checkMounts(Examination& examination);
void checkUnmounted(Examination& examination);
void checkNamedHierarchies(Examination& examination);
// doctor_agent.cpp
void checkAgents(Examination& examination);
void checkAgentFiles(Examination& examination);
void checkAliases(Examination& examination);
// doctor_kernel.cpp
void checkHelperCapabilities(Examination& examination);
void checkStaticHelper(Examination& examination);
void checkSecurityModules(Examination& examination);
// doctor_abilities.cpp
void checkHandles(Examination& examination);
void checkMakers(Examination& examination);
void checkClock(Examination& examination);
// doctor_state.cpp
void checkConf(Examination& examination);
void checkStateFolder(Examination& examination);
void checkSpace(Examination& examination);
void checkJournal(Examination& examination);
void checkDrainer(Examination& examination);
void checkWatch(Examination& examination);

/// Makes a cgroup in each enabled hierarchy, puts a process in that ends, and waits until it is gone.
void runLive(Examination& examination);

/// "freezer, pids", escaped.
std::string namesOf(const std::vector<std::string>& hierarchies);

}  // namespace prune

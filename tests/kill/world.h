// SPDX-License-Identifier: MIT
/// What the operations find: a hierarchy that nobody else knows, mounted in a mount namespace of its own (see
/// tests/cli/support/lib.sh), the cgroups that have to stay in it, and processes that asked for cgroups. No
/// task is ever put into it, so the kernel calls for nothing; what it would call is not there for PID 1.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "command.h"
#include "store/journal.h"
#include "store/registry.h"
#include "store/state_folder.h"
#include "sys/real_system.h"

namespace prune::stepping {

/// What the operations are about.
inline constexpr const char* kTarget = "/target";

/// What the conf says of the drainer.
enum class Drainer {
    none,
    ends,    ///< there is one, which comes to an end: it is waited for
    goesOn,  ///< there is one, for as long as it may
};

class World {
public:
    /// By $STEP_MOUNT, $STEP_HIERARCHY and $STEP_BIN.
    World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    const std::string& mount() const { return mount_; }
    const std::string& hierarchy() const { return hierarchy_; }
    std::string alias() const { return std::string(kStateFolder) + "/agents/" + hierarchy_; }
    std::string at(const std::string& path) const { return mount_ + path; }
    std::string inBin(const std::string& name) const { return bin_ + '/' + name; }

    /// Takes all away that there was, and makes what has to stay; the target is not made. Enabled, by its
    /// alias.
    void makeAnew();
    /// The paths of what has to stay, whatever is done to the target.
    const std::vector<std::string>& mustStay() const { return mustStay_; }

    /// An empty cgroup below a parent whose flag is off.
    void make(const std::string& path, bool flag = true);
    /// As somebody else does.
    void remove(const std::string& path) const;
    /// With these lines in [default].
    void conf(Drainer drainer, const std::string& rule);
    /// From now on the conf says that there is no drainer, and all else as before.
    void noDrainer() { conf(Drainer::none, std::string(rule_)); }
    /// As before any `cgprune enable`, with this in release_agent. The facts stay, if `facts`.
    void disable(const std::string& agent, bool facts = true) const;
    void setAgent(const std::string& text) const;

    void registerAlive(const std::string& path);
    void registerGone(const std::string& path);
    void registerFact(const std::string& path, FactKind kind, const std::string& body);
    /// A fact of no cgroup that there ever was.
    void leaveLitter();
    /// A process that does nothing, and ends with us at the latest.
    pid_t startCreator();
    void endCreator(pid_t pid);
    /// The one that lives for as long as this.
    pid_t creator() const { return creator_; }

    void mountOn(const std::string& path);
    /// A shared lock of the directory, as managers hold it; until releaseHeld() or makeAnew().
    void lock(const std::string& path);
    bool holdsLock(const std::string& path) const { return locked_ >= 0 && path == lockedPath_; }
    /// Undoes mountOn() and lock().
    void releaseHeld();

    /// release-agent, as the kernel calls it.
    Command agent(const std::string& path) const;
    Command cgprune(std::vector<std::string> words) const;

    /// Waits until all processes have ended that those which we ran have left behind.
    void endLeftBehind();

    /// What we started and what that left behind, but creators.
    std::vector<pid_t> children() const;

    System& system() { return system_; }
    /// Paths by id, of all cgroups made since makeAnew().
    const std::map<std::uint64_t, std::string>& paths() const { return paths_; }
    std::uint64_t id(const std::string& path) const;

private:
    void makeSentinels();
    void enable() const;
    void writeConf(bool drainer) const;
    Fact factOf(const std::string& path, std::string body);

    std::string mount_;
    std::string hierarchy_;
    std::string bin_;
    RealSystem system_;
    std::map<std::uint64_t, std::string> paths_;
    std::vector<std::string> mustStay_;
    std::string alive_;  ///< bodies of facts
    std::string gone_;
    std::set<pid_t> creators_;
    pid_t creator_ = 0;
    Drainer drainer_ = Drainer::none;
    std::string rule_;
    int locked_ = -1;
    std::string lockedPath_;
    std::string mountedOn_;
};

}  // namespace prune::stepping

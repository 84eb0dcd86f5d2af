// SPDX-License-Identifier: MIT
/// The cgroups of MemorySystem: what mkdir, rmdir, rename and the control files mean, and when the kernel
/// would call the release agent (kernel.md of the project: "The call", "rmdir", "Identity").
#pragma once

#include <list>
#include <map>
#include <set>

#include "support/memory_system_tree.h"

namespace prune {

/// One call of the release agent that the kernel would have made.
struct Release {
    std::string hierarchy;
    std::string path;   ///< the argument
    std::string agent;  ///< the program, as written to release_agent

    bool operator==(const Release&) const = default;
};

}  // namespace prune

namespace prune::memory {

struct Cgroup {
    Hierarchy* hierarchy = nullptr;
    Node* directory = nullptr;
    std::set<int> tasks;
    bool notify = false;
    std::uint64_t usageUsec = 0;  ///< CPU time, with that of those below

    bool dead() const { return directory->removed; }
    Cgroup* parent() const { return this == hierarchyRoot() ? nullptr : directory->parent->cgroup; }
    const Cgroup* hierarchyRoot() const;
    std::vector<Cgroup*> children() const;
    bool populated() const;
    /// From the hierarchy's root.
    std::string path() const;
};

struct Hierarchy {
    int id = 0;
    std::string name;  ///< as in /proc/self/cgroup; "unified" for v2
    bool unified = false;
    std::string agent;
    Filesystem* filesystem = nullptr;
    std::list<Cgroup> cgroups;
    std::map<int, Cgroup*> holders;  ///< where each task is; the others are in the root

    Cgroup& root() { return cgroups.front(); }
};

class Cgroups {
public:
    Cgroups(const Self& self, Tree& tree) : self_(self), tree_(tree) {}
    Cgroups(const Cgroups&) = delete;
    Cgroups& operator=(const Cgroups&) = delete;

    Hierarchy& addHierarchy(std::string_view name, bool unified);
    /// One that is neither mounted nor has cgroups ceases to be.
    void dropUnused();
    Hierarchy* find(std::string_view name);
    const std::list<Hierarchy*>& hierarchies() const { return current_; }
    Cgroup* find(Hierarchy& hierarchy, std::string_view path);

    // 0 or -errno.
    int make(Place parent, std::string_view name, unsigned mode);
    int remove(Node& node);
    int rename(const Found& from, const Found& to);

    void enter(Cgroup& cgroup, int pid);
    void leave(Hierarchy& hierarchy, int pid);
    Cgroup& of(Hierarchy& hierarchy, int pid);

    std::vector<Release> released;

private:
    Node& addDirectory(Hierarchy& hierarchy, unsigned mode, bool notify);
    void addControlFiles(Cgroup& cgroup);
    void addFile(Cgroup& cgroup, std::string_view name, std::function<std::string()> generate,
                 std::function<int(std::string_view)> accept);
    int acceptAgent(Hierarchy& hierarchy, std::string_view text) const;
    int acceptTask(Cgroup& cgroup, std::string_view text);
    void takeOut(Cgroup& cgroup, int pid);
    void checkForRelease(Cgroup& cgroup);
    void tellEvents(Cgroup& cgroup);

    const Self& self_;
    Tree& tree_;
    std::list<Hierarchy> all_;
    std::list<Hierarchy*> current_;
    int nextId_ = 1;
};

}  // namespace prune::memory

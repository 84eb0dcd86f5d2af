// SPDX-License-Identifier: MIT
/// The system that steps are taken on: one in memory, or the kernel that this program runs on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sys/system.h"

namespace prune::model {

class Host {
public:
    virtual ~Host() = default;

    /// What the library works with. Its clock moves only by advance(), and while the library waits.
    virtual System& system() = 0;
    virtual void advance(std::int64_t ms) = 0;
    /// Whether this kernel tells for certain when a namespace has ended (6.18).
    virtual bool tellsNamespaces() const = 0;
    /// Where the hierarchy "freezer" is mounted; it has no cgroups at first.
    virtual std::string mountPoint() const = 0;
    /// A process of that name begins, one of processes(), and is in no cgroup.
    virtual void start(const std::string& process) = 0;
    virtual void end(const std::string& process) = 0;
    /// Its number in the initial pid namespace.
    virtual int pidOf(const std::string& process) const = 0;
    /// The kernel's calls of `agent` since the last time; `told` is false where nobody tells.
    virtual std::vector<std::string> takeCalls(const std::string& agent, bool& told) = 0;
    /// Every rmdir fails with EACCES from now on.
    virtual void failRemovals(bool fail) = 0;
};

/// `tellsNamespaces`: as Linux 6.18 does; else the system is as Linux 6.1.
std::unique_ptr<Host> makeMemoryHost(bool tellsNamespaces);
/// Root's, in the initial namespaces, with a hierarchy "freezer" at that place. The state folder, the conf
/// and all cgroups of the hierarchy are removed.
std::unique_ptr<Host> makeRealHost(const std::string& mountPoint);

}  // namespace prune::model

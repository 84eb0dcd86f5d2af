// SPDX-License-Identifier: MIT
#include "support/enabled_hierarchy.h"

namespace prune {

void enableHierarchy(MemorySystem& kernel, const std::string& hierarchy) {
    const auto mountPoint = "/sys/fs/cgroup/" + hierarchy;
    const auto alias = "/run/cgprune/agents/" + hierarchy;
    kernel.addHierarchy(hierarchy, mountPoint);
    kernel.makeFolder("/run/cgprune", 0700);
    kernel.makeFolder("/run/cgprune/agents", 0700);
    kernel.makeSymlink("/usr/libexec/cgprune/release-agent", alias);
    kernel.makeSymlink(mountPoint, alias + ".mount");
    kernel.setAgent(hierarchy, alias);
}

}  // namespace prune

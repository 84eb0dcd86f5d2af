// SPDX-License-Identifier: MIT
/// The same places in the real kernel and in the double, so that one test body runs over both and the
/// double stays honest.
#pragma once

#include <fcntl.h>

#include <functional>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/memory_system.h"
#include "sys/real_system.h"

namespace prune {

/// An empty folder of the real system, gone at the end.
class RealFolder {
public:
    RealFolder();
    RealFolder(const RealFolder&) = delete;
    RealFolder& operator=(const RealFolder&) = delete;
    ~RealFolder();

    RealSystem system;
    std::string path;
};

/// An empty folder of a MemorySystem.
class MemoryFolder {
public:
    MemoryFolder() { system.makeFolder(path); }

    MemorySystem system;
    std::string path = "/run/area";
};

/// A private v1 hierarchy "name=cgprune-test-..." of the real kernel, with no task of ours in it; it is
/// unmounted at the end. Needs root.
class RealHierarchy {
public:
    RealHierarchy();
    RealHierarchy(const RealHierarchy&) = delete;
    RealHierarchy& operator=(const RealHierarchy&) = delete;
    ~RealHierarchy();

    bool ready() const { return why.empty(); }
    void setReadOnly(bool readOnly);
    void mountOn(const std::string& directory);
    void unmount(const std::string& directory);
    void setOwner(const std::string& path, unsigned owner);
    void asUser(unsigned user, const std::function<void()>& action);

    RealSystem system;
    std::string why;   ///< why there is no hierarchy
    std::string name;  ///< as in /proc/self/cgroup
    std::string path;  ///< where it is mounted

private:
    std::vector<std::string> mounted_;
};

inline const std::string kFreezer = "freezer";

/// Such a hierarchy of a MemorySystem.
class MemoryHierarchy {
public:
    MemoryHierarchy() { system.addHierarchy(name, path); }

    bool ready() const { return true; }
    void setReadOnly(bool readOnly) { system.setReadOnly(path, readOnly); }
    void mountOn(const std::string& directory) { system.mountOn(directory); }
    void unmount(const std::string& directory) { system.unmount(directory); }
    void setOwner(const std::string& file, unsigned owner) { system.setOwner(file, owner); }
    void asUser(unsigned user, const std::function<void()>& action);

    MemorySystem system;
    std::string why;
    std::string name = "name=cgprune-test";
    std::string path = "/sys/fs/cgroup/test";
};

/// Open for reading; the test fails if it cannot be.
Fd openDirectory(System& system, const std::string& path);
Fd openFile(System& system, int directory, const std::string& name, int flags = O_RDONLY);
/// Names in the directory, sorted.
std::vector<std::string> namesIn(System& system, const std::string& path);
/// The file's text; "(none)" if there is no such file.
std::string textIn(System& system, const std::string& path);
/// Where a descriptor leads, by /proc/self/fd.
std::string pathBehindFd(System& system, int fd);

/// The line of /proc/self/mountinfo for a mount point, from "- " on.
std::string mountTail(System& system, const std::string& mountPoint);

}  // namespace prune

/// Ends a test that cannot run here, and says why.
#define SKIP_UNLESS_READY(world)          \
    if (!(world).ready()) {               \
        WARN("skipped: " << (world).why); \
        SUCCEED("cannot be shown here");  \
        return;                           \
    }

/// A test of a hierarchy, in both kernels; and its root, open.
#define HIERARCHY_TEST(sentence) TEMPLATE_TEST_CASE(sentence, "[sys][cgroup]", RealHierarchy, MemoryHierarchy)

#define OPEN_ROOT(world)             \
    SKIP_UNLESS_READY(world);        \
    System& system = (world).system; \
    const Fd root = openDirectory(system, (world).path)

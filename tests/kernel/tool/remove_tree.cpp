// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace tool {
namespace {
// struct linux_dirent64, read by its offsets: the names here are longer than what dirent's array says.
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kTypeAt = 18;
constexpr std::size_t kNameAt = 19;
constexpr unsigned char kFolder = 4;  // DT_DIR

void addFolders(const char* buffer, std::size_t size, std::vector<std::string>& names) {
    for (std::size_t at = 0; at < size;) {
        std::uint16_t length;
        std::memcpy(&length, buffer + at + kLengthAt, sizeof length);
        const std::string_view name(buffer + at + kNameAt);
        if (static_cast<unsigned char>(buffer[at + kTypeAt]) == kFolder && name != "." && name != "..")
            names.emplace_back(name);
        at += length;
    }
}

std::vector<std::string> children(int folder) {
    static char buffer[1 << 16];
    std::vector<std::string> names;
    for (;;) {
        const long size = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
        if (size < 0) fail("readdir");
        if (size == 0) return names;
        addFolders(buffer, static_cast<std::size_t>(size), names);
    }
}

// A frozen task does not die, and holds its cgroup. Where there is no such file there is no freezer.
void thaw(int cgroup) {
    writeFile(cgroup, "freezer.state", "THAWED");
    writeFile(cgroup, "cgroup.freeze", "0");
}

// A killed task still counts for a moment.
void removeOne(int parent, const std::string& name) {
    for (int tries = 0; unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0; ++tries) {
        if (errno == ENOENT || errno == ENODEV) return;
        if (errno != EBUSY || tries == 2000) fail("rmdir", name);
        sleepMicroseconds(10'000);
    }
}

void removeBelow(int folder) {
    for (const std::string& name : children(folder)) {
        const Fd child = openFolder(folder, name);
        if (!child.ok() && errno == ENOENT) continue;
        if (!child.ok()) fail("open", name);
        thaw(child.get());
        removeBelow(child.get());
        removeOne(folder, name);
    }
}
}  // namespace

int runRemoveTree(const Arguments& arguments) {
    const rlimit many{65536, 65536};  // one fd a level
    setrlimit(RLIMIT_NOFILE, &many);
    for (const std::string_view argument : arguments) {
        const Fd top = openFolder(AT_FDCWD, std::string(argument));
        if (!top.ok()) fail("open", argument);
        removeBelow(top.get());
    }
    return 0;
}
}  // namespace tool

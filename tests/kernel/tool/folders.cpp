// SPDX-License-Identifier: MIT
// What is below a folder, whatever the names: cgroups' can be longer than what readdir's record says.
#include "tool.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tool {
namespace {
// struct linux_dirent64, read by its offsets.
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kTypeAt = 18;
constexpr std::size_t kNameAt = 19;
constexpr unsigned char kIsFolder = 4;  // DT_DIR

void addFolders(const char* buffer, std::size_t size, std::vector<Folder>& found) {
    for (std::size_t at = 0; at < size;) {
        std::uint64_t id;
        std::uint16_t length;
        std::memcpy(&id, buffer + at, sizeof id);
        std::memcpy(&length, buffer + at + kLengthAt, sizeof length);
        const std::string_view name(buffer + at + kNameAt);
        if (static_cast<unsigned char>(buffer[at + kTypeAt]) == kIsFolder && name != "." && name != "..")
            found.push_back({std::string(name), id});
        at += length;
    }
}

void printIds(int folder) {
    for (const Folder& found : folders(folder)) {
        std::printf("%ju\n", static_cast<uintmax_t>(found.id));
        const Fd child = openFolder(folder, found.name);
        if (child.ok()) printIds(child.get());
        if (!child.ok() && errno != ENOENT) fail("open", found.name);
    }
}
}  // namespace

std::vector<Folder> folders(int folder) {
    static char buffer[1 << 16];
    std::vector<Folder> found;
    for (;;) {
        const long size = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
        if (size < 0 && errno == ENOENT) return found;  // it went meanwhile
        if (size < 0) fail("readdir");
        if (size == 0) return found;
        addFolders(buffer, static_cast<std::size_t>(size), found);
    }
}

void allowManyFiles() {
    const rlimit many{65536, 65536};
    setrlimit(RLIMIT_NOFILE, &many);
}

int runIds(const Arguments& arguments) {
    allowManyFiles();  // one a level
    const Fd top = openFolder(AT_FDCWD, std::string(arguments[0]));
    if (!top.ok()) fail("open", arguments[0]);
    printIds(top.get());
    return 0;
}
}  // namespace tool

// SPDX-License-Identifier: MIT
// What a directory's inode says: the id in its file handle, its xattrs.
#include "tool.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tool {
namespace {
int set(const char* file, const char* name, std::string_view value) {
    if (setxattr(file, name, value.data(), value.size(), 0) != 0) fail("setxattr", name);
    return 0;
}

int get(const char* file, const char* name) {
    char value[4096];
    const ssize_t size = getxattr(file, name, value, sizeof value);
    if (size < 0) fail("getxattr", name);
    std::fwrite(value, 1, static_cast<std::size_t>(size), stdout);
    std::putchar('\n');
    return 0;
}

int remove(const char* file, const char* name) {
    if (removexattr(file, name) != 0) fail("removexattr", name);
    return 0;
}

int list(const char* file) {
    char names[65536];
    const ssize_t size = listxattr(file, names, sizeof names);
    if (size < 0) fail("listxattr", file);
    for (const char* name = names; name < names + size; name += std::strlen(name) + 1) std::puts(name);
    return 0;
}
}  // namespace

int runXattr(const Arguments& arguments) {
    const std::string_view verb = arguments[0];
    const char* file = arguments[1].data();
    if (verb == "set" && arguments.size() == 4) return set(file, arguments[2].data(), arguments[3]);
    if (verb == "get" && arguments.size() == 3) return get(file, arguments[2].data());
    if (verb == "remove" && arguments.size() == 3) return remove(file, arguments[2].data());
    if (verb == "list" && arguments.size() == 2) return list(file);
    errno = EINVAL;
    fail("xattr", verb);
}

int runHandle(const Arguments& arguments) {
    alignas(file_handle) char room[sizeof(file_handle) + MAX_HANDLE_SZ]{};
    auto* handle = reinterpret_cast<file_handle*>(room);
    handle->handle_bytes = MAX_HANDLE_SZ;
    int mount = 0;
    if (name_to_handle_at(AT_FDCWD, arguments[0].data(), handle, &mount, 0) != 0)
        fail("handle", arguments[0]);
    std::uint64_t id = 0;
    if (handle->handle_bytes != sizeof id) {
        errno = EPROTO;
        fail("not a cgroup's handle:", arguments[0]);
    }
    std::memcpy(&id, handle->f_handle, sizeof id);
    std::printf("%ju\n", static_cast<uintmax_t>(id));
    return 0;
}
}  // namespace tool

// SPDX-License-Identifier: MIT
#include "common/fenced_system.h"

#include <fcntl.h>

#include "base/text.h"
#include "cgroup/path.h"
#include "common/target.h"
#include "store/state_folder.h"

namespace prune::fuzz {

namespace {

constexpr const char* kKernelLog = "/dev/kmsg";
constexpr const char* kCgroups = "/sys/fs/cgroup";

}  // namespace

std::string FencedSystem::pathOf(int fd) {
    const auto link = "/proc/self/fd/" + decimal(fd);
    char target[4'096];  // of a longer one the beginning tells enough
    const auto length = kernel_.readLinkAt(AT_FDCWD, link.c_str(), target, sizeof target);
    return length < 0 ? "descriptor " + decimal(fd) : std::string(target, static_cast<std::size_t>(length));
}

std::string FencedSystem::pathOf(int directory, std::string_view name) {
    if (name.starts_with('/')) return std::string(name);
    if (directory == AT_FDCWD) return childPath(kernel_.workingDirectory(), name);
    return pathOf(directory) + '/' + std::string(name);
}

void FencedSystem::requireOwn(const std::string& path) {
    require(isAtOrBelow(path, kStateFolder) || path == kKernelLog, "only state and log are changed", path);
}

int FencedSystem::openAt(int directory, const char* path, int flags, unsigned mode) {
    const bool changes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
    if (changes) requireOwn(pathOf(directory, path));
    return InterceptedSystem::openAt(directory, path, flags, mode);
}

ssize_t FencedSystem::writeFd(int fd, std::string_view bytes) {
    requireOwn(pathOf(fd));
    return InterceptedSystem::writeFd(fd, bytes);
}

int FencedSystem::setXattr(int fd, const char* name, std::string_view value) {
    require(false, "no attribute is set", name);
    return InterceptedSystem::setXattr(fd, name, value);
}

int FencedSystem::removeXattr(int fd, const char* name) {
    require(false, "no attribute is removed", name);
    return InterceptedSystem::removeXattr(fd, name);
}

int FencedSystem::unlinkAt(int directory, const char* name, int flags) {
    const auto path = pathOf(directory, name);
    const bool isCgroup = (flags & AT_REMOVEDIR) != 0 && isAtOrBelow(path, kCgroups);
    if (!isCgroup) requireOwn(path);
    return InterceptedSystem::unlinkAt(directory, name, flags);
}

int FencedSystem::makeDirectoryAt(int directory, const char* name, unsigned mode) {
    requireOwn(pathOf(directory, name));
    return InterceptedSystem::makeDirectoryAt(directory, name, mode);
}

int FencedSystem::renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) {
    requireOwn(pathOf(fromDirectory, from));
    requireOwn(pathOf(toDirectory, to));
    return InterceptedSystem::renameAt(fromDirectory, from, toDirectory, to);
}

int FencedSystem::linkFd(int fd, int directory, const char* name) {
    requireOwn(pathOf(directory, name));
    return InterceptedSystem::linkFd(fd, directory, name);
}

int FencedSystem::symlinkAt(const char* target, int directory, const char* name) {
    require(false, "no link is made", name);
    return InterceptedSystem::symlinkAt(target, directory, name);
}

int FencedSystem::changeModeFd(int fd, unsigned mode) {
    requireOwn(pathOf(fd));
    return InterceptedSystem::changeModeFd(fd, mode);
}

int FencedSystem::changeOwnerAt(int directory, const char* path, std::uint32_t owner, std::uint32_t group) {
    require(false, "nothing is given to others", path);
    return InterceptedSystem::changeOwnerAt(directory, path, owner, group);
}

int FencedSystem::truncateFd(int fd, std::int64_t size) {
    requireOwn(pathOf(fd));
    return InterceptedSystem::truncateFd(fd, size);
}

int FencedSystem::setTimeFd(int fd, std::int64_t modifiedNs) {
    requireOwn(pathOf(fd));
    return InterceptedSystem::setTimeFd(fd, modifiedNs);
}

void* FencedSystem::mapFd(int fd, std::size_t size) {
    requireOwn(pathOf(fd));
    return InterceptedSystem::mapFd(fd, size);
}

ssize_t FencedSystem::sendTo(int socket, const char* path, std::string_view bytes) {
    require(std::string_view(path) == "/dev/log", "messages go to the log", path);
    return InterceptedSystem::sendTo(socket, path, bytes);
}

int FencedSystem::replaceProcess(const char* path, const char* const* arguments) {
    require(false, "no other program is run", path);
    return InterceptedSystem::replaceProcess(path, arguments);
}

}  // namespace prune::fuzz

// SPDX-License-Identifier: MIT
#include "support/intercepted_system.h"

#include <fcntl.h>

#include <type_traits>

#include "base/text.h"
#include "support/call_text.h"

namespace prune {

/// A call that can fail.
template <class Forward>
auto InterceptedSystem::pass(Call call, Forward forward) {
    using Answer = decltype(forward());
    if (const int problem = before(call); problem != 0) {
        after(call, -problem);
        return static_cast<Answer>(-problem);
    }
    const Answer result = forward();
    after(call, result);
    return result;
}

/// A call that cannot fail.
template <class Forward>
auto InterceptedSystem::note(Call call, Forward forward) {
    if constexpr (std::is_void_v<decltype(forward())>) {
        forward();
        after(call, 0);
    } else {
        const auto result = forward();
        after(call, static_cast<std::int64_t>(result));
        return result;
    }
}

void InterceptedSystem::closeFd(int fd) {
    note({"closeFd", decimal(fd)}, [&] { inner_.closeFd(fd); });
}

int InterceptedSystem::openAt(int directory, const char* path, int flags, unsigned mode) {
    return pass({"openAt", words(directoryText(directory), nameText(path), openFlagsText(flags))},
                [&] { return inner_.openAt(directory, path, flags, mode); });
}

int InterceptedSystem::openBeneath(int directory, const char* path, int flags) {
    return pass({"openBeneath", words(directoryText(directory), nameText(path), openFlagsText(flags))},
                [&] { return inner_.openBeneath(directory, path, flags); });
}

ssize_t InterceptedSystem::readFd(int fd, char* buffer, std::size_t size) {
    return pass({"readFd", decimal(fd)}, [&] { return inner_.readFd(fd, buffer, size); });
}

ssize_t InterceptedSystem::writeFd(int fd, std::string_view bytes) {
    return pass({"writeFd", words(decimal(fd), nameText(bytes))}, [&] { return inner_.writeFd(fd, bytes); });
}

ssize_t InterceptedSystem::readDirectory(int fd, char* buffer, std::size_t size) {
    return pass({"readDirectory", decimal(fd)}, [&] { return inner_.readDirectory(fd, buffer, size); });
}

int InterceptedSystem::statFd(int fd, FileStat& out) {
    return pass({"statFd", decimal(fd)}, [&] { return inner_.statFd(fd, out); });
}

int InterceptedSystem::statAt(int directory, const char* path, int flags, FileStat& out) {
    const std::string flagText = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? "NOFOLLOW" : "";
    return pass({"statAt", words(directoryText(directory), nameText(path), flagText)},
                [&] { return inner_.statAt(directory, path, flags, out); });
}

int InterceptedSystem::filesystemType(int fd, std::uint64_t& out) {
    return pass({"filesystemType", decimal(fd)}, [&] { return inner_.filesystemType(fd, out); });
}

int InterceptedSystem::freeSpace(int fd, FreeSpace& out) {
    return pass({"freeSpace", decimal(fd)}, [&] { return inner_.freeSpace(fd, out); });
}

ssize_t InterceptedSystem::readLinkAt(int directory, const char* path, char* buffer, std::size_t size) {
    return pass({"readLinkAt", words(directoryText(directory), nameText(path))},
                [&] { return inner_.readLinkAt(directory, path, buffer, size); });
}

ssize_t InterceptedSystem::getXattr(int fd, const char* name, char* buffer, std::size_t size) {
    return pass({"getXattr", words(decimal(fd), nameText(name))},
                [&] { return inner_.getXattr(fd, name, buffer, size); });
}

int InterceptedSystem::setXattr(int fd, const char* name, std::string_view value) {
    return pass({"setXattr", words(decimal(fd), nameText(name), nameText(value))},
                [&] { return inner_.setXattr(fd, name, value); });
}

int InterceptedSystem::removeXattr(int fd, const char* name) {
    return pass({"removeXattr", words(decimal(fd), nameText(name))},
                [&] { return inner_.removeXattr(fd, name); });
}

int InterceptedSystem::handleOf(int fd, FileHandle& out) {
    return pass({"handleOf", decimal(fd)}, [&] { return inner_.handleOf(fd, out); });
}

int InterceptedSystem::openHandle(int mountFd, const FileHandle& handle, int flags) {
    return pass({"openHandle", words(directoryText(mountFd), openFlagsText(flags))},
                [&] { return inner_.openHandle(mountFd, handle, flags); });
}

int InterceptedSystem::unlinkAt(int directory, const char* name, int flags) {
    const std::string flagText = (flags & AT_REMOVEDIR) != 0 ? "REMOVEDIR" : "";
    return pass({"unlinkAt", words(directoryText(directory), nameText(name), flagText)},
                [&] { return inner_.unlinkAt(directory, name, flags); });
}

int InterceptedSystem::makeDirectoryAt(int directory, const char* name, unsigned mode) {
    return pass({"makeDirectoryAt", words(directoryText(directory), nameText(name))},
                [&] { return inner_.makeDirectoryAt(directory, name, mode); });
}

int InterceptedSystem::renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) {
    const std::string fromText = words(directoryText(fromDirectory), nameText(from));
    return pass({"renameAt", words(fromText, directoryText(toDirectory), nameText(to))},
                [&] { return inner_.renameAt(fromDirectory, from, toDirectory, to); });
}

int InterceptedSystem::linkFd(int fd, int directory, const char* name) {
    return pass({"linkFd", words(decimal(fd), directoryText(directory), nameText(name))},
                [&] { return inner_.linkFd(fd, directory, name); });
}

int InterceptedSystem::symlinkAt(const char* target, int directory, const char* name) {
    return pass({"symlinkAt", words(nameText(target), directoryText(directory), nameText(name))},
                [&] { return inner_.symlinkAt(target, directory, name); });
}

int InterceptedSystem::changeModeFd(int fd, unsigned mode) {
    return pass({"changeModeFd", decimal(fd)}, [&] { return inner_.changeModeFd(fd, mode); });
}

int InterceptedSystem::changeOwnerAt(int directory, const char* path, std::uint32_t owner,
                                     std::uint32_t group) {
    return pass({"changeOwnerAt", words(decimal(directory), nameText(path), decimal(owner), decimal(group))},
                [&] { return inner_.changeOwnerAt(directory, path, owner, group); });
}

int InterceptedSystem::truncateFd(int fd, std::int64_t size) {
    return pass({"truncateFd", words(decimal(fd), decimal(size))},
                [&] { return inner_.truncateFd(fd, size); });
}

int InterceptedSystem::setTimeFd(int fd, std::int64_t modifiedNs) {
    return pass({"setTimeFd", words(decimal(fd), decimal(modifiedNs))},
                [&] { return inner_.setTimeFd(fd, modifiedNs); });
}

int InterceptedSystem::lockFd(int fd, int operation) {
    return pass({"lockFd", words(decimal(fd), lockText(operation))},
                [&] { return inner_.lockFd(fd, operation); });
}

void* InterceptedSystem::mapFd(int fd, std::size_t size) {
    void* memory = nullptr;
    pass({"mapFd", words(decimal(fd), decimalUnsigned(size))}, [&] {
        memory = inner_.mapFd(fd, size);
        return memory == nullptr ? -1 : 0;
    });
    return memory;
}

void InterceptedSystem::unmap(void* memory, std::size_t size) {
    note({"unmap", decimalUnsigned(size)}, [&] { inner_.unmap(memory, size); });
}

std::int64_t InterceptedSystem::bootTimeMs() {
    return note({"bootTimeMs", ""}, [&] { return inner_.bootTimeMs(); });
}

int InterceptedSystem::waitReadable(int fd, int timeoutMs) {
    return pass({"waitReadable", words(decimal(fd), decimal(timeoutMs))},
                [&] { return inner_.waitReadable(fd, timeoutMs); });
}

int InterceptedSystem::inotifyOpen() {
    return pass({"inotifyOpen", ""}, [&] { return inner_.inotifyOpen(); });
}

int InterceptedSystem::inotifyAdd(int fd, const char* path, std::uint32_t mask) {
    return pass({"inotifyAdd", words(decimal(fd), nameText(path))},
                [&] { return inner_.inotifyAdd(fd, path, mask); });
}

int InterceptedSystem::inotifyRemove(int fd, int watch) {
    return pass({"inotifyRemove", words(decimal(fd), decimal(watch))},
                [&] { return inner_.inotifyRemove(fd, watch); });
}

int InterceptedSystem::fanotifyOpen() {
    return pass({"fanotifyOpen", ""}, [&] { return inner_.fanotifyOpen(); });
}

int InterceptedSystem::fanotifyMark(int fd, int directory, std::uint64_t mask) {
    return pass({"fanotifyMark", words(decimal(fd), decimal(directory))},
                [&] { return inner_.fanotifyMark(fd, directory, mask); });
}

int InterceptedSystem::datagramSocket() {
    return pass({"datagramSocket", ""}, [&] { return inner_.datagramSocket(); });
}

ssize_t InterceptedSystem::sendTo(int socket, const char* path, std::string_view bytes) {
    return pass({"sendTo", words(decimal(socket), nameText(path), nameText(bytes))},
                [&] { return inner_.sendTo(socket, path, bytes); });
}

int InterceptedSystem::openPidfd(int pid) {
    return pass({"openPidfd", decimal(pid)}, [&] { return inner_.openPidfd(pid); });
}

int InterceptedSystem::pidFromNamespace(int namespaceFd, int pid) {
    return pass({"pidFromNamespace", words(decimal(namespaceFd), decimal(pid))},
                [&] { return inner_.pidFromNamespace(namespaceFd, pid); });
}

int InterceptedSystem::namespaceId(int namespaceFd, std::uint64_t& out) {
    return pass({"namespaceId", decimal(namespaceFd)}, [&] { return inner_.namespaceId(namespaceFd, out); });
}

int InterceptedSystem::findMountNamespace(std::uint64_t id) {
    return pass({"findMountNamespace", decimalUnsigned(id)}, [&] { return inner_.findMountNamespace(id); });
}

int InterceptedSystem::peerPidfd(int socket) {
    return pass({"peerPidfd", decimal(socket)}, [&] { return inner_.peerPidfd(socket); });
}

int InterceptedSystem::peerPid(int socket) {
    return pass({"peerPid", decimal(socket)}, [&] { return inner_.peerPid(socket); });
}

int InterceptedSystem::processId() {
    return note({"processId", ""}, [&] { return inner_.processId(); });
}

std::uint32_t InterceptedSystem::effectiveUser() {
    return note({"effectiveUser", ""}, [&] { return inner_.effectiveUser(); });
}

int InterceptedSystem::changeDirectory(const char* path) {
    return pass({"changeDirectory", nameText(path)}, [&] { return inner_.changeDirectory(path); });
}

void InterceptedSystem::setFileMask(unsigned mask) {
    note({"setFileMask", decimalUnsigned(mask)}, [&] { inner_.setFileMask(mask); });
}

int InterceptedSystem::duplicateTo(int fd, int target) {
    return pass({"duplicateTo", words(decimal(fd), decimal(target))},
                [&] { return inner_.duplicateTo(fd, target); });
}

int InterceptedSystem::forkProcess() {
    return pass({"forkProcess", ""}, [&] { return inner_.forkProcess(); });
}

int InterceptedSystem::newSession() {
    return pass({"newSession", ""}, [&] { return inner_.newSession(); });
}

int InterceptedSystem::setNice(int value) {
    return pass({"setNice", decimal(value)}, [&] { return inner_.setNice(value); });
}

int InterceptedSystem::closeFrom(int first) {
    return pass({"closeFrom", decimal(first)}, [&] { return inner_.closeFrom(first); });
}

int InterceptedSystem::replaceProcess(const char* path, const char* const* arguments) {
    return pass({"replaceProcess", nameText(path)}, [&] { return inner_.replaceProcess(path, arguments); });
}

}  // namespace prune

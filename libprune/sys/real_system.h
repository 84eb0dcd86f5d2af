// SPDX-License-Identifier: MIT
/// System by the kernel's own calls. Since 1.0. Not shared between threads.
#pragma once

#include <string>

#include "sys/system.h"

namespace prune {

/// Thin wrappers: nothing is retried (-EINTR reaches the caller), nothing is allocated unless a root is set.
///
/// With a root ("/tmp/image"), absolute paths given to a call are taken below it. The targets of symlinks
/// are not: a link made with symlinkAt holds exactly what was given, and the kernel follows it as it is.
class RealSystem final : public System {
public:
    explicit RealSystem(std::string root = {});

    void closeFd(int fd) override;

    int openAt(int directory, const char* path, int flags, unsigned mode = 0) override;
    int openBeneath(int directory, const char* path, int flags) override;

    ssize_t readFd(int fd, char* buffer, std::size_t size) override;
    ssize_t writeFd(int fd, std::string_view bytes) override;
    ssize_t readDirectory(int fd, char* buffer, std::size_t size) override;

    int statFd(int fd, FileStat& out) override;
    int statAt(int directory, const char* path, int flags, FileStat& out) override;
    int filesystemType(int fd, std::uint64_t& out) override;
    int freeSpace(int fd, FreeSpace& out) override;
    ssize_t readLinkAt(int directory, const char* path, char* buffer, std::size_t size) override;
    ssize_t getXattr(int fd, const char* name, char* buffer, std::size_t size) override;
    int setXattr(int fd, const char* name, std::string_view value) override;
    int removeXattr(int fd, const char* name) override;
    int handleOf(int fd, FileHandle& out) override;
    int openHandle(int mountFd, const FileHandle& handle, int flags) override;

    int unlinkAt(int directory, const char* name, int flags) override;
    int makeDirectoryAt(int directory, const char* name, unsigned mode) override;
    int renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) override;
    int linkFd(int fd, int directory, const char* name) override;
    int symlinkAt(const char* target, int directory, const char* name) override;
    int changeModeFd(int fd, unsigned mode) override;
    int changeOwnerAt(int directory, const char* path, std::uint32_t owner, std::uint32_t group) override;
    int truncateFd(int fd, std::int64_t size) override;
    int setTimeFd(int fd, std::int64_t modifiedNs) override;
    int lockFd(int fd, int operation) override;
    void* mapFd(int fd, std::size_t size) override;
    void unmap(void* memory, std::size_t size) override;

    std::int64_t bootTimeMs() override;
    int waitReadable(int fd, int timeoutMs) override;
    int inotifyOpen() override;
    int inotifyAdd(int fd, const char* path, std::uint32_t mask) override;
    int inotifyRemove(int fd, int watch) override;
    int fanotifyOpen() override;
    int fanotifyMark(int fd, int directory, std::uint64_t mask) override;

    int datagramSocket() override;
    ssize_t sendTo(int socket, const char* path, std::string_view bytes) override;

    int openPidfd(int pid) override;
    int pidFromNamespace(int namespaceFd, int pid) override;
    int namespaceId(int namespaceFd, std::uint64_t& out) override;
    int findMountNamespace(std::uint64_t id) override;
    int peerPidfd(int socket) override;
    int peerPid(int socket) override;

    int processId() override;
    std::uint32_t effectiveUser() override;
    int changeDirectory(const char* path) override;
    void setFileMask(unsigned mask) override;
    int duplicateTo(int fd, int target) override;
    int forkProcess() override;
    int newSession() override;
    int setNice(int value) override;
    int closeFrom(int first) override;
    int replaceProcess(const char* path, const char* const* arguments) override;

private:
    /// `path` below the root; in `storage` where that makes another string.
    const char* below(const char* path, std::string& storage) const;

    std::string root_;
};

}  // namespace prune

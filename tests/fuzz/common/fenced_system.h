// SPDX-License-Identifier: MIT
/// A system in front of one in memory that ends the program where something is changed that is not the
/// agent's to change. Its own are: empty cgroups, which it may remove, what is in the state folder, and the
/// log.
#pragma once

#include <string>
#include <string_view>

#include "support/intercepted_system.h"
#include "support/memory_system.h"

namespace prune::fuzz {

class FencedSystem final : public InterceptedSystem {
public:
    explicit FencedSystem(MemorySystem& kernel) : InterceptedSystem(kernel), kernel_(kernel) {}

    int openAt(int directory, const char* path, int flags, unsigned mode) override;
    ssize_t writeFd(int fd, std::string_view bytes) override;
    int setXattr(int fd, const char* name, std::string_view value) override;
    int removeXattr(int fd, const char* name) override;
    int unlinkAt(int directory, const char* name, int flags) override;
    int makeDirectoryAt(int directory, const char* name, unsigned mode) override;
    int renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) override;
    int linkFd(int fd, int directory, const char* name) override;
    int symlinkAt(const char* target, int directory, const char* name) override;
    int changeModeFd(int fd, unsigned mode) override;
    int changeOwnerAt(int directory, const char* path, std::uint32_t owner, std::uint32_t group) override;
    int truncateFd(int fd, std::int64_t size) override;
    int setTimeFd(int fd, std::int64_t modifiedNs) override;
    void* mapFd(int fd, std::size_t size) override;
    ssize_t sendTo(int socket, const char* path, std::string_view bytes) override;
    int replaceProcess(const char* path, const char* const* arguments) override;

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    std::string pathOf(int fd);
    std::string pathOf(int directory, std::string_view name);
    void requireOwn(const std::string& path);

    MemorySystem& kernel_;
};

}  // namespace prune::fuzz

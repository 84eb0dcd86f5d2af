// SPDX-License-Identifier: MIT
/// The processes and namespaces of kernels of several ages, for tests; files are MemorySystem's.
///
/// What each age says and refuses follows kernel.md "Namespaces and tasks". A fresh one has process 1 and
/// this process (4242), both in the initial namespaces, this one with all capabilities. Not thread-safe.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "creator/creator.h"
#include "support/intercepted_system.h"
#include "support/memory_system.h"

namespace prune {

/// Each can do what the one before can, and more.
enum class KernelAge {
    v5_2,   ///< no pidfds, no time namespaces
    v6_1,   ///< pidfds, all of one inode
    v6_9,   ///< an inode for each process; SO_PEERPIDFD
    v6_12,  ///< NS_GET_PID_FROM_PIDNS; ids of mount namespaces, and listmount by them
    v6_14,  ///< handles of pidfds, opened through any pidfd
    v6_18,  ///< kPidfsRoot, kNsfsRoot; ids and handles of all namespaces
};

class TaskKernel : public InterceptedSystem {
public:
    explicit TaskKernel(KernelAge age);

    struct Space {
        NamespaceType type;
        std::uint64_t inode;
        std::uint64_t id;
    };
    /// Who has one holds the namespace: processes, descriptors, and a test (as a mount would).
    using SpacePtr = std::shared_ptr<Space>;

    struct Proc {
        int pid = 0;           ///< in the initial pid namespace
        int numberInside = 0;  ///< in its own
        std::uint64_t startTicks = 0;
        std::string name = "sh";
        std::uint32_t user = 0;
        int session = 0;
        int threads = 1;
        bool leaderEnded = false;  ///< its first thread has ended; others live
        bool isThread = false;     ///< no process: a thread's number
        bool hidden = false;       ///< by hidepid
        bool zombie = false;
        bool reaped = false;
        std::uint64_t pidfdInode = 0;
        std::uint64_t capabilities = 0;
        std::array<SpacePtr, kNamespaceTypes> spaces;

        SpacePtr& space(NamespaceType type) { return spaces[static_cast<std::size_t>(type)]; }
    };
    using ProcPtr = std::shared_ptr<Proc>;

    // --- Hooks ---

    /// In the initial namespaces, leader of a session of its own. The reference stays good.
    Proc& start(int pid, std::uint64_t startTicks);
    /// The first process of a new pid namespace, or process `numberInside` of `pidSpace`.
    Proc& startInside(int pid, std::uint64_t startTicks);
    Proc& startInside(int pid, std::uint64_t startTicks, int numberInside, const SpacePtr& pidSpace);
    /// With the first process of a pid namespace all others of it end.
    void end(int pid, bool reaped = true);
    /// A new namespace, that ends when nobody has it. It gets the lowest number that is free.
    SpacePtr makeSpace(NamespaceType type);
    Proc& self() { return *self_; }
    /// A socket connected to that process.
    int connect(int pid);
    MemorySystem& memory() { return memory_; }

    // --- System ---
    void closeFd(int fd) override;
    int openAt(int directory, const char* path, int flags, unsigned mode = 0) override;
    ssize_t readFd(int fd, char* buffer, std::size_t size) override;
    int statFd(int fd, FileStat& out) override;
    int statAt(int directory, const char* path, int flags, FileStat& out) override;
    int filesystemType(int fd, std::uint64_t& out) override;
    int handleOf(int fd, FileHandle& out) override;
    int openHandle(int mountFd, const FileHandle& handle, int flags) override;
    int waitReadable(int fd, int timeoutMs) override;
    int openPidfd(int pid) override;
    int pidFromNamespace(int namespaceFd, int pid) override;
    int namespaceId(int namespaceFd, std::uint64_t& out) override;
    int findMountNamespace(std::uint64_t id) override;
    int peerPidfd(int socket) override;
    int peerPid(int socket) override;

private:
    enum class Kind { folder, text, space, pidfd, socket };
    /// What a descriptor leads to.
    struct Opened {
        Kind kind;
        ProcPtr proc;
        SpacePtr space;
        std::string file;  ///< of Kind::text: its path below /proc/PID
        std::string text;
        std::size_t offset = 0;
    };
    /// A path at or below /proc/PID; no process: there is none.
    struct Found {
        ProcPtr proc;
        std::string file;
    };

    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    bool isAtLeast(KernelAge age) const { return age_ >= age; }
    bool inInitial(NamespaceType type) const;
    bool seesAllSpaces() const;
    /// The number that this process knows it by; 0: none.
    int numberHere(const Proc& proc) const;
    ProcPtr byNumber(int pid) const;
    std::optional<Found> find(int directory, std::string_view path) const;
    /// -ENOENT where it is not shown.
    int spaceOf(const Found& found, SpacePtr& out) const;
    Opened* opened(int fd, Kind kind);
    int add(Opened what);
    int openPidfdOf(const ProcPtr& proc);
    int textOf(const Opened& file, std::string& out) const;
    std::string statText(const Proc& proc) const;
    std::string statusText(const Proc& proc) const;
    void endOne(Proc& proc, bool reaped);

    MemorySystem memory_;
    KernelAge age_;
    std::vector<ProcPtr> procs_;  ///< those that ended, too
    std::vector<std::weak_ptr<Space>> spaces_;
    std::array<SpacePtr, kNamespaceTypes> initial_;
    std::map<int, Opened> opened_;
    ProcPtr self_;
    std::uint64_t nextId_ = 1;
    std::uint64_t nextPidfdInode_ = 1'000;
};

}  // namespace prune

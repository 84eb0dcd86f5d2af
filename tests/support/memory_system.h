// SPDX-License-Identifier: MIT
/// An in-memory kernel for tests: files, cgroups of v1 and v2, descriptors, locks, a clock that only moves
/// when told to. What it says and refuses follows kernel.md; tests/unit/sys compares it with the real one.
///
/// A fresh one has /, /dev (null, kmsg, the socket log), /etc, /proc, /run (a tmpfs of its own),
/// /sys/fs/cgroup, /tmp, /usr/lib, descriptors 0-2 open on /dev/null, and runs as pid 4242, user 0. Hooks
/// take absolute paths, or a hierarchy's name and a path in it; what a hook cannot do is a std::logic_error.
/// Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/memory_system_cgroups.h"
#include "support/memory_system_descriptors.h"
#include "sys/system.h"

namespace prune {

class MemorySystem final : public System {
public:
    MemorySystem();

    /// A datagram sent to a socket.
    struct Datagram {
        std::string path;
        std::string bytes;
    };

    /// A replaceProcess that was asked for.
    struct Exec {
        std::string path;
        std::vector<std::string> arguments;
    };

    // --- Hooks: what a call finds, and what became of it ---

    /// Called before each call with its name ("unlinkAt"); calls made from inside it do not call it again.
    /// An Fd that closes at the end of a test calls it too, so what it captures is declared before that Fd.
    std::function<void(std::string_view call)> beforeCall;
    /// Called by waitReadable before it looks; may change the world.
    std::function<void(int fd, int timeoutMs)> onWait;
    int forkResult = 4343;           ///< 0: the caller goes on as the child
    int execResult = -ENOENT;        ///< what replaceProcess returns
    bool knowsOpenBeneath = true;    ///< false: openBeneath is -ENOSYS, as before Linux 5.6
    bool knowsNamelessFiles = true;  ///< false: O_TMPFILE is -EOPNOTSUPP
    bool hasInotify = true;          ///< false: inotifyOpen is -EMFILE
    bool hasFanotify = false;        ///< true: fanotify tells of cgroups, as from Linux 6.6 on
    /// A pidfd of the process that fanotify tells of, where it is not openPidfd() that gives it.
    std::function<int(int pid)> openMaker;
    std::vector<Datagram> datagrams;
    std::vector<std::string> kernelMessages;  ///< each write to /dev/kmsg
    std::vector<Exec> execs;
    std::optional<int> niceValue;  ///< set by setNice
    int sessions = 0;              ///< calls of newSession

    // --- Hooks: the process ---
    void setUser(std::uint32_t user) { self_.user = user; }
    void setProcessId(int pid) { self_.pid = pid; }
    unsigned fileMask() const { return self_.mask; }
    std::string workingDirectory() const { return tree_.pathOf(working_); }
    /// Descriptors that are open, besides 0-2.
    std::vector<int> openFds() const;
    /// Where each of openFds() leads, for a message.
    std::vector<std::string> openPaths();

    // --- Hooks: time ---
    void setClock(std::int64_t bootTimeMs) { self_.bootTimeMs = bootTimeMs; }
    /// Moves the clock, running what at() has planned on the way.
    void advance(std::int64_t milliseconds);
    /// Plans something for a time on the clock; it runs while waitReadable, a waiting lockFd or advance pass
    /// it.
    void at(std::int64_t bootTimeMs, std::function<void()> action);

    // --- Hooks: inotify and fanotify ---
    /// How many watches there can be, and how many events each descriptor keeps; SIZE_MAX: any number.
    void limitWatches(std::size_t most) { tree_.watchers.limits.watches = most; }
    void limitEvents(std::size_t most) { tree_.watchers.limits.queued = most; }
    std::size_t watches() const { return tree_.watchers.limits.watched; }
    /// Who does what happens from now on, as fanotify tells it; 0: one that has ended when it is told.
    void setMaker(int pid) { tree_.watchers.maker = pid; }

    // --- Hooks: ordinary files (as root, no space limit asked) ---
    void makeFolder(const std::string& path, unsigned mode = 0755);  ///< with its parents
    void writeFile(const std::string& path, std::string_view text, unsigned mode = 0644);
    void makeSymlink(const std::string& target, const std::string& path);
    void makeSocket(const std::string& path);
    std::optional<std::string> fileText(const std::string& path);  ///< control files too
    bool exists(const std::string& path);
    std::vector<std::string> names(const std::string& folder);  ///< sorted; none if it is not there
    void removeTree(const std::string& path);
    void setOwner(const std::string& path, std::uint32_t owner);
    void setMode(const std::string& path, unsigned mode);
    std::optional<std::string> xattr(const std::string& path, const std::string& name);
    void setXattrOf(const std::string& path, const std::string& name, const std::string& value);
    void setBootId(const std::string& text);

    // --- Hooks: mounts ---
    void limitSpace(const std::string& mountPoint,
                    std::size_t pages);  ///< of 4,096 bytes; what is used counts
    void setReadOnly(const std::string& mountPoint, bool readOnly = true);
    /// A tmpfs mounted on a directory, a cgroup's too.
    void mountOn(const std::string& path);
    /// `directory` (a cgroup's, say) seen at `mountPoint` too.
    void bindMount(const std::string& directory, const std::string& mountPoint);
    /// 0, or -EBUSY while descriptors are open below it. A hierarchy without cgroups ends with its last
    /// mount.
    int unmount(const std::string& mountPoint);

    // --- Hooks: cgroups. `hierarchy`: its name as in /proc/self/cgroup ---
    /// Makes the hierarchy and mounts it at `mountPoint`; mounts one that is there already. Its id.
    int addHierarchy(const std::string& name, const std::string& mountPoint, bool unified = false);
    /// mkdir -p; its id.
    std::uint64_t makeCgroup(const std::string& hierarchy, const std::string& path);
    /// One rmdir: 0 or -errno.
    int removeCgroup(const std::string& hierarchy, const std::string& path);
    int renameCgroup(const std::string& hierarchy, const std::string& path, const std::string& newName);
    bool hasCgroup(const std::string& hierarchy, const std::string& path);
    std::uint64_t cgroupId(const std::string& hierarchy, const std::string& path);
    void enter(int task, const std::string& hierarchy, const std::string& path);
    /// The task ends: it leaves its cgroup in every hierarchy.
    void leave(int task);
    /// The cgroup's tasks have run that much more, as cpu.stat of it and of those above tells (v2).
    void useCpu(const std::string& hierarchy, const std::string& path, std::uint64_t usec);
    void setNotify(const std::string& hierarchy, const std::string& path, bool notify = true);
    bool notify(const std::string& hierarchy, const std::string& path);
    void setAgent(const std::string& hierarchy, const std::string& program);
    std::string agent(const std::string& hierarchy);
    /// The path of the cgroup's directory, through the hierarchy's first mount.
    std::string cgroupDirectory(const std::string& hierarchy, const std::string& path);
    /// Calls of the agent that the kernel would have made, in order, each reported once.
    std::vector<Release> takeReleased();

    // --- Hooks: other processes ---
    /// Somebody else's flock on a file or directory, until unlock(path).
    void lock(const std::string& path, bool exclusive = true);
    void unlock(const std::string& path);

    // --- System ---
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
    /// Moves the clock instead of waiting. -EDEADLK where nothing could ever end the wait.
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
    /// Tells beforeCall.
    void begin(std::string_view call);
    memory::Found walk(int directory, std::string_view path, memory::WalkOptions options);
    int openFound(const memory::Found& found, int flags, unsigned mode);
    int openPlace(memory::Place place, int flags);
    int openNameless(const memory::Found& found, int flags, unsigned mode);
    int createFile(const memory::Found& found, int flags, unsigned mode);
    int addDescription(memory::Place place, int flags);
    memory::Description* usable(int fd);
    void fill(FileStat& out, const memory::Node& node) const;
    int mayName(const memory::Found& found) const;
    int mayChangeXattr(const memory::Description& description, std::string_view name) const;
    int mayChangeNode(const memory::Description& description) const;
    int addName(const memory::Found& found, memory::NodeType type, unsigned mode);
    bool readyToRead(const memory::Description& description) const;
    /// Runs the earliest planned action up to `limit`; false if there is none.
    bool runNextPlanned(std::int64_t limit);

    void fillDevices();
    void fillProc();
    memory::Node* descriptorLink(std::string_view name);
    std::string pathText(memory::Place place) const;

    // For hooks, which act as root and say what is wrong with the test.
    memory::Found find(const std::string& path);
    memory::Found findExisting(const std::string& path);
    memory::Node& makeNode(const std::string& path, memory::NodeType type, unsigned mode);
    void mountNew(const std::string& path, std::string_view type, std::uint64_t magic);
    memory::Mount& mountAt(const std::string& mountPoint);
    memory::Hierarchy& hierarchyNamed(const std::string& name);
    memory::Cgroup& cgroupAt(const std::string& hierarchy, const std::string& path);

    memory::Self self_;
    memory::Tree tree_{self_};
    memory::Cgroups cgroups_{self_, tree_};
    memory::Descriptors descriptors_;
    memory::Place working_;
    std::multimap<std::int64_t, std::function<void()>> planned_;
    bool inHook_ = false;
};

}  // namespace prune

// SPDX-License-Identifier: MIT
/// MemorySystem: the process, its descriptors, time, messages.
#include "support/memory_system.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/un.h>

#include <limits>

#include "base/text.h"
#include "support/memory_system_proc.h"
#include "sys/constants.h"

namespace prune {

using memory::Description;
using memory::Node;
using memory::NodeType;
using memory::Place;

MemorySystem::MemorySystem() : working_(tree_.root()) {
    for (const char* folder : {"/dev", "/etc", "/proc", "/run", "/sys/fs/cgroup", "/tmp", "/usr/lib"})
        makeFolder(folder);
    mountNew("/proc", "proc", PROC_SUPER_MAGIC);
    mountNew("/run", "tmpfs", TMPFS_MAGIC);
    mountNew("/sys/fs/cgroup", "tmpfs", TMPFS_MAGIC);
    fillDevices();
    fillProc();
    const Place null = find("/dev/null").place;
    for (int fd = 0; fd <= 2; ++fd) addDescription(null, O_RDWR);
}

void MemorySystem::fillDevices() {
    Node& null = makeNode("/dev/null", NodeType::file, 0666);
    null.generate = [] { return std::string(); };
    null.accept = [](std::string_view) { return 0; };
    Node& messages = makeNode("/dev/kmsg", NodeType::file, 0644);
    messages.generate = [] { return std::string(); };
    messages.accept = [this](std::string_view text) {
        kernelMessages.emplace_back(text);
        return 0;
    };
    makeSocket("/dev/log");
}

void MemorySystem::fillProc() {
    makeNode("/proc/self/mountinfo", NodeType::file, 0444).generate = [this] {
        return memory::mountinfoText(tree_);
    };
    makeNode("/proc/self/cgroup", NodeType::file, 0444).generate = [this] {
        return memory::cgroupText(cgroups_, self_.pid);
    };
    makeNode("/proc/self/fd", NodeType::directory, 0500).lookUp = [this](std::string_view name) {
        return descriptorLink(name);
    };
    makeNode("/proc/self/ns/pid", NodeType::file, 0444).inode = kInitialPidNamespace;
    makeNode("/proc/self/ns/time", NodeType::file, 0444).inode = kInitialTimeNamespace;
    makeSymlink("/usr/libexec/cgprune/release-agent", "/proc/self/exe");
    setBootId("3f0e2b7c-9a55-4c1d-8e42-6d1f5b9a7c10");
}

Node* MemorySystem::descriptorLink(std::string_view name) {
    const auto number = parseUnsigned(name);
    const auto* description = number ? descriptors_.find(static_cast<int>(*number)) : nullptr;
    if (description == nullptr) return nullptr;
    Node& link = tree_.addNode(*find("/proc").place.mount->filesystem, NodeType::symlink, 0700);
    link.parent = find("/proc/self/fd").place.node;
    link.name = name;
    link.magicTarget = description->place;
    link.content = description->node() ? pathText(description->place)
                                       : (description->isSocket ? "socket:[7]" : "anon_inode:inotify");
    return &link;
}

std::string MemorySystem::pathText(Place place) const {
    return tree_.pathOf(place) + (place.node->removed ? " (deleted)" : "");
}

void MemorySystem::begin(std::string_view call) {
    if (!beforeCall || inHook_) return;
    inHook_ = true;
    beforeCall(call);
    inHook_ = false;
}

std::vector<int> MemorySystem::openFds() const {
    std::vector<int> fds;
    for (const auto& [fd, description] : descriptors_.all())
        if (fd > 2) fds.push_back(fd);
    return fds;
}

std::vector<std::string> MemorySystem::openPaths() {
    std::vector<std::string> paths;
    for (const int fd : openFds()) paths.push_back(descriptorLink(decimal(fd))->content);
    return paths;
}

void MemorySystem::closeFd(int fd) {
    begin("closeFd");
    descriptors_.close(fd);
}

int MemorySystem::duplicateTo(int fd, int target) {
    begin("duplicateTo");
    return descriptors_.duplicate(fd, target);
}

int MemorySystem::closeFrom(int first) {
    begin("closeFrom");
    descriptors_.closeFrom(first);
    return 0;
}

// --- Time ---

void MemorySystem::at(std::int64_t bootTimeMs, std::function<void()> action) {
    planned_.emplace(bootTimeMs, std::move(action));
}

bool MemorySystem::runNextPlanned(std::int64_t limit) {
    if (planned_.empty() || planned_.begin()->first > limit) return false;
    auto planned = planned_.extract(planned_.begin());
    self_.bootTimeMs = std::max(self_.bootTimeMs, planned.key());
    planned.mapped()();
    return true;
}

void MemorySystem::advance(std::int64_t milliseconds) {
    const std::int64_t end = self_.bootTimeMs + milliseconds;
    while (runNextPlanned(end)) continue;
    self_.bootTimeMs = end;
}

std::int64_t MemorySystem::bootTimeMs() {
    begin("bootTimeMs");
    return self_.bootTimeMs;
}

bool MemorySystem::readyToRead(const Description& description) const {
    if (description.inotify) return description.inotify->readable();
    if (description.fanotify) return description.fanotify->readable();
    return description.node() != nullptr;  // else a socket, or a pidfd
}

int MemorySystem::waitReadable(int fd, int timeoutMs) {
    begin("waitReadable");
    if (onWait) onWait(fd, timeoutMs);
    const bool forever = timeoutMs < 0;
    const std::int64_t end =
        forever ? std::numeric_limits<std::int64_t>::max() : self_.bootTimeMs + timeoutMs;
    while (true) {
        const auto* description = descriptors_.find(fd);
        // As poll: a negative descriptor is never ready, one that is not open is at once.
        if (fd >= 0 && (description == nullptr || readyToRead(*description))) return 1;
        if (!runNextPlanned(end)) break;
    }
    if (forever) return -EDEADLK;
    self_.bootTimeMs = std::max(self_.bootTimeMs, end);
    return 0;
}

int MemorySystem::lockFd(int fd, int operation) {
    begin("lockFd");
    while (true) {
        auto* description = descriptors_.find(fd);
        const int result = description == nullptr ? -EBADF : description->lock(operation);
        if (result != -EWOULDBLOCK || (operation & LOCK_NB) != 0) return result;
        if (!runNextPlanned(std::numeric_limits<std::int64_t>::max())) return -EDEADLK;
    }
}

// --- Messages ---

int MemorySystem::datagramSocket() {
    begin("datagramSocket");
    auto description = std::make_shared<Description>(tree_, Place{}, O_RDWR);
    description->isSocket = true;
    return descriptors_.add(std::move(description));
}

ssize_t MemorySystem::sendTo(int socket, const char* path, std::string_view bytes) {
    begin("sendTo");
    const auto* description = descriptors_.find(socket);
    if (description == nullptr) return -EBADF;
    if (!description->isSocket) return -ENOTSOCK;
    if (std::string_view(path).size() >= sizeof(sockaddr_un::sun_path)) return -ENAMETOOLONG;
    const auto found = walk(AT_FDCWD, path, {});
    if (found.problem < 0) return found.problem;
    if (!found.exists()) return -ENOENT;
    if (found.place.node->type != NodeType::socket) return -ECONNREFUSED;
    if (!tree_.mayAccess(*found.place.node, 2)) return -EACCES;
    datagrams.push_back({path, std::string(bytes)});
    return static_cast<ssize_t>(bytes.size());
}

// --- The process ---

int MemorySystem::processId() {
    begin("processId");
    return self_.pid;
}

std::uint32_t MemorySystem::effectiveUser() {
    begin("effectiveUser");
    return self_.user;
}

int MemorySystem::changeDirectory(const char* path) {
    begin("changeDirectory");
    const auto found = walk(AT_FDCWD, path, {});
    if (found.problem < 0) return found.problem;
    if (!found.exists()) return -ENOENT;
    if (!found.place.node->isDirectory()) return -ENOTDIR;
    if (!tree_.mayAccess(*found.place.node, 1)) return -EACCES;
    working_ = found.place;
    return 0;
}

void MemorySystem::setFileMask(unsigned mask) {
    begin("setFileMask");
    self_.mask = mask;
}

int MemorySystem::forkProcess() {
    begin("forkProcess");
    return forkResult;
}

int MemorySystem::newSession() {
    begin("newSession");
    ++sessions;
    return self_.pid;
}

int MemorySystem::setNice(int value) {
    begin("setNice");
    niceValue = value;
    return 0;
}

int MemorySystem::replaceProcess(const char* path, const char* const* arguments) {
    begin("replaceProcess");
    Exec exec{path, {}};
    for (; *arguments != nullptr; ++arguments) exec.arguments.emplace_back(*arguments);
    execs.push_back(std::move(exec));
    return execResult;
}

}  // namespace prune

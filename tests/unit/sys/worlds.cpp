// SPDX-License-Identifier: MIT
#include "unit/sys/worlds.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/text.h"
#include "sys/directory.h"
#include "sys/files.h"

namespace prune {

namespace {

std::string makeTemporaryFolder() {
    std::string path = std::filesystem::temp_directory_path() / "cgprune-test-XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    return path;
}

/// Children first, directories only: the control files cannot be unlinked.
void removeCgroups(const std::filesystem::path& top) {
    for (const auto& entry : std::filesystem::directory_iterator(top)) {
        if (!entry.is_directory()) continue;
        removeCgroups(entry.path());
        ::rmdir(entry.path().c_str());
    }
}

bool isListed(System& system, const std::string& hierarchy) {
    return textIn(system, "/proc/self/cgroup").find(":" + hierarchy + ":") != std::string::npos;
}

/// Polls for a second.
bool hasEnded(System& system, const std::string& hierarchy) {
    for (int looks = 0; looks < 50; ++looks) {
        if (!isListed(system, hierarchy)) return true;
        system.waitReadable(-1, 20);
    }
    return false;
}

/// A hierarchy that is unmounted while the kernel still takes apart a removed cgroup lives on without a
/// mount, for ever. So give it time first, and where that was not enough mount it and unmount it again.
void endHierarchy(System& system, const std::string& mountPoint, const std::string& hierarchy) {
    const std::string options = "none," + hierarchy;
    for (int patienceMs = 50; patienceMs < 1000; patienceMs *= 2) {
        system.waitReadable(-1, patienceMs);
        ::umount(mountPoint.c_str());
        if (hasEnded(system, hierarchy)) return;
        ::mount("cgroup", mountPoint.c_str(), "cgroup", 0, options.c_str());
    }
    ::umount(mountPoint.c_str());
}

}  // namespace

RealFolder::RealFolder() : path(makeTemporaryFolder()) {}

RealFolder::~RealFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

RealHierarchy::RealHierarchy() {
    static int count = 0;
    if (::geteuid() != 0) {
        why = "needs root";
        return;
    }
    name = "name=cgprune-test-" + decimal(::getpid()) + "-" + decimal(++count);
    path = makeTemporaryFolder();
    // mkdtemp says 0700, and other users shall get as far as the hierarchy.
    REQUIRE(::chmod(path.c_str(), 0755) == 0);
    const std::string options = "none," + name;
    if (::mount("cgroup", path.c_str(), "cgroup", 0, options.c_str()) == 0) return;
    why = std::string("mount a v1 hierarchy: ") + std::strerror(errno);
    ::rmdir(path.c_str());
}

RealHierarchy::~RealHierarchy() {
    if (!ready()) return;
    // Where a test failed in the middle, these are still there.
    for (const auto& directory : mounted_) ::umount2(directory.c_str(), MNT_DETACH);
    ::mount("", path.c_str(), "", MS_REMOUNT | MS_BIND, nullptr);
    removeCgroups(path);
    endHierarchy(system, path, name);
    ::rmdir(path.c_str());
}

void RealHierarchy::setReadOnly(bool readOnly) {
    const unsigned long flags = MS_REMOUNT | MS_BIND | (readOnly ? 1UL * MS_RDONLY : 0UL);
    REQUIRE(::mount("", path.c_str(), "", flags, nullptr) == 0);
}

void RealHierarchy::mountOn(const std::string& directory) {
    REQUIRE(::mount("tmpfs", directory.c_str(), "tmpfs", 0, nullptr) == 0);
    mounted_.push_back(directory);
}

void RealHierarchy::unmount(const std::string& directory) {
    REQUIRE(::umount(directory.c_str()) == 0);
    std::erase(mounted_, directory);
}

void RealHierarchy::setOwner(const std::string& file, unsigned owner) {
    REQUIRE(::chown(file.c_str(), owner, owner) == 0);
}

void RealHierarchy::asUser(unsigned user, const std::function<void()>& action) {
    REQUIRE(::seteuid(user) == 0);
    action();
    REQUIRE(::seteuid(0) == 0);
}

void MemoryHierarchy::asUser(unsigned user, const std::function<void()>& action) {
    system.setUser(user);
    action();
    system.setUser(0);
}

Fd openDirectory(System& system, const std::string& path) {
    return openFile(system, AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
}

Fd openFile(System& system, int directory, const std::string& name, int flags) {
    Fd fd(system, system.openAt(directory, name.c_str(), flags, 0644));
    INFO("open " << name);
    REQUIRE(fd.get() >= 0);
    return fd;
}

std::vector<std::string> namesIn(System& system, const std::string& path) {
    const Fd directory = openDirectory(system, path);
    DirectoryReader reader(system, directory.get());
    std::vector<std::string> names;
    DirectoryReader::Entry entry;
    for (auto more = reader.next(entry); more.ok() && more.value(); more = reader.next(entry))
        names.emplace_back(entry.name);
    std::sort(names.begin(), names.end());
    return names;
}

std::string textIn(System& system, const std::string& path) {
    auto text = readWhole(system, AT_FDCWD, path.c_str(), 1 << 20);
    return text.ok() ? text.value() : "(none)";
}

std::string pathBehindFd(System& system, int fd) {
    char buffer[8192];
    const std::string link = "/proc/self/fd/" + decimal(fd);
    const ssize_t size = system.readLinkAt(AT_FDCWD, link.c_str(), buffer, sizeof buffer);
    REQUIRE(size > 0);
    return {buffer, static_cast<std::size_t>(size)};
}

std::string mountTail(System& system, const std::string& mountPoint) {
    const std::string text = textIn(system, "/proc/self/mountinfo");
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto line = cutField(rest, '\n');
        if (line.find(" " + mountPoint + " ") != std::string_view::npos)
            return std::string(line.substr(line.find(" - ") + 1));
    }
    return "(not mounted)";
}

}  // namespace prune

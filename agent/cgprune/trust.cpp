// SPDX-License-Identifier: MIT
#include "cgprune/trust.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"
#include "cgroup/fd_path.h"
#include "cgroup/mount_list.h"

namespace prune {

namespace {

constexpr std::size_t kMostBytes = 4'095;  // what the kernel takes as a path

bool isBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Why others than root could change it; "" if only root can.
std::string weakness(const FileStat& stat) {
    if (stat.owner != 0)
        return "is owned by user " + decimalUnsigned(stat.owner) + "; give it to root (chown root)";
    if ((stat.mode & (S_IWGRP | S_IWOTH)) != 0)
        return "is writable by others than root; take that away (chmod go-w)";
    return {};
}

/// A file or folder and all folders above it. `path` is absolute and free of links.
Status checkChain(System& system, std::string path) {
    while (true) {
        FileStat stat;
        const std::string& name = path.empty() ? "/" : path;
        const int failed = system.statAt(AT_FDCWD, name.c_str(), AT_SYMLINK_NOFOLLOW, stat);
        if (failed < 0) return Error{"look at " + escapeForPeople(name), -failed};
        if (const auto weak = weakness(stat); !weak.empty())
            return Error{escapeForPeople(name) + ' ' + weak, 0};
        if (path.empty()) return {};
        path.resize(path.rfind('/'));
    }
}

Result<std::string> resolve(System& system, const std::string& path) {
    const Fd fd(system, system.openAt(AT_FDCWD, path.c_str(), O_PATH));
    if (!fd.valid()) return Error{"open " + escapeForPeople(path), -fd.get()};
    return pathOfFd(system, fd.get());
}

bool hasOption(std::string_view options, std::string_view wanted) {
    while (!options.empty())
        if (cutField(options, ',') == wanted) return true;
    return false;
}

/// Whether the mount that `path` lies in was mounted noexec: the last of the longest mount points above it.
Result<bool> isOnNoexecMount(System& system, const std::string& path) {
    const Fd file(system, system.openAt(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY));
    if (!file.valid()) return Error{"open /proc/self/mountinfo", -file.get()};
    MountLines lines(system, file.get());
    std::size_t longest = 0;
    bool noexec = false;
    std::string_view line;
    while (true) {
        auto more = lines.next(line);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return noexec;
        for (int skipped = 0; skipped < 4; ++skipped) cutField(line, ' ');  // ids, device, root
        const auto mountPoint = unescapeMount(cutField(line, ' '));
        if (!isAtOrBelow(path, mountPoint) || mountPoint.size() < longest) continue;
        longest = mountPoint.size();
        noexec = hasOption(cutField(line, ' '), "noexec");
    }
}

Status checkRunnable(System& system, const std::string& path) {
    const auto name = escapeForPeople(path);
    FileStat stat;
    const int failed = system.statAt(AT_FDCWD, path.c_str(), 0, stat);
    if (failed < 0) return Error{"look at " + name, -failed};
    if (!S_ISREG(stat.mode)) return Error{name + " is not a regular file; name the release-agent program", 0};
    if ((stat.mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        return Error{name + " is not executable; give it mode 0755 (chmod 755)", 0};
    const auto noexec = isOnNoexecMount(system, path);
    if (!noexec.ok()) return noexec.error();
    if (noexec.value())
        return Error{
            name +
                " is on a file system mounted noexec, so the kernel could not run it; install it elsewhere",
            0};
    return {};
}

}  // namespace

Result<std::string> trustedAgent(System& system, const std::string& path) {
    const auto name = escapeForPeople(path);
    if (path.empty() || isBlank(path.front()) || isBlank(path.back()))
        return Error{"the agent's path \"" + name + "\" begins or ends with a blank; rename it", 0};
    auto resolved = resolve(system, path);
    if (!resolved.ok()) return resolved;
    if (resolved.value().size() >= kMostBytes)
        return Error{"the agent's path " + name + " is too long for the kernel; install it elsewhere", 0};
    if (auto status = checkRunnable(system, resolved.value()); !status.ok()) return status.takeError();
    if (auto status = checkChain(system, resolved.value()); !status.ok()) return status.takeError();
    return resolved;
}

Status checkConfFolders(System& system) {
    for (const char* folder :
         {"/etc/cgprune", "/run/cgprune", "/usr/lib/cgprune", "/etc", "/run", "/usr/lib"}) {
        auto path = resolve(system, folder);
        if (!path.ok() && path.error().code == ENOENT) continue;
        if (!path.ok()) return path.takeError();
        if (auto status = checkChain(system, path.value() == "/" ? "" : path.value()); !status.ok())
            return status;
    }
    return {};
}

}  // namespace prune

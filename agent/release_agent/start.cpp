// SPDX-License-Identifier: MIT
#include "release_agent/start.h"

#include <fcntl.h>

#include "prune/log.h"

namespace prune {

namespace {

/// A file of ours must never become one of them: 0 or -errno.
int makeStdioValid(System& system) {
    int fd = 0;
    do fd = system.openAt(AT_FDCWD, "/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2) system.closeFd(fd);
    return fd > 2 ? 0 : fd;
}

}  // namespace

Status prepareProcess(System& system) {
    if (const int failed = makeStdioValid(system); failed < 0) return Error{"open /dev/null", -failed};
    if (const int failed = system.changeDirectory("/"); failed < 0)
        return Error{"go to the root folder", -failed};
    system.setFileMask(022);
    system.closeFrom(3);
    return {};
}

void sayNotStarted(System& system, std::string_view agent, std::string_view path, const Error& error) {
    Log log(system, "release-agent");
    log.event(LogLevel::error, "not-started", {{"agent", agent}, {"cgroup", path}, {"why", error.text()}});
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Reads /proc/self/mountinfo, however long it is, a cgroup mount at a time. Since 1.0. One thread per
/// System.
#pragma once

#include <fcntl.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/mountinfo.h"
#include "sys/system.h"

namespace prune {

/// Hands out the lines of a file through a fixed buffer, in as few reads as the kernel allows.
class MountLines {
public:
    MountLines(System& system, int fd) : system_(system), fd_(fd) {}

    /// True: `line` is the next one, without its newline, valid until the next call. False: the end.
    /// A line longer than the buffer is passed over: no line of mountinfo that matters is.
    Result<bool> next(std::string_view& line);

private:
    Status fill();

    System& system_;
    int fd_;
    bool ended_ = false;
    bool skipping_ = false;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    // Neither cleared nor on the stack, where each page of it would be touched.
    static constexpr std::size_t kBufferSize = 65'536;
    std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(kBufferSize);
};

/// Calls `visit(const CgroupMount&)` for each cgroup mount, in order; its views live only during the call.
/// Errors: /proc/self/mountinfo could not be read.
template <class Visit>
Status forEachCgroupMount(System& system, Visit&& visit) {
    Fd file(system, system.openAt(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY));
    if (!file.valid()) return Error{"open /proc/self/mountinfo", -file.get()};
    MountLines lines(system, file.get());
    std::string_view line;
    while (true) {
        auto more = lines.next(line);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return {};
        if (const auto mount = parseCgroupMount(line)) visit(*mount);
    }
}

}  // namespace prune

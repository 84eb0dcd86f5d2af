// SPDX-License-Identifier: MIT
/// A system whose files in /dev are character devices, as they are on a real one.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include "support/intercepted_system.h"

namespace prune::test {

class DeviceSystem final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    int statFd(int fd, FileStat& out) override {
        const int result = InterceptedSystem::statFd(fd, out);
        if (result == 0 && (is("/dev/null", out) || is("/dev/kmsg", out)))
            out.mode = S_IFCHR | (out.mode & ~static_cast<std::uint32_t>(S_IFMT));
        return result;
    }

private:
    bool is(const char* path, const FileStat& stat) {
        FileStat device;
        return statAt(AT_FDCWD, path, 0, device) == 0 && device.inode == stat.inode &&
               device.device == stat.device;
    }
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

}  // namespace prune::test

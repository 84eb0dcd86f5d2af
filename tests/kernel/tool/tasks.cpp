// SPDX-License-Identifier: MIT
// Tasks that a test starts and that outlive the call: in a cgroup, or holding its lock.
#include "tool.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>

namespace tool {
namespace {
int execute(const Arguments& arguments, std::size_t from) {
    execvp(arguments[from].data(), execArguments(arguments, from).data());
    fail("cannot run", arguments[from]);
}
}  // namespace

int runHoldLock(const Arguments& arguments) {
    if (arguments[1] != "sh" && arguments[1] != "ex") {
        errno = EINVAL;
        fail("neither sh nor ex:", arguments[1]);
    }
    const std::uint64_t seconds = number(arguments[2]);
    const Fd folder = openFolder(AT_FDCWD, std::string(arguments[0]));
    if (!folder.ok()) fail("open", arguments[0]);
    const int kind = arguments[1] == "sh" ? LOCK_SH : LOCK_EX;
    const pid_t holder = startDetached([&] { return flock(folder.get(), kind | LOCK_NB) == 0; },
                                       [&] { return sleepMicroseconds(seconds * 1'000'000), 0; });
    std::printf("%d\n", holder);
    return 0;
}

int runRunIn(const Arguments& arguments) {
    const Fd folder = openFolder(AT_FDCWD, std::string(arguments[0]));
    if (!folder.ok()) fail("open", arguments[0]);
    const pid_t task = startDetached([&] { return writeFile(folder.get(), "cgroup.procs", "0"); },
                                     [&]() -> int {
                                         if (arguments.size() > 1) return execute(arguments, 1);
                                         sleepForEver();
                                     });
    std::printf("%d\n", task);
    return 0;
}

int runAs(const Arguments& arguments) {
    const auto id = static_cast<uid_t>(number(arguments[0]));
    if (setgroups(0, nullptr) != 0 || setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0)
        fail("become", arguments[0]);
    return execute(arguments, 1);
}
}  // namespace tool

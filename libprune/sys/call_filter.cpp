// SPDX-License-Identifier: MIT
#include "sys/call_filter.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/errno_result.h"

namespace prune {

int useCallFilter(const sock_filter* instructions, std::size_t size) {
    if (kCallMachine == 0 || ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0) return 0;
    const sock_fprog program{static_cast<unsigned short>(size), const_cast<sock_filter*>(instructions)};
    // Before Linux 5.16 a filter without that flag slows the process, and each switch to it.
    constexpr unsigned kFlags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    return static_cast<int>(orErrno(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFlags, &program)));
}

}  // namespace prune

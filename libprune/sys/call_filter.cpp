// SPDX-License-Identifier: MIT
#include "sys/call_filter.h"

#include <sys/prctl.h>

#include "sys/errno_result.h"

namespace prune {

int useCallFilter(const sock_filter* instructions, std::size_t size) {
    if (kCallMachine == 0 || ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0) return 0;
    const sock_fprog program{static_cast<unsigned short>(size), const_cast<sock_filter*>(instructions)};
    return orErrno(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "sys/privileges.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iterator>

#include "sys/errno_result.h"

namespace prune {

namespace {

constexpr unsigned kBitsInWord = 32;

}  // namespace

int keepCapabilities(std::initializer_list<unsigned> kept) {
    // glibc has no wrapper of these two, and libcap would be the agent's largest part.
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3]{};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    if (::syscall(SYS_capget, &header, sets) < 0) return -errno;

    std::uint32_t wanted[std::size(sets)]{};
    for (const auto capability : kept) {
        wanted[capability / kBitsInWord] |= std::uint32_t{1} << (capability % kBitsInWord);
    }
    for (std::size_t word = 0; word < std::size(sets); ++word) {
        sets[word].permitted &= wanted[word];
        sets[word].effective &= wanted[word];
        sets[word].inheritable = 0;
    }
    return static_cast<int>(orErrno(::syscall(SYS_capset, &header, sets)));
}

}  // namespace prune

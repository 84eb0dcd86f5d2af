// SPDX-License-Identifier: MIT
/// The system calls that are left to a process, for good; all others fail with ENOSYS, as those that a kernel
/// does not have. Since 1.0. For the whole process, before it has threads, and for what it starts.
#pragma once

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace prune {

/// Whose numbers the calls have: one that is made with those of another machine (i386 on x86_64) is refused.
/// 0: none is known for this machine, and nothing is filtered.
#if defined(__x86_64__) && defined(__LP64__)
inline constexpr std::uint32_t kCallMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__) && defined(__LP64__) && defined(__AARCH64EL__)
inline constexpr std::uint32_t kCallMachine = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
inline constexpr std::uint32_t kCallMachine = AUDIT_ARCH_RISCV64;
#else
inline constexpr std::uint32_t kCallMachine = 0;
#endif

/// What seccomp(2) is given. A search by halves: when it takes a filter the kernel tries it with each number
/// there is.
template <std::size_t Calls>
class CallFilter {
public:
    /// `allowed`: numbers of system calls, in any order.
    constexpr explicit CallFilter(std::array<int, Calls> allowed) {
        std::sort(allowed.begin(), allowed.end());
        add({BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, arch)});
        add({BPF_JMP | BPF_JEQ | BPF_K, 0, until(refuse()), kCallMachine});
        add({BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)});
        addSearch(allowed, 0, Calls);
        add({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS});
        add({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    }

    constexpr const auto& instructions() const { return instructions_; }

private:
    /// Where it ends: after a comparison for each call and each half.
    static constexpr std::size_t refuse() { return 3 + 2 * Calls - 1; }
    static constexpr std::size_t allow() { return refuse() + 1; }
    static_assert(Calls > 0 && allow() <= UINT8_MAX, "jumps go no farther");

    constexpr void add(sock_filter instruction) { instructions_[size_++] = instruction; }
    /// The length of a jump from the next instruction.
    constexpr std::uint8_t until(std::size_t place) const {
        return static_cast<std::uint8_t>(place - size_ - 1);
    }

    constexpr void addSearch(const std::array<int, Calls>& allowed, std::size_t first, std::size_t end) {
        if (end - first == 1) {
            const auto call = static_cast<std::uint32_t>(allowed[first]);
            return add({BPF_JMP | BPF_JEQ | BPF_K, until(allow()), until(refuse()), call});
        }
        const auto middle = first + (end - first) / 2;
        const auto upperHalf = size_ + 2 * (middle - first);
        add({BPF_JMP | BPF_JGE | BPF_K, until(upperHalf), 0, static_cast<std::uint32_t>(allowed[middle])});
        addSearch(allowed, first, middle);
        addSearch(allowed, middle, end);
    }

    std::array<sock_filter, allow() + 1> instructions_{};
    std::size_t size_ = 0;
};

/// Has the kernel hold this process, which can gain no privileges (no_new_privs), and what it starts to a
/// filter. One that is held to a filter already keeps that. 0, or -errno: -EINVAL or -ENOSYS where the
/// kernel has no filters.
int useCallFilter(const sock_filter* instructions, std::size_t size);

}  // namespace prune

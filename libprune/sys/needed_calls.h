// SPDX-License-Identifier: MIT
/// The system calls that release-agent and its drainer make, by numbers of this machine. Since 1.0.
/// A drainer that gives way to a newer release keeps the list of the older one: what is added here has to
/// have another way where it fails with ENOSYS.
#pragma once

#include <sys/syscall.h>

#include <array>

#include "sys/constants.h"

namespace prune {

/// None of them ends, stops or traces a task, mounts, or loads anything into the kernel. Some are only what
/// one C library or the other makes of a call; those of the start are for a drainer that starts anew.
inline constexpr std::array kNeededCalls{
    // Files
    SYS_openat, SYS_openat2, SYS_close, SYS_close_range, SYS_read, SYS_pread64, SYS_write, SYS_writev,
    SYS_getdents64, SYS_lseek, SYS_fstat, SYS_statx, SYS_fstatfs, SYS_readlinkat, SYS_fgetxattr,
    SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_mkdirat, SYS_unlinkat, SYS_linkat, SYS_renameat2,
    SYS_fchmod, SYS_ftruncate, SYS_utimensat, SYS_flock, SYS_fcntl, SYS_dup3, SYS_ppoll, SYS_inotify_init1,
    SYS_inotify_add_watch, SYS_inotify_rm_watch, SYS_umask, SYS_chdir,
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_mmap
    SYS_mmap,
#endif
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_readlink, SYS_mkdir, SYS_rmdir, SYS_unlink, SYS_link, SYS_rename,
    SYS_dup2, SYS_poll, SYS_fork, SYS_arch_prctl,
#endif
    // The log, and tasks and namespaces
    SYS_socket, SYS_sendto, SYS_pidfd_open, SYS_ioctl, static_cast<int>(kListmount),
    // The process, its memory and the clock
    SYS_getpid, SYS_gettid, SYS_geteuid, SYS_clone, SYS_setsid, SYS_setpriority, SYS_getpriority, SYS_execve,
    SYS_exit, SYS_exit_group, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_restart_syscall, SYS_nanosleep,
    SYS_clock_nanosleep, SYS_clock_gettime, SYS_getrandom, SYS_uname, SYS_prctl, SYS_capget, SYS_capset,
    // The start
    SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_prlimit64};

}  // namespace prune

// SPDX-License-Identifier: MIT
// Included before all else where g++'s headers, which were configured for glibc, meet musl's: what they name
// and musl has not. None of it is used by the agent.
#pragma once

#include <locale.h>
#include <pthread.h>

#define __GLIBC_PREREQ(major, minor) 0
#define __locale_t locale_t

// <ctype.h> of glibc: classes of characters.
enum {
    _ISupper = 1 << 0,
    _ISlower = 1 << 1,
    _ISalpha = 1 << 2,
    _ISdigit = 1 << 3,
    _ISxdigit = 1 << 4,
    _ISspace = 1 << 5,
    _ISprint = 1 << 6,
    _ISgraph = 1 << 7,
    _ISblank = 1 << 8,
    _IScntrl = 1 << 9,
    _ISpunct = 1 << 10,
    _ISalnum = 1 << 11,
};

extern "C" int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                      const struct timespec* until);

// fmt's way to say that a format is wrong; it checks ours when they are compiled.
#define FMT_THROW(exception) __builtin_abort()

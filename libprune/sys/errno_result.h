// SPDX-License-Identifier: MIT
/// What the C library says, as System says it. For the real system only. Since 1.0.
#pragma once

#include <cerrno>

namespace prune {

inline int orErrno(int result) { return result < 0 ? -errno : result; }
inline long orErrno(long result) { return result < 0 ? -long{errno} : result; }

}  // namespace prune

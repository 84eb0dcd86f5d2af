// SPDX-License-Identifier: MIT
/// What this process may do, made less for good. Since 1.0. For the whole process, before it has threads.
#pragma once

#include <linux/capability.h>

#include <cstdint>
#include <initializer_list>

namespace prune {

/// Gives up every capability but `kept` (numbers, CAP_SYS_ADMIN say; those that it has of them), and with
/// them what an exec could gain (no_new_privs). 0, or -errno.
int keepCapabilities(std::initializer_list<unsigned> kept);

}  // namespace prune

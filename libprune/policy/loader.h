// SPDX-License-Identifier: MIT
/// Reads the conf files and drop-ins and merges them. Since 1.0. One thread per System.
#pragma once

#include "policy/conf.h"
#include "sys/system.h"

namespace prune {

/// The conf in force, from /etc/cgprune/cgprune.conf and the drop-ins of cgprune.conf.d in /etc/cgprune,
/// /run/cgprune and /usr/lib/cgprune. Missing files are no error; every other problem (unreadable, writable
/// by others than root, too large, any parse error) is in Conf::errors, with the built-in values where
/// nothing valid was said: [agent] can be used even so, the policy not.
Conf loadConf(System& system);

}  // namespace prune

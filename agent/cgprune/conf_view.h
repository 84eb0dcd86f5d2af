// SPDX-License-Identifier: MIT
/// The conf as others than root can see it.
#pragma once

#include <string>

#include "policy/conf.h"
#include "sys/system.h"

namespace prune {

/// Takes errors out of `conf` that are none, but places which only root may read: /run/cgprune has mode 0700.
/// What they were, for people: "/run/cgprune/cgprune.conf.d"; "" for root, or where all could be read.
std::string takeUnreadable(System& system, Conf& conf);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The conf as people see it.
#pragma once

#include <string>

#include "cgprune/output.h"
#include "policy/conf.h"
#include "sys/system.h"

namespace prune {

/// Takes errors out of `conf` that are none, but places which only root may read: /run/cgprune has mode 0700.
/// What they were, for people: "/run/cgprune/cgprune.conf.d"; "" for root, or where all could be read.
std::string takeUnreadable(System& system, Conf& conf);

/// What is wrong and where; line and column are null where no line is to blame.
Json confErrorJson(const ConfError& error);
/// An array of them.
Json confErrorsJson(const Conf& conf);

}  // namespace prune

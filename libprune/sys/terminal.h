// SPDX-License-Identifier: MIT
/// Whether people read what is written to a descriptor. Since 0.1. Any thread. Not part of System: nothing
/// that is decided depends on it.
#pragma once

namespace prune {

bool isTerminal(int fd);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Whether people read what is written to a descriptor. Since 1.0. Any thread. Not part of System: nothing
/// that is decided depends on it.
#pragma once

namespace prune {

constexpr int kStdout = 1;
constexpr int kStderr = 2;

bool isTerminal(int fd);

}  // namespace prune

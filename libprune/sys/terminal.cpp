// SPDX-License-Identifier: MIT
#include "sys/terminal.h"

#include <unistd.h>

namespace prune {

bool isTerminal(int fd) { return ::isatty(fd) == 1; }

}  // namespace prune

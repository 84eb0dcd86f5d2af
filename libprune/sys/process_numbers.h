// SPDX-License-Identifier: MIT
/// The numbers of all processes that /proc shows. Since 1.0. Not shared between threads.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "sys/directory.h"
#include "sys/system.h"

namespace prune {

class ProcessNumbers {
public:
    /// `system` must outlive it.
    explicit ProcessNumbers(System& system);

    /// The next one: true and `pid`, or false at the end. Errors: /proc cannot be listed.
    Result<bool> next(int& pid);

private:
    Fd folder_;
    DirectoryReader reader_;
};

}  // namespace prune

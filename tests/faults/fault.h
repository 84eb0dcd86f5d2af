// SPDX-License-Identifier: MIT
/// One fault of a system call, and which there are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prune::faults {

enum class Kind {
    once,     ///< this call fails, and no other
    lasting,  ///< from this call on all of its name fail, for a minute of the host's clock
    part,     ///< it reads or writes only a part
};

struct Fault {
    int number = 0;  ///< which call of the job, from 1; 0: none
    Kind kind = Kind::once;
    int code = 0;  ///< errno; of `part`, none

    /// "EIO", "EIO from then on", "only a part".
    std::string text() const;
};

/// The faults of call `number`, which has that name.
std::vector<Fault> faultsOf(int number, std::string_view name);

}  // namespace prune::faults

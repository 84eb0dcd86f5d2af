// SPDX-License-Identifier: MIT
/// Keeps a list of the calls that went through it, so that a test can say "nothing was removed".
#pragma once

#include <vector>

#include "support/intercepted_system.h"

namespace prune {

class RecordingSystem final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    /// Each call as a line: "unlinkAt 7 'c1' REMOVEDIR -> 0", "openAt AT_FDCWD '/x' RDONLY -> ENOENT".
    const std::vector<std::string>& calls() const { return calls_; }
    /// Those of that name.
    std::vector<std::string> callsOf(std::string_view name) const;
    /// Those that can change what others see: names, contents, marks, messages.
    std::vector<std::string> changes() const;
    void clear() { calls_.clear(); }

private:
    int before(const Call&) override { return 0; }
    void after(const Call& call, std::int64_t result) override;

    std::vector<std::string> calls_;
};

}  // namespace prune

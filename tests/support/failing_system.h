// SPDX-License-Identifier: MIT
/// Makes chosen calls fail, so that a test can walk through every way a job can break.
#pragma once

#include <limits>
#include <map>

#include "support/intercepted_system.h"

namespace prune {

/// A call that is made to fail does not reach the system behind. Calls that cannot fail (closeFd, unmap,
/// bootTimeMs, processId, effectiveUser, setFileMask) are neither counted nor failed; mapFd fails as nullptr.
class FailingSystem final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    /// Fails call number `number` (the first is 1), counted from now.
    void failCall(int number, int code);
    /// Fails the next `times` calls of that name ("unlinkAt"); all of them, if not said.
    void failNamed(std::string name, int code, int times = std::numeric_limits<int>::max());
    /// Lets all pass again, and counts anew.
    void clear();
    /// How many calls there were since the last failCall or clear: where to end a loop over failCall.
    int count() const { return count_; }
    /// How many calls were made to fail.
    int failures() const { return failures_; }

private:
    struct Named {
        int code;
        int times;
    };

    int before(const Call& call) override;
    void after(const Call&, std::int64_t) override {}

    int count_ = 0;
    int failures_ = 0;
    int failAt_ = 0;
    int failCode_ = 0;
    std::map<std::string, Named, std::less<>> named_;
};

}  // namespace prune

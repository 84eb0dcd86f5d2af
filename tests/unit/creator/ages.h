// SPDX-License-Identifier: MIT
/// For tests with TaskKernel: its ages, the process that they are about, and a System that changes the world
/// between two calls.
#pragma once

#include <functional>
#include <vector>

#include "creator/capture.h"
#include "support/catch.h"
#include "support/task_kernel.h"

namespace prune::test {

inline constexpr KernelAge kAges[] = {KernelAge::v5_2,  KernelAge::v6_1,  KernelAge::v6_9,
                                      KernelAge::v6_12, KernelAge::v6_14, KernelAge::v6_18};

/// All ages from `first` to `last`.
inline std::vector<KernelAge> ages(KernelAge first = KernelAge::v5_2, KernelAge last = KernelAge::v6_18) {
    std::vector<KernelAge> some;
    for (const auto age : kAges)
        if (age >= first && age <= last) some.push_back(age);
    return some;
}

/// Each age in turn.
KernelAge anyAge();

/// The process.
inline constexpr int kPid = 700;

inline Creator captured(System& system, int pid, const CaptureOptions& options = {}) {
    auto creator = captureByPid(system, pid, options);
    REQUIRE(creator.ok());
    return std::move(creator.value());
}

/// Does something just before call number `at` (the first is 1).
class BetweenCalls final : public InterceptedSystem {
public:
    BetweenCalls(System& inner, int at, std::function<void()> action)
        : InterceptedSystem(inner), at_(at), action_(std::move(action)) {}

    /// False: there were fewer calls.
    bool reached() const { return count_ >= at_; }

private:
    int before(const Call&) override {
        if (++count_ == at_) action_();
        return 0;
    }
    void after(const Call&, std::int64_t) override {}

    int count_ = 0;
    int at_;
    std::function<void()> action_;
};

}  // namespace prune::test

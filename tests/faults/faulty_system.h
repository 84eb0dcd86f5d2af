// SPDX-License-Identifier: MIT
/// Lets one fault happen, and keeps the names of all calls.
#pragma once

#include <string>
#include <vector>

#include "fault.h"
#include "support/intercepted_system.h"

namespace prune::faults {

class FaultySystem final : public InterceptedSystem {
public:
    FaultySystem(System& inner, const Fault& fault) : InterceptedSystem(inner), fault_(fault) {}

    struct Made {
        std::string name;       ///< "openAt"
        std::string arguments;  ///< for people
    };
    /// Those that can fail, in order; the first is number 1.
    const std::vector<Made>& calls() const { return calls_; }
    bool happened() const { return happened_; }
    /// More calls than any job needs: it goes round and round.
    bool ranAway() const { return calls_.size() > kMost; }

    ssize_t readFd(int fd, char* buffer, std::size_t size) override;
    ssize_t writeFd(int fd, std::string_view bytes) override;

private:
    static constexpr std::size_t kMost = 100'000;

    int before(const Call& call) override;
    void after(const Call&, std::int64_t) override {}
    bool isPart() const;
    bool isOver();

    Fault fault_;
    std::int64_t sinceMs_ = 0;  ///< when it happened first
    std::vector<Made> calls_;
    bool happened_ = false;
};

}  // namespace prune::faults

// SPDX-License-Identifier: MIT
/// What a service tells its manager (sd_notify(3)): a datagram to the socket that $NOTIFY_SOCKET names.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "sys/system.h"

namespace prune {

class ServiceManager {
public:
    explicit ServiceManager(System& system);

    /// "READY=1", say. Nothing happens where nobody asked for it.
    void tell(std::string_view assignments);
    /// How often it wants to hear WATCHDOG=1 at least.
    std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }
    /// CLOCK_MONOTONIC, for RELOADING=1.
    static std::string monotonicUsec();

private:
    System& system_;
    std::string socketPath_;
    Fd socket_;
    std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace prune

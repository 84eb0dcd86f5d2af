// SPDX-License-Identifier: MIT
#include "cgprune/service_manager.h"

#include "base/text.h"
#include "cgprune/environment.h"

namespace prune {

ServiceManager::ServiceManager(System& system) : system_(system), socketPath_(variable("NOTIFY_SOCKET")) {
    if (!socketPath_.empty()) socket_ = Fd(system_, system_.datagramSocket());
    const auto usec = parseUnsigned(variable("WATCHDOG_USEC"));
    const auto pid = variable("WATCHDOG_PID");
    const bool isOurs = pid.empty() || pid == decimal(system_.processId());
    if (usec && *usec > 0 && isOurs) watchdog_ = std::chrono::microseconds(*usec);
}

void ServiceManager::tell(std::string_view assignments) {
    if (socket_.valid()) system_.sendTo(socket_.get(), socketPath_.c_str(), assignments);
}

std::string ServiceManager::monotonicUsec() {
    // libstdc++'s steady_clock is CLOCK_MONOTONIC.
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return decimal(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

}  // namespace prune

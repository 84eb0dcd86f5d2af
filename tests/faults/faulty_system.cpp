// SPDX-License-Identifier: MIT
#include "faulty_system.h"

namespace prune::faults {

/// A job that waits for the end of a fault goes on then; one that does not wait never comes to it.
bool FaultySystem::isOver() {
    constexpr std::int64_t kLastsMs = 60'000;
    const auto now = bootTimeMs();
    if (!happened_) sinceMs_ = now;
    return now - sinceMs_ > kLastsMs;
}

int FaultySystem::before(const Call& call) {
    calls_.push_back({std::string(call.name), call.arguments});
    if (fault_.number == 0 || fault_.kind == Kind::part || ranAway()) return 0;
    const auto first = static_cast<std::size_t>(fault_.number);
    if (calls_.size() < first) return 0;
    if (calls_.size() > first && (fault_.kind == Kind::once || call.name != calls_[first - 1].name)) return 0;
    if (isOver()) return 0;
    happened_ = true;
    return fault_.code;
}

/// Of the call that comes next.
bool FaultySystem::isPart() const {
    return fault_.kind == Kind::part && calls_.size() + 1 == static_cast<std::size_t>(fault_.number);
}

ssize_t FaultySystem::readFd(int fd, char* buffer, std::size_t size) {
    if (!isPart() || size < 2) return InterceptedSystem::readFd(fd, buffer, size);
    happened_ = true;
    return InterceptedSystem::readFd(fd, buffer, 1);
}

ssize_t FaultySystem::writeFd(int fd, std::string_view bytes) {
    if (!isPart() || bytes.size() < 2) return InterceptedSystem::writeFd(fd, bytes);
    happened_ = true;
    return InterceptedSystem::writeFd(fd, bytes.substr(0, bytes.size() / 2));
}

}  // namespace prune::faults

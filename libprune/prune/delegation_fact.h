// SPDX-License-Identifier: MIT
/// To whom a cgroup was handed, as the registry keeps it. Pure. Since 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prune {

struct Delegation {
    std::uint32_t user = 0;
    std::uint32_t group = 0;

    bool operator==(const Delegation&) const = default;
};

/// The lines of the fact (cgprune-state(5)), and back; nothing if they are not exactly those.
std::string formatDelegation(const Delegation& delegation);
std::optional<Delegation> parseDelegation(std::string_view lines);

}  // namespace prune

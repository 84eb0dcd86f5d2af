// SPDX-License-Identifier: MIT
#include "prune/delegation_fact.h"

#include "base/record.h"

namespace prune {

std::string formatDelegation(const Delegation& delegation) {
    RecordWriter writer;
    writer.number("uid", delegation.user);
    writer.number("gid", delegation.group);
    return writer.str();
}

std::optional<Delegation> parseDelegation(std::string_view lines) {
    RecordReader reader(lines);
    const auto user = reader.number("uid");
    const auto group = reader.number("gid");
    if (!reader.finished() || user > UINT32_MAX || group > UINT32_MAX) return std::nullopt;
    return Delegation{static_cast<std::uint32_t>(user), static_cast<std::uint32_t>(group)};
}

}  // namespace prune

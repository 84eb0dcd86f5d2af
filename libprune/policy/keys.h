// SPDX-License-Identifier: MIT
/// The keys of the conf: one table for [agent], one for [default] and [rule NAME]. Since 1.0. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "policy/conf.h"
#include "policy/values.h"

namespace prune {

/// Keys that were said: bit i is the i-th key of the table.
using KeySet = std::uint32_t;

inline constexpr std::size_t kMaxKeys = 16;  ///< no table has more

/// One key of a section whose values are held by an `Owner`.
template <class Owner>
struct ConfKey {
    std::string_view name;
    bool inDefault;                               ///< also a key of [default], and inherited from there
    bool (*read)(const Value& value, Owner& to);  ///< false after an error, with `to` as it was
    void (*copy)(Owner& to, const Owner& from);
};

/// All keys of [agent].
std::span<const ConfKey<AgentConf>> keysOf(const AgentConf&);
/// All keys of [rule NAME] and [default].
std::span<const ConfKey<Rule>> keysOf(const Rule&);

/// The number of the key of that name, or npos.
template <class Owner>
std::size_t findKey(std::span<const ConfKey<Owner>> keys, std::string_view name) {
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i].name == name) return i;
    return std::string_view::npos;
}

/// Copies the values of the keys in `which`.
template <class Owner>
void copyKeys(Owner& to, const Owner& from, KeySet which) {
    const auto keys = keysOf(to);
    for (std::size_t i = 0; i < keys.size(); ++i)
        if ((which >> i & 1U) != 0) keys[i].copy(to, from);
}

/// Gives `rule`, whose section has the keys `said`, the values of `defaults` for all other keys that it
/// inherits.
void inherit(Rule& rule, KeySet said, const Rule& defaults);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The types of value that conf keys have. Each reader returns the value, or nothing after it has reported
/// what is wrong with it and where. No state; any thread. Since 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/conf.h"
#include "policy/error_list.h"
#include "policy/lines.h"

namespace prune {

inline constexpr std::int64_t kMaxDurationMs = 36'500LL * 24 * 3'600'000;  ///< a century: sums can't overflow
inline constexpr std::size_t kMaxPathBytes = 4'095;

/// The value of one key, and where its errors go.
struct Value {
    Piece piece;
    int line = 0;
    ErrorList& errors;

    std::string_view text() const { return piece.text; }
    /// Reports `message` for the byte at `offset` of the value.
    void wrong(std::size_t offset, std::string message) const {
        errors.add(line, piece.column + static_cast<int>(offset), std::move(message));
    }
};

/// `first..max`, both durations.
struct DurationRange {
    std::int64_t firstMs = 0;
    std::int64_t maxMs = 0;
};

/// yes | no
std::optional<bool> readBool(const Value& value);
/// remove | keep: true for remove.
std::optional<bool> readRemoveOrKeep(const Value& value);
/// A whole number and ms, s, min, h or d, or a bare 0: milliseconds.
std::optional<std::int64_t> readDuration(const Value& value);
/// A whole number up to 100,000.
std::optional<std::int64_t> readCount(const Value& value);
/// Two durations, `1s..60s`, the first above 0 and not above the second.
std::optional<DurationRange> readRange(const Value& value);
/// error | warning | notice | info | debug
std::optional<LogLevel> readLogLevel(const Value& value);
/// Policies, parted by blanks.
std::optional<PolicySet> readPolicy(const Value& value);
/// Names as in /proc/self/cgroup, parted by blanks.
std::optional<std::vector<std::string>> readHierarchies(const Value& value);
/// The pattern of a path, as it is written.
std::optional<std::string> readPath(const Value& value);

}  // namespace prune

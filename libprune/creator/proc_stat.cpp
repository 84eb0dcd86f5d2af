// SPDX-License-Identifier: MIT
#include "creator/proc_stat.h"

#include "base/text.h"

namespace prune {

namespace {

/// Fields as the kernel numbers them, counted from the one behind the name (proc(5)).
enum Field { kState = 3, kSession = 6, kThreads = 20, kStartTicks = 22 };

std::optional<std::int64_t> parseSigned(std::string_view text) {
    const bool negative = text.starts_with('-');
    const auto number = parseUnsigned(negative ? text.substr(1) : text);
    if (!number || *number > INT64_MAX) return std::nullopt;
    const auto value = static_cast<std::int64_t>(*number);
    return negative ? -value : value;
}

}  // namespace

std::optional<ProcStat> parseProcStat(std::string_view text) {
    const auto nameStart = text.find('(');
    const auto nameEnd = text.rfind(") ");
    if (nameStart == std::string_view::npos || nameEnd == std::string_view::npos || nameEnd < nameStart)
        return std::nullopt;
    ProcStat stat;
    stat.name = text.substr(nameStart + 1, nameEnd - nameStart - 1);
    auto rest = text.substr(nameEnd + 2);
    for (int field = kState; field <= kStartTicks; ++field) {
        const auto word = cutField(rest, ' ');
        if (field == kState) {
            if (word.size() != 1) return std::nullopt;
            stat.state = word[0];
            continue;
        }
        const auto number = parseSigned(word);
        if (field == kStartTicks && (!number || *number < 0)) return std::nullopt;
        if ((field == kSession || field == kThreads) && !number) return std::nullopt;
        if (field == kSession) stat.session = *number;
        if (field == kThreads) stat.threads = *number;
        if (field == kStartTicks) stat.startTicks = static_cast<std::uint64_t>(*number);
    }
    return stat;
}

}  // namespace prune

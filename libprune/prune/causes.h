// SPDX-License-Identifier: MIT
/// What the causes of counters stand for (store/counters.h). Pure functions. Since 1.0.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/verdict.h"

namespace prune {

/// The place of a reason among the causes; it stays where it is when a group of reasons gets another one.
std::uint32_t causeOf(Reason reason);
/// The reason at that place, or count_ if there is none.
Reason reasonOfCause(std::uint32_t cause);

/// The same for the errno of a failure: 0 for those that are seen too rarely to have a place.
std::uint32_t causeOfFailure(int code);
/// "busy", "read-only-filesystem", ...: a stable word; "" for a place that nothing has.
std::string_view failureWord(std::uint32_t cause);

}  // namespace prune

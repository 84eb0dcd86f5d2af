// SPDX-License-Identifier: MIT
#include "policy/verdict.h"

#include <cstddef>
#include <iterator>

namespace prune {

namespace {

/// In the order of Reason.
constexpr std::string_view kReasonWords[] = {
    "populated",
    "has-children",
    "kept",
    "flag-off",
    "policy-never",
    "not-delegated",
    "keep-unknown-creator",
    "no-rule",
    "inside-delegation",
    "sweep-not-allowed",
    "too-young",
    "not-matched",
    "policy-always",
    "delegated",
    "delegated-by-owner",
    "creator-gone",
    "unknown-creator",
    "creator-alive",
    "creator-undetermined",
    "lingering",
    "ambiguous",
    "lock-held",
    "conf-error",
    "seen-empty",
    "removal-failed",
    "not-mounted",
    "stuck",
};
static_assert(std::size(kReasonWords) == static_cast<std::size_t>(Reason::count_));

constexpr std::string_view kActionWords[] = {"keep", "defer", "remove"};

}  // namespace

std::string_view word(Reason reason) {
    const auto index = static_cast<std::size_t>(reason);
    return index < std::size(kReasonWords) ? kReasonWords[index] : std::string_view();
}

std::string_view word(Action action) { return kActionWords[static_cast<std::size_t>(action)]; }

Reason reasonFromWord(std::string_view text) {
    std::size_t index = 0;
    while (index < std::size(kReasonWords) && kReasonWords[index] != text) ++index;
    return static_cast<Reason>(index);
}

}  // namespace prune

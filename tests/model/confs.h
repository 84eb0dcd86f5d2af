// SPDX-License-Identifier: MIT
/// The confs that steps choose among: as a file for the library, and as plain values for the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace prune::model {

/// The keys of a rule, with the values of cgprune.conf(5) where a conf says nothing.
struct Rule {
    bool always = false;
    bool creatorGone = true;
    bool delegated = true;
    bool never = false;
    bool removeUnknown = true;
    bool delegatedByOwner = false;
    bool ownerKeep = true;
    bool sweep = false;
    std::int64_t linger = 2'000;
    std::int64_t sweepLinger = 600'000;
    std::int64_t retryFirst = 1'000;
    std::int64_t retryMax = 60'000;
    std::int64_t giveUp = 3'600'000;
};

struct Conf {
    std::string text;           ///< of cgprune.conf
    bool isBroken = false;      ///< it has an error
    Rule rule;                  ///< [default]
    std::optional<Rule> below;  ///< what a rule for /a/* says
};

constexpr std::int64_t kLockPatience = 5'000;

/// The conf of that name, one of those that choicesOf(Kind::conf) has.
const Conf& confNamed(const std::string& name);

}  // namespace prune::model

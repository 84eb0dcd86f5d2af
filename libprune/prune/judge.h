// SPDX-License-Identifier: MIT
/// Gathers the facts about an open cgroup and asks the policy. Changes nothing, but that a broken
/// fact is set aside and logged. Since 1.0.
#pragma once

#include <optional>

#include "base/result.h"
#include "cgroup/state.h"
#include "prune/context.h"
#include "prune/facts.h"

namespace prune {

struct Judgement {
    CgroupState state;
    Facts facts;
    const Rule* rule = nullptr;  ///< of the context's conf; nullptr: none reaches this cgroup
    std::optional<Known> known;  ///< where the rule asks for it
    Verdict verdict;
};

/// Facts, rule and verdict. Nothing: the cgroup went meanwhile. With errors in the conf nothing is removed:
/// what would need a rule is deferred as conf-error. Errors: a fact could not be read.
Result<std::optional<Judgement>> judge(Context& context, const Subject& subject);

/// What is known besides, whether or not the rule asked for it. Errors: as knownOf().
Result<Known> knownAnyway(Context& context, const Subject& subject, const Judgement& judgement);

/// Times and bounds to go by where no rule reaches: those of [default].
const Rule& ruleOrDefault(const Context& context, const Judgement& judgement);

}  // namespace prune

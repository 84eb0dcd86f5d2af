// SPDX-License-Identifier: MIT
#include "watch/makers.h"

#include <algorithm>

#include "cgroup/state.h"
#include "watch/limits.h"
#include "watch/observe.h"

namespace prune {

Status Makers::told(const Subject& subject, const Fd& maker) {
    const auto id = cgroupId(context_.system, subject.cgroup.directory.get());
    if (!id.ok()) return id.error();
    newest_ = std::max(newest_, id.value());
    observeMaker(context_, subject, id.value(), maker, unrecorded_);
    // The first is that of which least is to come.
    if (unrecorded_.size() > kMaxUnrecorded) unrecorded_.erase(unrecorded_.begin());
    return {};
}

void Makers::heardAll() {
    if (!lostAbove_) unrecorded_.clear();
}

void Makers::lost() {
    // What was there before cannot be told from the rest until a walk has come by.
    if (knowsStart_ && !lostAbove_) lostAbove_ = newest_;
}

Status Makers::passed(const Subject& subject) {
    if (knowsStart_ && !lostAbove_) return {};
    const auto id = cgroupId(context_.system, subject.cgroup.directory.get());
    if (!id.ok()) return id.error();
    if (!knowsStart_)
        newest_ = std::max(newest_, id.value());
    else if (id.value() > *lostAbove_ && !unrecorded_.contains(id.value()))
        observeLostMaker(context_, subject, id.value());
    return {};
}

void Makers::passedAll() {
    knowsStart_ = true;
    lostAbove_.reset();
}

}  // namespace prune

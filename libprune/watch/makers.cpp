// SPDX-License-Identifier: MIT
#include "watch/makers.h"

#include <algorithm>
#include <utility>

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
    if (isInDoubt()) return;
    unrecorded_.clear();
    settled_ = newest_;
}

/// Not newest_: what is at the path that was told can be another by now, made anew after those that were
/// lost.
void Makers::lost() {
    if (!isInDoubt()) lostAbove_ = settled_;
}

Status Makers::passed(const Subject& subject) {
    if (knowsStart_ && !isInDoubt()) return {};
    const auto id = cgroupId(context_.system, subject.cgroup.directory.get());
    if (!id.ok()) return id.error();
    newest_ = std::max(newest_, id.value());
    if (knowsStart_ && id.value() > *lostAbove_ && !unrecorded_.contains(id.value()))
        observeLostMaker(context_, subject, id.value());
    return {};
}

void Makers::passedStart() {
    if (std::exchange(knowsStart_, true)) return;
    settled_ = newest_;
    if (isInDoubt()) lostAbove_ = settled_;
}

}  // namespace prune

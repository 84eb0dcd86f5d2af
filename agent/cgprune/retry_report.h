// SPDX-License-Identifier: MIT
/// Prints what becomes of journal entries.
#pragma once

#include <cstdint>

#include "cgprune/progress.h"
#include "cgprune/verb.h"
#include "prune/retry.h"

namespace prune {

class RetryReport final : public RetryListener {
public:
    explicit RetryReport(Session& session) : session_(session), progress_(session.system, session.out) {}
    bool onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) override;
    /// Then nothing more is told.
    void end() { progress_.end(); }

private:
    Session& session_;
    Progress progress_;
    std::uint64_t looked_ = 0;
};

}  // namespace prune

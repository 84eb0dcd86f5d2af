// SPDX-License-Identifier: MIT
/// Prints what becomes of journal entries.
#pragma once

#include "cgprune/verb.h"
#include "prune/retry.h"

namespace prune {

class RetryReport final : public RetryListener {
public:
    explicit RetryReport(Session& session) : session_(session) {}
    bool onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) override;

private:
    Session& session_;
};

}  // namespace prune

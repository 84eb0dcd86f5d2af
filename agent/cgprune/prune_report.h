// SPDX-License-Identifier: MIT
/// What cgprune prune tells of each cgroup, and of all together.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "cgprune/progress.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "prune/context.h"

namespace prune {

class PruneReport final : public CgroupListener {
public:
    PruneReport(Session& session, const Target& target)
        : session_(session), target_(target), progress_(session.system, session.out) {}

    bool onCgroup(std::string_view path, const Outcome& outcome) override;
    /// The sums; then nothing more is told.
    void summary();
    /// What was meant by the options, and is still there.
    std::uint64_t left() const { return left_; }
    std::uint64_t failed() const { return failed_; }

private:
    void countStaying(std::string_view path, Reason reason);
    void say(std::string_view path, const Outcome& outcome);
    std::string reasonsText() const;
    Json reasonsJson() const;
    std::string forceHint() const;

    Session& session_;
    const Target& target_;
    Progress progress_;
    std::uint64_t removed_ = 0;
    std::uint64_t failed_ = 0;
    std::uint64_t left_ = 0;
    std::uint64_t leftOut_ = 0;
    std::string lastLeft_;  ///< or failed; children come before their parent
    std::string lastLeftOut_;
    std::array<std::uint64_t, static_cast<std::size_t>(Reason::count_)> kept_{};
};

}  // namespace prune

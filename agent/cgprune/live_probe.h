// SPDX-License-Identifier: MIT
/// A cgroup made to see it go: what `cgprune doctor --live` does in one hierarchy.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "prune/context.h"
#include "prune/judge.h"

namespace prune {

class LiveProbe {
public:
    /// Makes the cgroup in the cgroup `parent` of the hierarchy, under a name that nobody has, with
    /// notify_on_release on. Errors: those of mkdir and of the flag; then nothing is left.
    static Result<LiveProbe> make(System& system, const OpenHierarchy& hierarchy, const std::string& parent);

    LiveProbe(LiveProbe&&) = default;
    LiveProbe(const LiveProbe&) = delete;
    LiveProbe& operator=(const LiveProbe&) = delete;
    LiveProbe& operator=(LiveProbe&&) = delete;
    /// Removes what is left of it, in the journal too.
    ~LiveProbe();

    /// What would be decided now that it is empty. Nothing: it went.
    Result<std::optional<Judgement>> judgeNow(Context& context) const;

    /// Puts a process in, and has it end. Errors: those of the move.
    Status populate();

    /// Whether it has gone.
    bool isGone() const { return hasDied(*system_, cgroup_.directory.get()); }
    /// Why the journal holds it; "" where it does not.
    std::string journaledFor() const;
    /// Since it was emptied, milliseconds.
    std::int64_t emptyForMs() const { return system_->bootTimeMs() - emptiedMs_; }

    const OpenHierarchy& hierarchy() const { return *hierarchy_; }
    /// Escaped.
    std::string name() const;

private:
    LiveProbe(System& system, const OpenHierarchy& hierarchy, std::string path, OpenCgroup cgroup)
        : system_(&system), hierarchy_(&hierarchy), path_(std::move(path)), cgroup_(std::move(cgroup)) {}

    Status prepare();
    /// cpuset lets no process into a cgroup without processors and memory.
    Status copyFromParent(const char* file);
    [[noreturn]] void liveUntilUnlocked() const;

    System* system_;
    const OpenHierarchy* hierarchy_;
    std::string path_;
    OpenCgroup cgroup_;
    std::int64_t emptiedMs_ = 0;
};

}  // namespace prune

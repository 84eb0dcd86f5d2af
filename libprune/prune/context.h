// SPDX-License-Identifier: MIT
/// What every act of libprune/prune works with. Since 1.0. One thread per context.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "policy/conf.h"
#include "policy/verdict.h"
#include "prune/log.h"
#include "sys/system.h"

namespace prune {

struct Context {
    System& system;
    Log& log;
    Conf conf;
    bool dryRun = false;    ///< decide, but change nothing
    bool mayRemove = true;  ///< false: what would be removed lingers anew
};

/// Reads the conf anew, and logs by its level from now on.
void readConf(Context& context);

/// Says that something in the state folder could not be read or written.
void logStateFault(Context& context, const Error& error);

/// The same, at most once an hour for each errno: what many agents meet, or a user can make happen again and
/// again. `what`: a word or two, of our own.
void logRepeatedFault(Context& context, std::string_view what, const Error& error);

/// False, and said: others than root can write the state folder, so nothing may be decided by what is in it.
bool mayTrustState(Context& context);

/// The cgroup that is being decided on. Everything is borrowed.
struct Subject {
    const OpenHierarchy& hierarchy;
    const OpenCgroup& cgroup;
    std::string_view path;
};

/// What came of one cgroup or journal entry.
enum class Done {
    removed,
    gone,  ///< it was not there any more
    kept,
    deferred,  ///< in the journal
    dropped,   ///< the journal entry is litter: of another boot, hierarchy or agent
    failed,    ///< neither removed nor journaled; a sweep has to find it
};

struct Outcome {
    Done done = Done::failed;
    std::optional<Reason> reason;  ///< none: gone or dropped for what no verdict said
    std::int64_t dueMs = 0;        ///< deferred: when it is looked at again (CLOCK_BOOTTIME)
    int code = 0;                  ///< failed: the errno, where it is known
    bool isLost = false;           ///< failed: and it could not be noted either that a sweep has to find it
};

/// Hears of each cgroup that a walk decided on. False ends the walk.
class CgroupListener {
public:
    virtual bool onCgroup(std::string_view path, const Outcome& outcome) = 0;

protected:
    ~CgroupListener() = default;
};

/// "removed", "gone", ...
std::string_view word(Done done);

}  // namespace prune

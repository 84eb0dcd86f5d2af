// SPDX-License-Identifier: MIT
// release-agent: what the kernel runs when a cgroup becomes empty. release-agent(8) tells the contract.
#include <string_view>

#include "cgroup/path.h"
#include "prune/drainer.h"
#include "prune/release.h"
#include "prune/retry.h"
#include "release_agent/people.h"
#include "release_agent/power.h"
#include "release_agent/start.h"
#include "store/state_folder.h"
#include "sys/real_system.h"

namespace {

using namespace prune;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::int64_t kRetryBudgetMs = 5;  // what an agent may spend on others' entries

/// Without a drainer, and only then, each agent also does a little of what is due.
void retryALittle(Context& context) {
    const auto now = context.system.bootTimeMs();
    if (context.conf.agent.drainer || nextDue(context.system) > now) return;
    RetryOptions options;
    options.mayWait = false;
    options.deadlineMs = now + kRetryBudgetMs;
    static_cast<void>(retryDue(context, options));
}

int releaseOne(System& system, std::string_view agent, std::string_view path) {
    Log log(system, "release-agent");
    Context context{system, log, {}, false};
    const auto released = release(context, agent, path);
    if (released.deferred) startDrainer(context);
    retryALittle(context);
    return released.failed ? kFailed : kDone;
}

int drainNow(System& system) {
    Log log(system, "release-agent");
    Context context{system, log, {}, false};
    drain(context);
    return kDone;
}

}  // namespace

int main(int argc, char** argv) {
    RealSystem system;
    auto ready = prepareProcess(system);
    if (ready.ok()) ready = keepWhatIsNeeded();
    if (!ready.ok())
        return sayNotStarted(system, argc > 0 ? argv[0] : "", argc > 1 ? argv[1] : "", ready.error()),
               kFailed;
    if (argc != 2) return explainUsage(system, "expected exactly one argument, the path of a cgroup"), kUsage;

    const std::string_view argument = argv[1];
    if (argument == "--version") return printVersion(system), kDone;
    if (argument == "--help") return printHelp(system), kDone;
    if (argument == "--drain") return drainNow(system);
    const auto path = CgroupPath::parse(argument);
    if (!path.ok()) return explainUsage(system, path.error().doing), kUsage;
    return releaseOne(system, argv[0], argument);
}

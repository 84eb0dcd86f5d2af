// SPDX-License-Identifier: MIT
#include "release_agent/power.h"

#include "sys/call_filter.h"
#include "sys/needed_calls.h"
#include "sys/privileges.h"

namespace prune {

namespace {

Status keepCalls() {
#ifndef CGPRUNE_ALL_CALLS
    static constexpr CallFilter kFilter(kNeededCalls);
    const auto& instructions = kFilter.instructions();
    const int failed = useCallFilter(instructions.data(), instructions.size());
    if (failed < 0 && failed != -EINVAL && failed != -ENOSYS)
        return Error{"give up the system calls that are not needed", -failed};
#endif
    return {};
}

}  // namespace

Status keepWhatIsNeeded() {
    // To remove cgroups in folders of others, also where they set the sticky bit; to open by handle; to read
    // trusted marks; and to see the namespaces of others' processes.
    const int failed =
        keepCapabilities({CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN, CAP_SYS_PTRACE});
    if (failed < 0) return Error{"give up the capabilities that are not needed", -failed};
    return keepCalls();
}

}  // namespace prune

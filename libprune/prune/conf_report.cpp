// SPDX-License-Identifier: MIT
#include "prune/conf_report.h"

#include <fcntl.h>

#include "base/text.h"
#include "store/counters.h"
#include "store/state_folder.h"

namespace prune {

namespace {

/// What one state of a broken conf file is told by.
std::string markerOf(System& system, const ConfError& error) {
    FileStat stat;
    const auto& file = error.where.file;
    if (system.statAt(AT_FDCWD, file.c_str(), 0, stat) < 0) return "conf-error " + file;
    return "conf-error " + file + ' ' + decimalUnsigned(stat.inode) + ' ' + decimal(stat.modifiedNs);
}

}  // namespace

void reportConfErrors(Context& context) {
    const auto& errors = context.conf.errors;
    if (errors.empty() || context.dryRun) return;
    count(context.system, Counter::confErrors);
    constexpr std::int64_t kOncePerBoot = -1;
    if (!isFirstOf(context.system, markerOf(context.system, errors.front()), kOncePerBoot)) return;
    context.log.event(LogLevel::error, "conf-error",
                      {{"error", errors.front().text()},
                       {"errors", decimalUnsigned(errors.size())},
                       {"effect", "nothing is removed until it is mended; see cgprune check"}});
}

}  // namespace prune

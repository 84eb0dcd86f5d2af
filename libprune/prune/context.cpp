// SPDX-License-Identifier: MIT
#include "prune/context.h"

#include "base/text.h"
#include "policy/loader.h"
#include "store/state_folder.h"

namespace prune {

void readConf(Context& context) {
    context.conf = loadConf(context.system);
    context.log.setLevel(context.conf.agent.logLevel);
}

void logStateFault(Context& context, const Error& error) {
    context.log.event(LogLevel::warning, "state-fault", {{"why", error.text()}});
}

void logRepeatedFault(Context& context, std::string_view what, const Error& error) {
    if (isFirstOf(context.system, std::string(what) + ' ' + decimal(error.code), kHourMs))
        logStateFault(context, error);
}

bool mayTrustState(Context& context) {
    const auto trusted = checkStateFolder(context.system);
    if (!trusted.ok()) logStateFault(context, trusted.error());
    return trusted.ok();
}

std::string_view word(Done done) {
    switch (done) {
        case Done::removed:
            return "removed";
        case Done::gone:
            return "gone";
        case Done::kept:
            return "kept";
        case Done::deferred:
            return "deferred";
        case Done::dropped:
            return "dropped";
        case Done::failed:
            break;
    }
    return "failed";
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/verb.h"

namespace prune {

const std::vector<Verb>& allVerbs() {
    static const std::vector<Verb> kVerbs = {
        enableVerb(), disableVerb(), statusVerb(),    treeVerb(),   listVerb(),     explainVerb(),
        keepVerb(),   unkeepVerb(),  registerVerb(),  forgetVerb(), delegateVerb(), undelegateVerb(),
        pruneVerb(),  retryVerb(),   sweepVerb(),     checkVerb(),  execVerb(),     watchVerb(),
        doctorVerb(), metricsVerb(), completionVerb()};
    return kVerbs;
}

}  // namespace prune

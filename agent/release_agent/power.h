// SPDX-License-Identifier: MIT
/// Least power: what release-agent may do, before it looks at anything that others made.
#pragma once

#include "base/result.h"

namespace prune {

/// Gives up, for itself and for the drainer, which inherits it, all capabilities and system calls but those
/// that it needs, and what an exec could gain. release-agent(8) lists the capabilities. On a kernel without
/// call filters all calls stay.
Status keepWhatIsNeeded();

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What came of writing something about a cgroup. A plain value. Since 1.0.
#pragma once

namespace prune {

/// Written under the cgroup's shared lock: an agent takes the lock exclusively from its look to its rmdir, so
/// what is written under it is either seen, or the cgroup has gone before.
struct Change {
    bool changed = false;      ///< false: it was so already
    bool withoutLock = false;  ///< somebody held the cgroup's lock for a second: written all the same
};

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What happens to the tree of a hierarchy, as the kernel tells it. Since 1.0. One thread per System.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/hierarchy.h"
#include "sys/system.h"

namespace prune {

struct TreeChange {
    enum class What {
        made,
        removed,
        renamed,
        ownerOrMode,  ///< of the directory, or of its cgroup.procs
        lost,         ///< the kernel had more to tell than it could keep: anything may have happened
    };
    What what = What::lost;
    std::string path;            ///< "" where it can no longer be told
    std::string newPath;         ///< renamed
    std::uint64_t id = 0;        ///< 0: not told
    std::uint64_t parentId = 0;  ///< of the cgroup in which it was made or removed; 0: not told
    Fd maker;  ///< made: whose pidfd; not valid where it is not told, or has ended; -EMFILE: not opened
};

/// Holds nothing open below the mount.
class TreeSource {
public:
    virtual ~TreeSource() = default;

    /// Readable when there is something to tell.
    virtual int fd() const = 0;
    /// The next change: true and `out`, or false where there is none now, or only more that is of no
    /// interest. Errors: those of reading, and of finding where it was; what it told is lost then.
    virtual Result<bool> next(const OpenHierarchy& open, TreeChange& out) = 0;
    /// True: something was read that next() has not told yet.
    virtual bool hasMore() const = 0;
    /// Begins to tell of the children of a cgroup. Errors: ENOSPC: the kernel watches no more directories for
    /// this user; ENOENT: it was removed.
    virtual Status cover(int directory, std::string_view path) = 0;
    virtual void uncover(std::string_view path) = 0;
    /// Between these two every directory that is there is covered anew; those that were not are uncovered.
    virtual void beginWalk() = 0;
    virtual void endWalk() = 0;
    /// What was at or below `path` is there now.
    virtual void renamed(std::string_view path, std::string_view newPath) = 0;
    /// What bounds its queue, as sysctl(8) calls it.
    virtual std::string_view queueSetting() const = 0;
    /// True: the whole tree is covered from the beginning, and makers are told.
    virtual bool coversAll() const = 0;
};

/// One mark on the file system (fanotify), where the kernel has that for cgroups: from Linux 6.6 on.
/// Errors: ENODEV, ENOSYS or EINVAL where it has not; EPERM; code 0 where numbers of processes are not the
/// host's, so that no maker could be recorded.
Result<std::unique_ptr<TreeSource>> openFanotifySource(System& system, const OpenHierarchy& open);

/// A watch on each directory (inotify): everywhere, and without makers. Errors: EMFILE.
Result<std::unique_ptr<TreeSource>> openInotifySource(System& system);

}  // namespace prune

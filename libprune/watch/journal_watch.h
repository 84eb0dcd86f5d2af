// SPDX-License-Identifier: MIT
/// Which entries of the journal are new or have changed, whoever wrote them. Since 1.0. One thread per
/// System.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "store/journal.h"
#include "sys/system.h"

namespace prune {

class JournalWatch {
public:
    explicit JournalWatch(System& system) : system_(system) {}

    /// Errors: EMFILE.
    Status open();
    int fd() const { return inotify_.get(); }

    /// Begins to tell of a hierarchy's entries, and returns those that are there. Errors: those of making and
    /// watching the folder.
    Result<std::vector<JournalKey>> add(const std::string& hierarchy);
    /// What has changed since; keys can come twice. Errors: those of reading.
    Result<std::vector<JournalKey>> changed();

private:
    struct Folder {
        std::string hierarchy;
        std::string owner;  ///< "": the hierarchy's own, with a folder for each owner
    };

    Status watch(const Folder& folder);
    Status watchIfPossible(const Folder& folder);
    Status tell(int watch, const std::string& name, std::vector<JournalKey>& keys);

    System& system_;
    Fd inotify_;
    std::unordered_map<int, Folder> folders_;
    std::vector<std::string> hierarchies_;
};

}  // namespace prune

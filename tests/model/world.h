// SPDX-License-Identifier: MIT
/// Takes steps on a host: what others do by system calls, what is asked of the library by prune.h, or by what
/// is below it where that tells more.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "api/handles.h"
#include "base/fd.h"
#include "host.h"
#include "seen.h"
#include "step.h"

namespace prune::model {

class World {
public:
    /// The host's hierarchy gets an agent; there is no conf yet.
    explicit World(std::unique_ptr<Host> host);

    /// `call`: for which cgroup the agent is run.
    Answer take(const Step& step, const std::string& call);
    bool tellsNamespaces() const { return host_->tellsNamespaces(); }
    /// Whether the answers say for which cgroups the kernel calls.
    bool tellsCalls() const { return tellsCalls_; }
    Seen see();
    /// Of the cgroup at `path`; 0: there is none.
    std::uint64_t idOf(const std::string& path);

private:
    std::string directoryOf(const std::string& path) const;
    int write(const std::string& file, const std::string& text, int flags);
    void must(int result, const std::string& doing) const;
    void changeOwner(const std::string& path, std::uint32_t user);
    void spoil(const std::string& path, const std::string& kind);
    void takeByHand(const Step& step);
    Answer takeByLibrary(const Step& step, const std::string& call);
    int takeWithCgroup(const Step& step, prune_cgroup* cgroup);
    int join(const std::string& process, const std::string& path);
    Answer runAgent(const std::string& path);
    Answer retry(const std::string& which, bool dry);
    Answer sweep(bool dry);
    Answer pruneBelow(const std::string& path, bool dry);
    void seeCgroups(const std::string& below, Seen& seen);
    SeenCgroup explain(const std::string& path);
    void seeState(Seen& seen);

    std::unique_ptr<Host> host_;
    System& system_;
    std::unique_ptr<prune_ctx, decltype(&prune_unref)> ctx_;
    std::map<std::uint64_t, Fd> locks_;  ///< by id
    bool tellsCalls_ = false;
    bool rmdirsFail_ = false;
};

}  // namespace prune::model

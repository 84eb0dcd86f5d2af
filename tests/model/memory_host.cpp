// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/magic.h>

#include <cerrno>
#include <map>
#include <utility>

#include "host.h"
#include "support/task_kernel.h"

namespace prune::model {

namespace {

class Kernel final : public TaskKernel {
public:
    using TaskKernel::TaskKernel;
    bool removalsFail = false;

    int unlinkAt(int directory, const char* name, int flags) override {
        if (removalsFail && flags == AT_REMOVEDIR && isCgroup(directory)) return -EACCES;
        return TaskKernel::unlinkAt(directory, name, flags);
    }

private:
    bool isCgroup(int directory) {
        std::uint64_t type = 0;
        return directory >= 0 && filesystemType(directory, type) == 0 && type == CGROUP_SUPER_MAGIC;
    }
};

class MemoryHost final : public Host {
public:
    explicit MemoryHost(bool tellsNamespaces)
        : tellsNamespaces_(tellsNamespaces), kernel_(tellsNamespaces ? KernelAge::v6_18 : KernelAge::v6_1) {
        kernel_.memory().setClock(1'000'000);
        kernel_.memory().addHierarchy("freezer", mountPoint());
    }

    System& system() override { return kernel_; }
    void advance(std::int64_t ms) override { kernel_.memory().advance(ms); }
    bool tellsNamespaces() const override { return tellsNamespaces_; }
    std::string mountPoint() const override { return "/sys/fs/cgroup/freezer"; }

    /// A name always gets the same number, as numbers are handed out again; when it began tells them apart.
    void start(const std::string& process) override {
        const int pid = pidOf(process);
        const auto ticks = ++ticks_;
        if (process == "c0")
            container_ = kernel_.startInside(pid, ticks).space(NamespaceType::pid);
        else if (process == "c1")
            kernel_.startInside(pid, ticks, 2, container_);
        else if (process == "n0")
            kernel_.start(pid, ticks).space(NamespaceType::uts) = kernel_.makeSpace(NamespaceType::uts);
        else
            kernel_.start(pid, ticks);
        alive_[process] = true;
    }

    void end(const std::string& process) override {
        kernel_.end(pidOf(process));
        kernel_.memory().leave(pidOf(process));
        alive_[process] = false;
        if (process != "c0") return;
        container_.reset();
        if (std::exchange(alive_["c1"], false)) kernel_.memory().leave(pidOf("c1"));
    }

    int pidOf(const std::string& process) const override {
        constexpr int kFirst = 100;
        return kFirst + process[0] + process[1];
    }

    std::vector<std::string> takeCalls(const std::string& agent, bool& told) override {
        told = true;
        std::vector<std::string> paths;
        for (const auto& call : kernel_.memory().takeReleased())
            if (call.agent == agent) paths.push_back(call.path);
        return paths;
    }

    void failRemovals(bool fail) override { kernel_.removalsFail = fail; }

private:
    bool tellsNamespaces_;
    Kernel kernel_;
    std::uint64_t ticks_ = 10;
    TaskKernel::SpacePtr container_;
    std::map<std::string, bool> alive_;
};

}  // namespace

std::unique_ptr<Host> makeMemoryHost(bool tellsNamespaces) {
    return std::make_unique<MemoryHost>(tellsNamespaces);
}

}  // namespace prune::model

// SPDX-License-Identifier: MIT
// TaskKernel: what tests do to it, and what it shows in /proc.
#include <cerrno>
#include <stdexcept>

#include "base/text.h"
#include "support/task_kernel.h"
#include "sys/constants.h"

namespace prune {

namespace {

/// As in kernel.md, in the order of NamespaceType.
constexpr std::uint64_t kInitialInodes[] = {
    0xEFFFFFFB, 0xEFFFFFFF, 0xEFFFFFF8, 0xEFFFFFF9, kInitialPidNamespace, kInitialTimeNamespace,
    0xEFFFFFFD, 0xEFFFFFFE};
constexpr std::uint64_t kFirstFreeInode = 0xF0000001;
/// What a time namespace of our own adds to all start times.
constexpr std::uint64_t kTimeOffset = 5'000;
constexpr int kSelfPid = 4'242;

std::string hexadecimal(std::uint64_t number) {
    std::string text(16, '0');
    for (auto digit = text.rbegin(); number != 0; ++digit, number >>= 4)
        *digit = "0123456789abcdef"[number & 15];
    return text;
}

}  // namespace

TaskKernel::TaskKernel(KernelAge age) : InterceptedSystem(memory_), age_(age) {
    for (std::size_t i = 0; i < kNamespaceTypes; ++i) {
        initial_[i] =
            std::make_shared<Space>(Space{static_cast<NamespaceType>(i), kInitialInodes[i], nextId_++});
        spaces_.push_back(initial_[i]);
    }
    self_ = std::make_shared<Proc>();
    self_->spaces = initial_;
    start(1, 1).name = "init";
    start(kSelfPid, 50).capabilities = ~std::uint64_t{0};
    self_ = procs_.back();
    memory_.setProcessId(kSelfPid);
    memory_.openMaker = [this](int pid) { return openPidfd(pid); };
}

TaskKernel::Proc& TaskKernel::start(int pid, std::uint64_t startTicks) {
    if (byNumber(pid)) throw std::logic_error("TaskKernel: the number is taken: " + decimal(pid));
    auto proc = std::make_shared<Proc>();
    proc->pid = proc->numberInside = proc->session = pid;
    proc->startTicks = startTicks;
    proc->pidfdInode = isAtLeast(KernelAge::v6_9) ? nextPidfdInode_++ : 11;
    proc->spaces = initial_;
    procs_.push_back(proc);
    memory_.makeFolder("/proc/" + decimal(pid));
    return *proc;
}

TaskKernel::Proc& TaskKernel::startInside(int pid, std::uint64_t startTicks) {
    return startInside(pid, startTicks, 1, makeSpace(NamespaceType::pid));
}

TaskKernel::Proc& TaskKernel::startInside(int pid, std::uint64_t startTicks, int numberInside,
                                          const SpacePtr& pidSpace) {
    auto& proc = start(pid, startTicks);
    proc.numberInside = numberInside;
    proc.space(NamespaceType::pid) = pidSpace;
    return proc;
}

void TaskKernel::end(int pid, bool reaped) {
    const auto proc = byNumber(pid);
    if (!proc) throw std::logic_error("TaskKernel: no such process: " + decimal(pid));
    const auto pidSpace = proc->space(NamespaceType::pid);
    if (proc->numberInside == 1)
        for (const auto& other : procs_)
            if (!other->reaped && other != proc && other->space(NamespaceType::pid) == pidSpace)
                endOne(*other, true);
    endOne(*proc, reaped);
}

void TaskKernel::endOne(Proc& proc, bool reaped) {
    proc.zombie = true;
    proc.threads = 1;
    proc.reaped = reaped;
    for (std::size_t i = 0; i < kNamespaceTypes; ++i) {
        const auto type = static_cast<NamespaceType>(i);
        if (reaped || (type != NamespaceType::pid && type != NamespaceType::user)) proc.spaces[i].reset();
    }
    if (reaped) memory_.removeTree("/proc/" + decimal(proc.pid));
}

TaskKernel::SpacePtr TaskKernel::makeSpace(NamespaceType type) {
    const auto isTaken = [this](std::uint64_t inode) {
        for (const auto& one : spaces_)
            if (const auto space = one.lock(); space && space->inode == inode) return true;
        return false;
    };
    auto inode = kFirstFreeInode;
    while (isTaken(inode)) ++inode;
    auto space = std::make_shared<Space>(Space{type, inode, nextId_++});
    spaces_.push_back(space);
    return space;
}

int TaskKernel::connect(int pid) { return add({Kind::socket, byNumber(pid), {}, {}, {}}); }

std::optional<TaskKernel::Found> TaskKernel::find(int directory, std::string_view path) const {
    const auto folder = opened_.find(directory);
    if (!path.starts_with('/')) {
        if (folder == opened_.end() || folder->second.kind != Kind::folder) return std::nullopt;
        const auto& proc = folder->second.proc;
        return Found{proc->reaped ? nullptr : proc, std::string(path)};
    }
    if (!path.starts_with("/proc/")) return std::nullopt;
    path.remove_prefix(6);
    const auto who = cutField(path, '/');
    if (who == "self") {
        const bool ours = path == "status" || path.starts_with("ns/") || path.starts_with("fdinfo/");
        return ours ? std::optional(Found{self_, std::string(path)}) : std::nullopt;
    }
    const auto number = parseUnsigned(who);
    if (!number) return std::nullopt;
    auto proc = byNumber(static_cast<int>(*number));
    if (proc && proc->hidden) proc = nullptr;
    return Found{proc, std::string(path)};
}

int TaskKernel::spaceOf(const Found& found, SpacePtr& out) const {
    const auto type = namespaceTypeFromWord(std::string_view(found.file).substr(3));
    if (!found.proc || !type || (*type == NamespaceType::time && !isAtLeast(KernelAge::v6_1))) return -ENOENT;
    out = found.proc->space(*type);
    return out ? 0 : -ENOENT;
}

int TaskKernel::textOf(const Opened& file, std::string& out) const {
    if (file.proc->reaped) return -ESRCH;
    if (file.file == "stat") {
        out = statText(*file.proc);
        return 0;
    }
    if (file.file == "status") {
        out = statusText(*file.proc);
        return 0;
    }
    std::string_view rest = file.file;
    cutField(rest, '/');
    const auto number = parseUnsigned(rest);
    const auto shown = number ? opened_.find(static_cast<int>(*number)) : opened_.end();
    if (shown == opened_.end()) return -ENOENT;
    out = "pos:\t0\nflags:\t02000002\nmnt_id:\t15\n";
    if (shown->second.kind != Kind::pidfd) return 0;
    const auto& proc = *shown->second.proc;
    out += "Pid:\t" + decimal(proc.reaped ? -1 : numberHere(proc)) + "\n";
    return 0;
}

std::string TaskKernel::statText(const Proc& proc) const {
    const char state = proc.zombie || proc.leaderEnded ? 'Z' : 'S';
    const auto ticks = proc.startTicks + (inInitial(NamespaceType::time) ? 0 : kTimeOffset);
    return decimal(numberHere(proc)) + " (" + proc.name + ") " + state + " 1 1 " + decimal(proc.session) +
           " 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 " + decimal(proc.threads) + " 0 " + decimalUnsigned(ticks) +
           " 2500000 200 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}

std::string TaskKernel::statusText(const Proc& proc) const {
    const auto user = '\t' + decimal(proc.user);
    const bool inside = proc.spaces[static_cast<std::size_t>(NamespaceType::pid)] !=
                        initial_[static_cast<std::size_t>(NamespaceType::pid)];
    const auto process = proc.isThread ? proc.pid - 1 : proc.pid;
    return "Name:\t" + proc.name + "\nTgid:\t" + decimal(process) + "\nPid:\t" + decimal(proc.pid) +
           "\nPPid:\t1\nUid:" + user + user + user + user + "\nNSpid:\t" + decimal(proc.pid) +
           (inside ? '\t' + decimal(proc.numberInside) : "") + "\nCapEff:\t" +
           hexadecimal(proc.capabilities) + "\n";
}

}  // namespace prune

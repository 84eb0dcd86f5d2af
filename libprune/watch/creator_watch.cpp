// SPDX-License-Identifier: MIT
#include "watch/creator_watch.h"

#include <algorithm>
#include <utility>

#include "creator/life.h"

namespace prune {

CreatorWatch::Waits CreatorWatch::add(const JournalKey& key, const Creator& creator, int& fd) {
    const Task* task = decidingTask(creator);
    if (task == nullptr) return Waits::cannot;
    const auto name = std::pair(task->pid, task->startTicks);
    if (const auto known = byTask_.find(name); known != byTask_.end()) {
        fd = known->second;
        auto& held = held_.at(fd);
        held.waiting.insert(key);
        if (held.waiting.size() >= held.cleanAt) dropUnneeded(held);
        return Waits::yes;
    }
    if (isFull()) return Waits::noRoom;
    Fd pidfd(system_, system_.openPidfd(task->pid));
    // Alive now, it had its number all the time: the descriptor is of it.
    const auto life = lifeOfTask(system_, *task).life;
    if (life == Life::gone) return Waits::ended;
    if (life != Life::alive || !pidfd.valid()) return Waits::cannot;
    fd = pidfd.get();
    byTask_[name] = fd;
    held_[fd] = {std::move(pidfd), *task, {key}, kCleanAt};
    return Waits::yes;
}

/// A creator can live for months, and most of its cgroups not so long.
void CreatorWatch::dropUnneeded(Held& held) {
    Journal journal(system_);
    std::erase_if(held.waiting, [&](const JournalKey& key) {
        const auto entry = journal.find(key);
        return entry.ok() && !entry.value();
    });
    held.cleanAt = std::max(kCleanAt, 2 * held.waiting.size());
}

std::vector<int> CreatorWatch::unneeded() {
    std::vector<int> fds;
    for (auto& [fd, held] : held_) {
        dropUnneeded(held);
        if (held.waiting.empty()) fds.push_back(fd);
    }
    return fds;
}

std::vector<JournalKey> CreatorWatch::takeEnded(int fd) {
    const auto found = held_.find(fd);
    if (found == held_.end()) return {};
    const auto& keys = found->second.waiting;
    std::vector<JournalKey> waiting(keys.begin(), keys.end());
    byTask_.erase({found->second.task.pid, found->second.task.startTicks});
    held_.erase(found);
    return waiting;
}

}  // namespace prune

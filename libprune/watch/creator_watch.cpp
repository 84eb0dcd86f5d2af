// SPDX-License-Identifier: MIT
#include "watch/creator_watch.h"

#include <cerrno>
#include <utility>

#include "creator/life.h"

namespace prune {

CreatorWatch::Waits CreatorWatch::add(const JournalKey& key, const Creator& creator, int& fd) {
    const Task* task = decidingTask(creator);
    if (task == nullptr) return Waits::cannot;
    const auto name = std::pair(task->pid, task->startTicks);
    if (const auto known = byTask_.find(name); known != byTask_.end()) {
        fd = known->second;
        held_.at(fd).waiting.insert(key);
        return Waits::yes;
    }
    if (held_.size() >= most_) return Waits::noRoom;
    Fd pidfd(system_, system_.openPidfd(task->pid));
    // Alive now, it had its number all the time: the descriptor is of it.
    const auto life = lifeOfTask(system_, *task).life;
    if (life == Life::gone) return Waits::ended;
    if (life != Life::alive || !pidfd.valid()) return Waits::cannot;
    fd = pidfd.get();
    byTask_[name] = fd;
    held_[fd] = {std::move(pidfd), *task, {key}};
    return Waits::yes;
}

std::vector<JournalKey> CreatorWatch::takeEnded(int fd) {
    const auto found = held_.find(fd);
    if (found == held_.end()) return {};
    std::vector<JournalKey> waiting(found->second.waiting.begin(), found->second.waiting.end());
    byTask_.erase({found->second.task.pid, found->second.task.startTicks});
    held_.erase(found);
    return waiting;
}

}  // namespace prune

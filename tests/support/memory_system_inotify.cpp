// SPDX-License-Identifier: MIT
#include "support/memory_system_inotify.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "support/notify_records.h"

namespace prune::memory {

namespace {

/// What the kernel tells of a watch whether it was asked for or not.
constexpr std::uint32_t kAlways = IN_IGNORED | IN_UNMOUNT;

}  // namespace

Inotify::~Inotify() {
    for (const auto& watch : watches_)
        if (watch.node != nullptr) --limits_.watched;
}

int Inotify::watch(const Node& node, std::uint32_t mask) {
    const auto known = std::find_if(watches_.begin(), watches_.end(),
                                    [&](const Watch& watch) { return watch.node == &node; });
    if (known == watches_.end()) {
        if (limits_.watched >= limits_.watches) return -ENOSPC;
        ++limits_.watched;
        watches_.push_back({&node, mask});
        return static_cast<int>(watches_.size());
    }
    known->mask = mask;
    return static_cast<int>(known - watches_.begin()) + 1;
}

bool Inotify::unwatch(int number) {
    const auto at = static_cast<std::size_t>(number) - 1;
    if (number < 1 || at >= watches_.size() || watches_[at].node == nullptr) return false;
    watches_[at].node = nullptr;
    --limits_.watched;
    queue(inotifyRecord(number, IN_IGNORED));
    return true;
}

void Inotify::drop(const Node& node) {
    for (std::size_t i = 0; i < watches_.size(); ++i)
        if (watches_[i].node == &node) unwatch(static_cast<int>(i) + 1);
}

void Inotify::tell(const Node& node, std::uint32_t event, std::string_view name, std::uint32_t cookie) {
    for (std::size_t i = 0; i < watches_.size(); ++i) {
        if (watches_[i].node != &node || ((watches_[i].mask | kAlways) & event) == 0) continue;
        queue(inotifyRecord(static_cast<int>(i) + 1, event, name, cookie));
    }
}

void Inotify::queue(std::string record) {
    if (!records_.empty() && records_.back() == record) return;
    if (records_.size() < limits_.queued) return records_.push_back(std::move(record));
    const auto overflow = inotifyRecord(-1, IN_Q_OVERFLOW);
    if (records_.empty() || records_.back() != overflow) records_.push_back(overflow);
}

long Inotify::read(char* buffer, std::size_t size) {
    if (records_.empty()) return -EAGAIN;
    std::size_t filled = 0;
    while (!records_.empty() && filled + records_.front().size() <= size) {
        std::memcpy(buffer + filled, records_.front().data(), records_.front().size());
        filled += records_.front().size();
        records_.pop_front();
    }
    return filled == 0 ? -EINVAL : static_cast<long>(filled);
}

std::shared_ptr<Inotify> Watchers::open() {
    auto inotify = std::make_shared<Inotify>(limits);
    open_.push_back(inotify);
    return inotify;
}

std::shared_ptr<Fanotify> Watchers::openFanotify(std::function<int(int)> openMaker) {
    auto fanotify = std::make_shared<Fanotify>(std::move(openMaker), limits.queued);
    openFanotify_.push_back(fanotify);
    return fanotify;
}

void Watchers::changed(const Node& node, std::uint32_t event) {
    tell(node, event, {});
    if (event == IN_DELETE_SELF)
        for (const auto& watcher : open_)
            if (const auto inotify = watcher.lock()) inotify->drop(node);
    if (node.parent == nullptr || node.removed) return;
    tell(*node.parent, node.isDirectory() ? event | IN_ISDIR : event, node.name);
    for (const auto& one : openFanotify_)
        if (const auto fanotify = one.lock()) fanotify->changed(node, event, maker);
}

void Watchers::named(const Node& directory, std::uint32_t event, const Node& child) {
    if (event == IN_MOVED_FROM) ++cookie_;
    const bool moves = event == IN_MOVED_FROM || event == IN_MOVED_TO;
    tell(directory, child.isDirectory() ? event | IN_ISDIR : event, child.name, moves ? cookie_ : 0);
    for (const auto& one : openFanotify_)
        if (const auto fanotify = one.lock()) fanotify->named(directory, event, child, maker);
}

void Watchers::tell(const Node& node, std::uint32_t event, std::string_view name, std::uint32_t cookie) {
    for (const auto& watcher : open_)
        if (const auto inotify = watcher.lock()) inotify->tell(node, event, name, cookie);
}

}  // namespace prune::memory

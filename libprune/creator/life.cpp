// SPDX-License-Identifier: MIT
#include "creator/life.h"

namespace prune {

namespace {

constexpr std::string_view kLifeWords[] = {"alive", "gone", "unknown"};
constexpr std::string_view kRungWords[] = {"pidfd-handle",     "pidfd-inode",        "start-time",
                                           "namespace-handle", "mount-namespace-id", "scan"};

}  // namespace

std::string_view word(Life life) { return kLifeWords[static_cast<std::size_t>(life)]; }

std::string_view word(Rung rung) { return kRungWords[static_cast<std::size_t>(rung)]; }

LifeAnswer lifeOfTask(System& system, const Task& task) {
    if (const auto life = lifeByPidfdHandle(system, task)) return {*life, Rung::pidfdHandle};
    if (const auto life = lifeByPidfdInode(system, task)) return {*life, Rung::pidfdInode};
    return {lifeByStartTime(system, task), Rung::startTime};
}

LifeAnswer lifeOfNamespace(System& system, const Namespace& held) {
    if (const auto life = lifeByNamespaceHandle(system, held)) return {*life, Rung::namespaceHandle};
    if (const auto life = lifeByMountNamespaceId(system, held)) return {*life, Rung::mountNamespaceId};
    return {lifeByScan(system, held), Rung::scan};
}

LifeAnswer lifeOf(System& system, const Creator& creator) {
    if (creator.held && creator.decides == Decides::nameSpace) return lifeOfNamespace(system, *creator.held);
    const auto* task = decidingTask(creator);
    return task != nullptr ? lifeOfTask(system, *task) : LifeAnswer{};
}

}  // namespace prune

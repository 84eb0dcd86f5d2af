// SPDX-License-Identifier: MIT
/// Is a creator still there? Each rung asks the kernel in another way; the best that is to be had answers.
/// Changes nothing. Since 1.0. One thread per System. Kernel facts: design.md section 7, kernel.md.
#pragma once

#include <optional>
#include <string_view>

#include "creator/creator.h"

namespace prune {

/// Unknown is an answer: in doubt a creator is not gone.
enum class Life { alive, gone, unknown };

enum class Rung { pidfdHandle, pidfdInode, startTime, namespaceHandle, mountNamespaceId, scan };

/// "alive", "gone", "unknown"; "pidfd-handle", "pidfd-inode", "start-time", "namespace-handle", ...
std::string_view word(Life life);
std::string_view word(Rung rung);

struct LifeAnswer {
    Life life = Life::unknown;
    Rung rung = Rung::startTime;  ///< who said so

    bool operator==(const LifeAnswer&) const = default;
};

/// By what decides for this creator.
LifeAnswer lifeOf(System& system, const Creator& creator);
LifeAnswer lifeOfTask(System& system, const Task& task);
LifeAnswer lifeOfNamespace(System& system, const Namespace& held);

// The rungs, best first. Nothing: the record or the kernel has it not. A zombie is gone.
// From inside a pid namespace that is not the initial one none of them says gone.
std::optional<Life> lifeByPidfdHandle(System& system, const Task& task);  ///< 6.14+
std::optional<Life> lifeByPidfdInode(System& system, const Task& task);   ///< 6.9+
Life lifeByStartTime(System& system, const Task& task);                   ///< pid and start time: everywhere
std::optional<Life> lifeByNamespaceHandle(System& system, const Namespace& held);   ///< 6.18+
std::optional<Life> lifeByMountNamespaceId(System& system, const Namespace& held);  ///< 6.11+
/// Looks for a process in the namespace: alive or unknown, never gone, since a descriptor or a mount alone
/// can hold it.
Life lifeByScan(System& system, const Namespace& held);

}  // namespace prune

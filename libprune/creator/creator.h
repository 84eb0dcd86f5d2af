// SPDX-License-Identifier: MIT
/// Who asked for a cgroup, by everything that can tell it from whoever comes later. Plain values. Since 1.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/record.h"
#include "sys/system.h"

namespace prune {

/// A process. Numbers are handed out again; the others are not.
struct Task {
    int pid = 0;                            ///< in the initial pid namespace
    std::uint64_t startTicks = 0;           ///< /proc/PID/stat, field 22
    std::uint64_t pidfdInode = 0;           ///< st_ino of its pidfd, where that is its own (6.9+); else 0
    std::optional<FileHandle> pidfdHandle;  ///< 6.14+

    bool operator==(const Task&) const = default;
};

enum class NamespaceType : std::size_t { cgroup, ipc, mnt, net, pid, time, user, uts, count_ };
constexpr std::size_t kNamespaceTypes = static_cast<std::size_t>(NamespaceType::count_);

/// As in /proc/PID/ns: "mnt", "pid", ...
const char* word(NamespaceType type);
/// The type of that word, if there is one.
std::optional<NamespaceType> namespaceTypeFromWord(std::string_view text);

/// A namespace. Its inode number is handed out again at once (kernel.md "Namespaces and tasks").
struct Namespace {
    NamespaceType type = NamespaceType::pid;
    std::uint64_t inode = 0;
    std::uint64_t id = 0;              ///< never the same twice (6.18+; mount namespaces: 6.11+); else 0
    std::optional<FileHandle> handle;  ///< 6.18+

    bool operator==(const Namespace&) const = default;
};

/// Whose end is the creator's end.
enum class Decides {
    task,       ///< the requestor itself: it was in the initial pid namespace
    init,       ///< the first process of the requestor's pid namespace, which ends with it
    session,    ///< the requestor's session leader, on request
    nameSpace,  ///< one namespace of the requestor, on request: it ends when nothing holds it any more
};

/// "task", "init", "session", "namespace".
std::string_view word(Decides decides);

struct Creator {
    Decides decides = Decides::task;
    std::string name;  ///< the requestor's, for people
    std::uint32_t user = 0;
    Task task;                      ///< the requestor
    std::optional<Task> init;       ///< set where the requestor is in another than the initial pid namespace
    std::optional<Task> session;    ///< set where it decides
    std::optional<Namespace> held;  ///< the namespace that decides
    std::array<std::uint64_t, kNamespaceTypes> namespaces{};  ///< inode numbers, to look at; 0: not told

    bool operator==(const Creator&) const = default;
};

/// The task whose end is the creator's; nullptr where a namespace decides, or it is not recorded. Of
/// `creator`.
const Task* decidingTask(const Creator& creator);

/// Adds the creator's lines to a record; the format is in cgprune-state(5).
void writeCreator(RecordWriter& writer, const Creator& creator);
/// Reads them; nothing if they are not exactly a creator's.
std::optional<Creator> readCreator(RecordReader& reader);

/// The same lines by themselves: the body of a fact.
std::string formatCreator(const Creator& creator);
std::optional<Creator> parseCreator(std::string_view lines);

}  // namespace prune

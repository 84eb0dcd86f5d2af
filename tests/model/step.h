// SPDX-License-Identifier: MIT
/// One step in the life of a few cgroups, and the line of text that it is stored as: "enter p0 /a".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prune::model {

enum class Kind {
    // what users, managers and the kernel do
    make,      ///< PATH
    remove,    ///< PATH: somebody else's rmdir
    rename,    ///< PATH NAME
    flag,      ///< PATH 0|1: notify_on_release
    owner,     ///< PATH UID: chown, of what moves tasks too
    start,     ///< PROCESS
    end,       ///< PROCESS
    enter,     ///< PROCESS PATH
    leave,     ///< PROCESS: to the root
    lock,      ///< PATH: a manager's shared lock
    unlock,    ///< PATH
    rmdirs,    ///< fail|work: every rmdir of the library
    takeOver,  ///< other|ours: who is in release_agent
    spoil,     ///< PATH creator|delegated: what is remembered becomes unreadable
    clock,     ///< MILLISECONDS
    conf,      ///< NAME, see confs.h
    lose,      ///< the kernel's oldest call is lost
    // what is asked of the library
    join,        ///< PROCESS PATH: prune_enter(), with the flag
    keep,        ///< PATH root|owner
    unkeep,      ///< PATH root|owner
    creator,     ///< PATH PROCESS: prune_register_pid()
    forget,      ///< PATH
    delegate,    ///< PATH UID
    undelegate,  ///< PATH
    agent,       ///< the agent, for the kernel's oldest call
    release,     ///< PATH real|dry
    retry,       ///< due|now|stuck|now-stuck real|dry
    sweep,       ///< real|dry
    prune,       ///< PATH real|dry: prune_subtree()
    count_
};

constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::count_);

struct Step {
    Kind kind = Kind::lose;
    std::vector<std::string> words;

    bool operator==(const Step&) const = default;
};

/// A sequence as it is run: on a kernel of which age, and what.
struct Sequence {
    bool tellsNamespaces = false;  ///< a kernel that tells for certain when a namespace has ended (6.18)
    std::vector<Step> steps;
};

/// "make", "take-over", ...
std::string_view word(Kind kind);
std::string textOf(const Step& step);
/// One step a line, with a line "kernel old|new" before them.
std::string textOf(const Sequence& sequence);
/// Back; lines that begin with '#' and empty ones are let pass. Nothing: `wrong` is the line that is no step.
std::optional<Sequence> parseSequence(std::string_view text, std::string& wrong);

/// The words that a step's place can have; empty: any number.
const std::vector<std::vector<std::string>>& choicesOf(Kind kind);

/// All paths, sorted; all processes.
const std::vector<std::string>& paths();
const std::vector<std::string>& processes();
/// "" for "/a", "/a" for "/a/b"; and the name below that.
std::string parentOf(const std::string& path);
std::string nameOf(const std::string& path);

}  // namespace prune::model

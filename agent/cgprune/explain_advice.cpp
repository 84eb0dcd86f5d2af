// SPDX-License-Identifier: MIT
#include "cgprune/explain_advice.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace prune {

namespace {

constexpr const char* kToKeepUnknown =
    "to keep it: cgprune keep {directory}, cgprune register {directory} --creator PID, or unknown-creator = "
    "keep in {rule}";
constexpr const char* kToFlag =
    "now: cgprune prune {directory}; once a task was in it again: echo 1 > {directory}/notify_on_release; "
    "for all that are made later: cgprune enable {hierarchy} --default-on";
constexpr const char* kToKeep = "to keep it: cgprune keep {directory}; a task that enters it keeps it, too";

/// In the order of Reason; what is in braces is a member of AdviceWords.
constexpr const char* kAdvice[] = {
    // keep
    "the end of its tasks, which cat {directory}/cgroup.procs lists (on v2 those below it count, too)",
    "the removal of what is below it: cgprune prune {directory} --dry-run lists what can go",
    "{unkeep}",
    kToFlag,
    "another policy in {rule}, or a rule before it that fits; --as-if 'policy = ...' tries one",
    "cgprune delegate {directory} --uid N --gid N, or creator-gone in the policy of {rule}",
    "cgprune register {directory} --creator PID, or unknown-creator = remove in {rule}",
    "a rule with hierarchy = unified whose path fits it; --conf FILE tries one",
    "inside-delegation = yes in {rule}",
    "sweep = yes in {rule}, a registered creator that is gone, or cgprune prune {directory}",
    "time, or a shorter --older-than",
    "another --match",
    // remove
    kToKeep,
    "to keep it: cgprune keep {directory}, or cgprune undelegate {directory} if it was registered",
    "to keep it: cgprune keep {directory}, or delegated-by-owner = no in {rule}",
    kToKeep,
    kToKeepUnknown,
    // defer
    "{creatorEnd}, or cgprune forget {directory}",
    "{undetermined}",
    "the end of its linger; a shorter linger in {rule}",
    "the end of ambiguous-linger; cgprune enable {hierarchy} gives the hierarchy an agent path of its own",
    "the end of whoever holds its lock, which lslocks may list; or lock-patience, after which it goes anyway",
    "conf without errors: cgprune check lists them",
    "the end of sweep-linger in {rule}",
    "the end of what makes the removal fail, which the log names; it is tried again until give-up",
    "a mount of {hierarchy}",
    "cgprune retry --stuck, once what made the removal fail is mended",
};
static_assert(std::size(kAdvice) == static_cast<std::size_t>(Reason::count_));

bool isPlain(char c) {
    constexpr std::string_view kPlainMarks = "/._-+,:@%=";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPlainMarks.find(c) != std::string_view::npos;
}

}  // namespace

std::string adviceFor(Reason reason, const AdviceWords& words) {
    const auto index = static_cast<std::size_t>(reason);
    if (index >= std::size(kAdvice)) return {};
    return fmt::format(fmt::runtime(kAdvice[index]), fmt::arg("directory", words.directory),
                       fmt::arg("hierarchy", words.hierarchy), fmt::arg("rule", words.rule),
                       fmt::arg("unkeep", words.unkeep), fmt::arg("creatorEnd", words.creatorEnd),
                       fmt::arg("undetermined", words.undetermined));
}

std::string shellWord(std::string_view bytes) {
    if (!bytes.empty() && std::all_of(bytes.begin(), bytes.end(), isPlain)) return std::string(bytes);
    std::string word = "$'";
    for (const char c : escapeForPeople(bytes)) word += c == '\'' ? R"(\x27)" : std::string(1, c);
    return word + '\'';
}

}  // namespace prune

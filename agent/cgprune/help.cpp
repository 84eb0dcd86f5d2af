// SPDX-License-Identifier: MIT
#include "cgprune/help.h"

#include <fmt/format.h>

#include "cgprune/command_line.h"

namespace prune {

namespace {

constexpr std::string_view kExits =
    "Exit: 0 done, 1 failed, 2 wrong use, 3 something was left. See cgprune(8).";

std::string spelled(const Option& option) {
    return fmt::format("--{}{}{}", option.name, option.argument.empty() ? "" : " ", option.argument);
}

}  // namespace

std::string usageLine(const Verb& verb) {
    std::string line = fmt::format("cgprune {}", verb.name);
    if (!verb.operands.empty()) line += fmt::format(" {}", verb.operands);
    for (const auto& option : verb.options) line += fmt::format(" [{}]", spelled(option));
    if (verb.changes) line += " [--dry-run]";
    if (verb.printsJson) line += " [--json]";
    return line + (verb.takesCommand ? " -- COMMAND [ARG...]" : "");
}

std::string programHelp() {
    std::string text =
        "Usage: cgprune VERB ...   Sets up and looks after release-agent, which removes cgroups that became "
        "empty.\n\n";
    for (const auto& verb : allVerbs())
        text += fmt::format("  {:<26}{}\n", fmt::format("{} {}", verb.name, verb.operands), verb.summary);
    text += fmt::format(
        "\nPATH is a cgroup path with --hierarchy H, or a directory below a cgroup mount.\n"
        "All verbs take --json, --root DIR and --help; those that change something take --dry-run.\n{}\n",
        kExits);
    return text;
}

std::string verbHelp(const Verb& verb) {
    std::string text = fmt::format("Usage: {}\n{}\n\n", usageLine(verb), verb.details);
    for (const auto& option : optionsOf(verb))
        text += fmt::format("  {:<18}{}\n", spelled(option), option.help);
    return text + fmt::format("{}\n", kExits);
}

}  // namespace prune

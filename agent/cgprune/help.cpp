// SPDX-License-Identifier: MIT
#include "cgprune/help.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/command_line.h"

namespace prune {

namespace {

constexpr std::size_t kColumns = 80;
constexpr std::string_view kExits =
    "Exit: 0 done, 1 failed, 2 wrong use, 3 something was left. See cgprune(8).";

std::string spelled(const Option& option) {
    return fmt::format("--{}{}{}", option.name, option.argument.empty() ? "" : " ", option.argument);
}

/// What stays together where a usage line is broken.
std::vector<std::string> usageParts(const Verb& verb) {
    std::vector<std::string> parts = {"cgprune", std::string(verb.name)};
    if (!verb.operands.empty()) parts.emplace_back(verb.operands);
    for (const auto& option : verb.options) parts.push_back('[' + spelled(option) + ']');
    if (verb.changes) parts.emplace_back("[--dry-run]");
    if (verb.printsJson) parts.emplace_back("[--json]");
    if (verb.takesCommand) parts.emplace_back("-- COMMAND [ARG...]");
    return parts;
}

/// Lines as long as fit; those behind the first are indented.
std::string filled(const std::vector<std::string>& parts, std::string line, std::size_t indent) {
    std::string text;
    if (parts.empty()) return text;
    const char* before = "";
    for (const auto& part : parts) {
        if (line.size() + part.size() >= kColumns) {
            text += line + '\n';
            line.assign(indent, ' ');
            before = "";
        }
        line += before + part;
        before = " ";
    }
    return text + line + '\n';
}

void addWords(std::vector<std::string>& words, std::string_view text) {
    while (!text.empty()) words.emplace_back(cutField(text, ' '));
}

std::string optionLines(const Option& option) {
    constexpr std::size_t kHelpAt = 20;
    std::vector<std::string> words;
    addWords(words, option.help);
    return filled(words, fmt::format("{:<{}}", "  " + spelled(option), kHelpAt), kHelpAt);
}

/// The lines of the table are parted anew, but for those that are indented.
std::string detailLines(const Verb& verb) {
    std::string text;
    std::vector<std::string> words;
    std::string_view rest = verb.details;
    while (!rest.empty()) {
        const auto line = cutField(rest, '\n');
        if (line.starts_with(' '))
            text += filled(std::exchange(words, {}), "", 0) + std::string(line) + '\n';
        else
            addWords(words, line);
    }
    return text + filled(words, "", 0);
}

}  // namespace

std::string usageLine(const Verb& verb) { return fmt::format("{}", fmt::join(usageParts(verb), " ")); }

std::string programHelp() {
    std::string text = "Usage: cgprune VERB ...   Has cgroups removed that became empty; see VERB --help\n";
    for (const auto& verb : allVerbs())
        text += fmt::format("  {:<24}{}\n", fmt::format("{} {}", verb.name, verb.operands), verb.summary);
    return text +
           fmt::format("PATH: a directory below a cgroup mount, or a cgroup path with --hierarchy H.\n{}\n",
                       kExits);
}

std::string verbHelp(const Verb& verb) {
    std::string text = filled(usageParts(verb), "Usage: ", 4) + detailLines(verb) + '\n';
    for (const auto& option : optionsOf(verb)) text += optionLines(option);
    return text + fmt::format("{}\n", kExits);
}

}  // namespace prune

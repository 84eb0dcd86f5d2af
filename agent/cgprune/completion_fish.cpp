// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cgprune/command_line.h"
#include "cgprune/completion.h"

namespace prune {

namespace {

constexpr std::string_view kFishHead = R"(# SPDX-License-Identifier: MIT
# fish completion for cgprune, made by: cgprune completion fish

function __cgprune_hierarchies
    cut -d: -f2 /proc/self/cgroup 2>/dev/null | sed 's/^$/unified/'
end

complete -c cgprune -f
complete -c cgprune -n __fish_use_subcommand -l help -d 'what there is'
complete -c cgprune -n __fish_use_subcommand -l version -d 'the version'
)";

/// For between single quotes.
std::string escapedForFish(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

const char* offered(Completes what) {
    switch (what) {
        case Completes::hierarchies:
            return " -a '(__cgprune_hierarchies)'";
        case Completes::folders:
            return " -a '(__fish_complete_directories)'";
        case Completes::files:
            return " -F";
        case Completes::nothing:
            break;
    }
    return "";
}

std::string fishLines(const Verb& verb) {
    std::string text = fmt::format("complete -c cgprune -n __fish_use_subcommand -a {} -d '{}'\n", verb.name,
                                   escapedForFish(verb.summary));
    const auto when = fmt::format("complete -c cgprune -n '__fish_seen_subcommand_from {}'", verb.name);
    if (const char* operand = offered(completesFor(verb.operands)); *operand != '\0')
        text += fmt::format("{}{}\n", when, operand);
    for (const auto& option : optionsOf(verb))
        text += fmt::format(
            "{} -l {}{} -d '{}'\n", when, option.name,
            option.argument.empty() ? "" : fmt::format(" -r{}", offered(completesFor(option.argument))),
            escapedForFish(option.help));
    return text;
}

}  // namespace

std::string fishCompletion() {
    std::string text(kFishHead);
    for (const auto& verb : allVerbs()) text += fishLines(verb);
    return text;
}

}  // namespace prune

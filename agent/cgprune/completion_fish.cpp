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
)";

constexpr const char* kBeforeVerb = "complete -c cgprune -n __fish_use_subcommand";

/// For between single quotes.
std::string escapedForFish(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string offered(std::string_view word) {
    switch (completesFor(word)) {
        case Completes::hierarchies:
            return " -a '(__cgprune_hierarchies)'";
        case Completes::folders:
            return " -a '(__fish_complete_directories)'";
        case Completes::files:
            return " -F";
        case Completes::words:
            return fmt::format(" -a '{}'", fmt::join(wordsFor(word), " "));
        case Completes::nothing:
            break;
    }
    return "";
}

std::string fishOptions(const std::string& when, const std::vector<Option>& options) {
    std::string text;
    for (const auto& option : options)
        text += fmt::format("{} -l {}{} -d '{}'\n", when, option.name,
                            option.argument.empty() ? "" : " -r" + offered(option.argument),
                            escapedForFish(option.help));
    return text;
}

std::string fishLines(const Verb& verb) {
    std::string text =
        fmt::format("{} -a {} -d '{}'\n", kBeforeVerb, verb.name, escapedForFish(verb.summary));
    const auto when = fmt::format("complete -c cgprune -n '__fish_seen_subcommand_from {}'", verb.name);
    if (const auto operand = offered(verb.operands); !operand.empty()) text += when + operand + '\n';
    return text + fishOptions(when, optionsOf(verb));
}

}  // namespace

std::string fishCompletion() {
    auto text = std::string(kFishHead) + fishOptions(kBeforeVerb, programOptions());
    for (const auto& verb : allVerbs()) text += fishLines(verb);
    return text;
}

}  // namespace prune

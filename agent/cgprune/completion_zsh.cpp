// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cgprune/command_line.h"
#include "cgprune/completion.h"

namespace prune {

namespace {

constexpr std::string_view kZshHead = R"zsh(#compdef cgprune
# SPDX-License-Identifier: MIT
# zsh completion for cgprune, made by: cgprune completion zsh

_cgprune_hierarchies() {
    local -a names
    names=(${(f)"$(cut -d: -f2 /proc/self/cgroup 2>/dev/null | sed 's/^$/unified/')"})
    compadd -a names
}

)zsh";

/// For between single quotes in a description, where brackets and colons mean something.
std::string escapedForZsh(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'')
            result += "'\\'";
        else if (c == '[' || c == ']' || c == ':' || c == '\\')
            result += '\\';
        result += c;
    }
    return result;
}

std::string actionOf(std::string_view word) {
    switch (completesFor(word)) {
        case Completes::hierarchies:
            return "_cgprune_hierarchies";
        case Completes::folders:
            return "_files -/";
        case Completes::files:
            return "_files";
        case Completes::words:
            return fmt::format("({})", fmt::join(wordsFor(word), " "));
        case Completes::nothing:
            break;
    }
    return " ";
}

std::string optionSpec(const Option& option) {
    const auto argument = option.argument.empty() ? std::string()
                                                  : fmt::format(":{}:{}", escapedForZsh(option.argument),
                                                                actionOf(option.argument));
    return fmt::format("'--{}[{}]{}'", option.name, escapedForZsh(option.help), argument);
}

std::string zshCase(const Verb& verb) {
    std::string text = fmt::format("        {})\n            _arguments", verb.name);
    for (const auto& option : optionsOf(verb)) text += " \\\n                " + optionSpec(option);
    if (!verb.operands.empty())
        text += fmt::format(" \\\n                '*:{}:{}'", escapedForZsh(verb.operands),
                            actionOf(verb.operands));
    return text + "\n            ;;\n";
}

}  // namespace

std::string zshCompletion() {
    std::string options;
    std::string verbs;
    std::string cases;
    for (const auto& option : programOptions()) options += optionSpec(option) + " \\\n        ";
    for (const auto& verb : allVerbs()) {
        verbs += fmt::format("        '{}:{}'\n", verb.name, escapedForZsh(verb.summary));
        cases += zshCase(verb);
    }
    return fmt::format(
        "{}"
        "_cgprune() {{\n"
        "    local context state state_descr line\n"
        "    typeset -A opt_args\n"
        "    local -a verbs\n"
        "    verbs=(\n{}    )\n"
        "    _arguments -C {}'1: :->verb' '*:: :->rest'\n"
        "    case $state in\n"
        "    verb) _describe 'verb' verbs ;;\n"
        "    rest)\n"
        "        case $line[1] in\n{}        esac\n"
        "        ;;\n"
        "    esac\n"
        "}}\n\n"
        "_cgprune \"$@\"\n",
        kZshHead, verbs, options, cases);
}

}  // namespace prune

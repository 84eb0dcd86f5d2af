// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cgprune/command_line.h"
#include "cgprune/completion.h"

namespace prune {

namespace {

// bash takes "=" and ":" for ends of words, so the word is cut from the line, and what it began with is cut
// off again.
constexpr std::string_view kHelpers = R"bash(# SPDX-License-Identifier: MIT
# bash completion for cgprune, made by: cgprune completion bash

_cgprune_hierarchies() { cut -d: -f2 /proc/self/cgroup 2>/dev/null | sed 's/^$/unified/'; }

_cgprune_offer() { # KIND WORD [WORDS]
    case $1 in
    words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$2") ;;
    hierarchies) mapfile -t COMPREPLY < <(compgen -W "$(_cgprune_hierarchies)" -- "$2") ;;
    folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    esac
    local cut=${2%"${2##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}

)bash";

const char* kindOf(Completes what) {
    switch (what) {
        case Completes::hierarchies:
            return "hierarchies";
        case Completes::folders:
            return "folders";
        case Completes::files:
            return "files";
        case Completes::words:
            return "words";
        case Completes::nothing:
            break;
    }
    return "nothing";
}

/// The options before a verb whose argument is no verb, as a pattern.
std::string withArgument() {
    std::string pattern;
    for (const auto& option : programOptions())
        if (!option.argument.empty())
            pattern += fmt::format("{}--{}", pattern.empty() ? "" : "|", option.name);
    return pattern;
}

std::string bashCase(std::string_view verb, const std::vector<Option>& options, Completes operand,
                     const std::vector<std::string_view>& choices) {
    std::string names;
    std::string arguments;
    for (const auto& option : options) {
        names += fmt::format("{}--{}", names.empty() ? "" : " ", option.name);
        if (!option.argument.empty())
            arguments +=
                fmt::format("        --{}) _cgprune_offer {} \"$cur\" '{}'; return ;;\n", option.name,
                            kindOf(completesFor(option.argument)), fmt::join(wordsFor(option.argument), " "));
    }
    const auto choice = arguments.empty() ? "" : "        case $previous in\n" + arguments + "        esac\n";
    return fmt::format("    {})\n{}        options='{}' operand={} choices='{}'\n        ;;\n", verb, choice,
                       names, kindOf(operand), fmt::join(choices, " "));
}

constexpr std::string_view kBashFunctions =
    R"bash(_cgprune_verb() {{ # PROGRAM WORD...: the first word that is no option
    while shift && (($# > 0)); do
        case $1 in
        {}) shift ;;
        -*) ;;
        *) echo "$1"; return ;;
        esac
    done
}}

_cgprune() {{
    local line=${{COMP_LINE:0:COMP_POINT}} cur previous options operand choices
    local -a before
    cur=${{line##*[[:space:]]}}
    read -ra before <<<"${{line%"$cur"}}"
    previous=${{before[${{#before[@]}} - 1]}}
    if [[ $cur == --*=* ]]; then previous=${{cur%%=*}} cur=${{cur#*=}}; fi
    COMPREPLY=()
    case $(_cgprune_verb "${{before[@]}}") in
{}    *) return ;;
    esac
    case $cur in
    -*) _cgprune_offer words "$cur" "$options" ;;
    *) _cgprune_offer "$operand" "$cur" "$choices" ;;
    esac
}}
complete -F _cgprune cgprune
)bash";

}  // namespace

std::string bashCompletion() {
    std::vector<std::string_view> verbs;
    std::string cases;
    for (const auto& verb : allVerbs()) {
        verbs.push_back(verb.name);
        cases += bashCase(verb.name, optionsOf(verb), completesFor(verb.operands), wordsFor(verb.operands));
    }
    cases += bashCase("''", programOptions(), Completes::words, verbs);
    return std::string(kHelpers) + fmt::format(kBashFunctions, withArgument(), cases);
}

}  // namespace prune

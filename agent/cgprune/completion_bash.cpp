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

_cgprune_verb() { # the first word that is no option
    local i
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        --root) ((++i)) ;;
        -*) ;;
        *) echo "${COMP_WORDS[i]}"; return ;;
        esac
    done
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
        case Completes::nothing:
            break;
    }
    return "nothing";
}

std::string bashCase(const Verb& verb) {
    std::string words;
    std::string arguments;
    for (const auto& option : optionsOf(verb)) {
        words += fmt::format("{}--{}", words.empty() ? "" : " ", option.name);
        if (!option.argument.empty())
            arguments += fmt::format("        --{}) _cgprune_offer {} \"$cur\"; return ;;\n", option.name,
                                     kindOf(completesFor(option.argument)));
    }
    const auto choice = arguments.empty() ? "" : "        case $previous in\n" + arguments + "        esac\n";
    return fmt::format("    {})\n{}        options='{}' operand={}\n        ;;\n", verb.name, choice, words,
                       kindOf(completesFor(verb.operands)));
}

}  // namespace

std::string bashCompletion() {
    std::string verbs;
    std::string cases;
    for (const auto& verb : allVerbs()) {
        verbs += fmt::format("{}{}", verbs.empty() ? "" : " ", verb.name);
        cases += bashCase(verb);
    }
    return fmt::format(
        "{}"
        "_cgprune() {{\n"
        "    local cur=${{COMP_LINE:0:COMP_POINT}} previous=${{COMP_WORDS[COMP_CWORD-1]}} options "
        "operand\n"
        "    cur=${{cur##*[[:space:]]}}\n"
        "    COMPREPLY=()\n"
        "    case $(_cgprune_verb) in\n"
        "    '') options='--help --version --root' operand=verbs ;;\n"
        "{}"
        "    *) return ;;\n"
        "    esac\n"
        "    case $cur:$operand in\n"
        "    -*) _cgprune_offer words \"$cur\" \"$options\" ;;\n"
        "    *:verbs) _cgprune_offer words \"$cur\" '{}' ;;\n"
        "    *) _cgprune_offer \"$operand\" \"$cur\" ;;\n"
        "    esac\n"
        "}}\n"
        "complete -F _cgprune cgprune\n",
        kHelpers, cases, verbs);
}

}  // namespace prune

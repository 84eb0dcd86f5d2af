// SPDX-License-Identifier: MIT
// cgprune completion: what a shell needs to complete cgprune's command line.
#include <array>
#include <utility>

#include "base/text.h"
#include "cgprune/completion.h"
#include "cgprune/verb.h"

namespace prune {

namespace {

using Maker = std::string (*)();
constexpr std::array<std::pair<std::string_view, Maker>, 3> kShells = {
    {{"bash", bashCompletion}, {"zsh", zshCompletion}, {"fish", fishCompletion}}};

int runCompletion(Session& session, const Arguments& arguments) {
    const auto& typed = arguments.operands.front();
    for (const auto& [name, make] : kShells) {
        if (name != typed) continue;
        const auto script = make();
        session.out.say(std::string_view(script).substr(0, script.size() - 1),
                        {{"shell", name}, {"script", script}});
        return kDone;
    }
    session.out.problem("there is no completion for " + escapeForPeople(typed) +
                        ", only for bash, zsh and fish");
    return kUsage;
}

}  // namespace

Verb completionVerb() {
    Verb verb;
    verb.name = "completion";
    verb.operands = "SHELL";
    verb.fewest = 1;
    verb.most = 1;
    verb.summary = "a script for bash, zsh or fish that completes cgprune";
    verb.details =
        "Prints it. Packages install it where the shell looks for it; by hand, for bash:\n"
        "    . <(cgprune completion bash)";
    verb.needsRoot = false;
    verb.run = runCompletion;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Scripts that complete cgprune's command line in a shell, made from the table of verbs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prune {

/// What is offered for an operand or for an option's argument.
enum class Completes { nothing, hierarchies, folders, files, words };

/// By what usage lines call it: "HIERARCHY", "[PATH]", "FILE", ...
Completes completesFor(std::string_view word);

/// Of what completes by words: these.
std::vector<std::string_view> wordsFor(std::string_view word);

std::string bashCompletion();
std::string zshCompletion();
std::string fishCompletion();

}  // namespace prune

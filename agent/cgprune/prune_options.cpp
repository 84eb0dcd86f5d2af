// SPDX-License-Identifier: MIT
#include "cgprune/prune_options.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "policy/error_list.h"
#include "policy/values.h"
#include "sys/wall_clock.h"

namespace prune {

namespace {

struct ForceWord {
    std::string_view word;
    bool SubtreeForce::*member;
};
constexpr ForceWord kForceWords[] = {{"kept", &SubtreeForce::kept},
                                     {"creator", &SubtreeForce::creator},
                                     {"lock", &SubtreeForce::lock},
                                     {"delegated", &SubtreeForce::delegated}};

/// Reads the value of an option as the conf's parser does, with its errors.
template <class Read>
auto readAs(const Option& option, std::string_view text, Read read)
    -> Result<typename decltype(read(std::declval<const Value&>()))::value_type> {
    ErrorList errors(option.name);
    auto value = read(Value{{text, 1}, 1, errors});
    if (value) return std::move(*value);
    return Error{"--" + std::string(option.name) + ": " + errors.takeSorted().front().message, 0};
}

/// A path as a pattern that fits just it.
std::string literal(std::string_view path) {
    std::string pattern;
    for (const char c : path) pattern += c == '*' ? R"(\x2a)" : c == '\\' ? R"(\x5c)" : std::string(1, c);
    return pattern;
}

bool isWhole(std::string_view glob) { return glob.starts_with('/'); }

Error noSuchForce(std::string_view typed) {
    std::vector<std::string_view> known;
    for (const auto& [word, member] : kForceWords) known.push_back(word);
    const auto nearest = nearestWord(typed, known);
    return {"--force " + quoted(typed) + "; expected one or more of kept,creator,lock,delegated" +
                (nearest.empty() ? "" : "; did you mean " + quoted(nearest) + "?"),
            0};
}

Result<SubtreeForce> readForce(std::string_view words) {
    SubtreeForce force;
    do {
        const auto typed = cutField(words, ',');
        const auto found = std::find_if(std::begin(kForceWords), std::end(kForceWords),
                                        [&](const auto& one) { return one.word == typed; });
        if (found == std::end(kForceWords)) return noSuchForce(typed);
        force.*(found->member) = true;
    } while (!words.empty());
    return force;
}

}  // namespace

Result<SubtreeOptions> readPruneOptions(const Arguments& arguments) {
    SubtreeOptions options;
    options.wallNowNs = wallTimeNs();
    if (arguments.has(kOlderThanOption.name)) {
        const auto age = readAs(kOlderThanOption, arguments.value(kOlderThanOption.name), readDuration);
        if (!age.ok()) return age.error();
        options.olderThanMs = age.value();
    }
    if (arguments.has(kMatchOption.name)) {
        const auto glob = arguments.value(kMatchOption.name);
        auto match = readAs(kMatchOption, isWhole(glob) ? glob : '/' + glob, readPath);
        if (!match.ok()) return match.takeError();
        options.match = std::move(match.value());
    }
    if (arguments.has(kForceOption.name)) {
        const auto force = readForce(arguments.value(kForceOption.name));
        if (!force.ok()) return force.error();
        options.force = force.value();
    }
    return options;
}

void placeMatch(SubtreeOptions& options, const Arguments& arguments, std::string_view top) {
    if (!options.match.empty() && !isWhole(arguments.value(kMatchOption.name)))
        options.match.insert(0, literal(top));
}

std::string_view forceWordFor(Reason reason) {
    switch (reason) {
        case Reason::kept:
            return "kept";
        case Reason::creatorAlive:
        case Reason::creatorUndetermined:
            return "creator";
        case Reason::lockHeld:
            return "lock";
        case Reason::insideDelegation:
            return "delegated";
        default:
            return "";
    }
}

}  // namespace prune

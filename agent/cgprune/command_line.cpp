// SPDX-License-Identifier: MIT
#include "cgprune/command_line.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/program_options.hpp>

#include "base/text.h"
#include "cgprune/help.h"
#include "policy/error_list.h"

namespace prune {

namespace {

namespace po = boost::program_options;

// No guessing from the beginning of a name: an option added later would change what a script says.
constexpr auto kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
constexpr const char* kOperand = "operand";

po::options_description describe(const std::vector<Option>& options) {
    po::options_description all;
    for (const auto& option : options) {
        const std::string name = std::string(option.name) + (option.name == "help" ? ",h" : "");
        if (option.argument.empty())
            all.add_options()(name.c_str(), "");
        else
            all.add_options()(name.c_str(), po::value<std::string>(), "");
    }
    all.add_options()(kOperand, po::value<std::vector<std::string>>(), "");
    return all;
}

/// Puts an option where verbs find it: the last one counts, or all of those that repeat.
Status put(Arguments& arguments, const std::vector<Option>& known, const po::basic_option<char>& given) {
    const auto& name = given.string_key;
    const auto value = given.value.empty() ? std::string() : given.value.front();
    const auto option =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == name; });
    if (value.empty() && !option->argument.empty())
        return Error{"--" + name + ' ' + std::string(option->argument) + " is empty", 0};
    if (option->repeats && arguments.has(name))
        arguments.options[name] += '\n' + value;
    else
        arguments.options[name] = value;
    return {};
}

Result<Arguments> parse(const std::vector<std::string>& words, const std::vector<Option>& options) try {
    const auto described = describe(options);
    po::positional_options_description positional;
    positional.add(kOperand, -1);
    const auto parsed =
        po::command_line_parser(words).options(described).positional(positional).style(kStyle).run();
    Arguments arguments;
    for (const auto& option : parsed.options) {
        if (option.position_key >= 0)
            arguments.operands.insert(arguments.operands.end(), option.value.begin(), option.value.end());
        else if (option.string_key == kOperand)
            return Error{"unrecognised option '--operand'", 0};
        else if (auto status = put(arguments, options, option); !status.ok())
            return status.takeError();
    }
    return arguments;
} catch (const po::error& problem) {
    return Error{escapeForPeople(problem.what()), 0};
}

/// Where the verb stands: behind options of the program, one of which takes an argument.
std::size_t placeOfVerb(const std::vector<std::string>& words) {
    std::size_t place = 0;
    while (place < words.size() && words[place].starts_with('-')) place += words[place] == "--root" ? 2U : 1U;
    return std::min(place, words.size());
}

Error noSuchVerb(std::string_view typed) {
    std::vector<std::string_view> names;
    for (const auto& verb : allVerbs()) names.push_back(verb.name);
    const auto nearest = nearestWord(boost::algorithm::to_lower_copy(std::string(typed)), names);
    const std::string hint = nearest.empty() ? "see cgprune --help" : "did you mean " + quoted(nearest) + "?";
    return {"cgprune: no verb " + quoted(typed) + "; " + hint, 0};
}

CommandLine take(const Verb* verb, Arguments arguments) {
    CommandLine line;
    line.verb = verb;
    line.root = arguments.value("root");
    line.help = arguments.has("help");
    line.version = arguments.has("version");
    line.json = arguments.has("json");
    line.dryRun = arguments.has("dry-run");
    line.arguments = std::move(arguments);
    return line;
}

Result<CommandLine> parseWithoutVerb(const std::vector<std::string>& words) {
    auto arguments = parse(words, programOptions());
    if (!arguments.ok()) return Error{"cgprune: " + arguments.error().doing + "; see cgprune --help", 0};
    auto line = take(nullptr, std::move(arguments.value()));
    if (!line.help && !line.version) return Error{"cgprune: expected a verb; see cgprune --help", 0};
    return line;
}

/// What is wrong with the number of operands, or nothing.
std::optional<std::string> wrongOperands(const Verb& verb, std::size_t given) {
    if (given >= verb.fewest && given <= verb.most) return std::nullopt;
    if (given < verb.fewest) return std::string(verb.operands) + " is missing";
    return verb.most == 0 ? "takes no operand" : "too many operands";
}

Result<CommandLine> parseVerb(const Verb& verb, const std::vector<std::string>& words) {
    const auto wrong = [&verb](const std::string& what) {
        return Error{"cgprune " + std::string(verb.name) + ": " + what + "; expected: " + usageLine(verb), 0};
    };
    const auto dashes = verb.takesCommand ? std::find(words.begin(), words.end(), "--") : words.end();
    auto arguments = parse({words.begin(), dashes}, optionsOf(verb));
    if (!arguments.ok()) return wrong(arguments.error().doing);
    if (dashes != words.end()) arguments.value().command.assign(dashes + 1, words.end());
    auto line = take(&verb, std::move(arguments.value()));
    if (line.help || line.version) return line;
    if (const auto problem = wrongOperands(verb, line.arguments.operands.size())) return wrong(*problem);
    return line;
}

}  // namespace

const std::vector<Option>& programOptions() {
    static const std::vector<Option> kOptions = {
        {"help", "", "this text"},
        {"version", "", "the version"},
        {"root", "DIR", "take /run, /etc, /usr/lib and /proc below DIR"},
        {"json", "", "print one JSON object a line"}};
    return kOptions;
}

std::vector<Option> optionsOf(const Verb& verb) {
    auto options = verb.options;
    if (verb.changes) options.push_back({"dry-run", "", "say what would be done, and change nothing"});
    const auto& program = programOptions();
    std::copy_if(program.rbegin(), program.rend(), std::back_inserter(options),
                 [&verb](const Option& option) { return verb.printsJson || option.name != "json"; });
    return options;
}

Result<CommandLine> parseCommandLine(const std::vector<std::string>& words) {
    const auto place = placeOfVerb(words);
    if (place == words.size()) return parseWithoutVerb(words);
    const auto& name = words[place];
    if (name == "help") {
        auto asked = words;
        asked[place] = "--help";
        return parseCommandLine(asked);
    }
    for (const auto& verb : allVerbs()) {
        if (verb.name != name) continue;
        auto rest = words;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
        return parseVerb(verb, rest);
    }
    const auto verbAt = words.begin() + static_cast<std::ptrdiff_t>(place);
    const auto before = parse({words.begin(), verbAt}, programOptions());
    if (!before.ok())  // what was taken for the verb may be the argument of such an option
        return Error{"cgprune: " + before.error().doing + "; options of a verb stand behind it", 0};
    return noSuchVerb(name);
}

}  // namespace prune

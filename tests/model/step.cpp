// SPDX-License-Identifier: MIT
#include "step.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace prune::model {

namespace {

using Words = std::vector<std::string>;

struct Form {
    std::string_view word;
    std::vector<Words> choices;
};

const Words kPaths = {"/a", "/a/a", "/a/b", "/b", "/b/a", "/b/b"};
/// Two of the host, the first of a container, another in it, and one with a namespace of its own.
const Words kProcesses = {"p0", "p1", "c0", "c1", "n0"};
const Words kUids = {"0", "1000"};
const Words kMarks = {"root", "owner"};
const Words kRuns = {"real", "dry"};
/// What is drawn more often stands more than once.
const Words kFailing = {"fail", "work", "work", "work", "work"};
const Words kAgents = {"other", "ours", "ours", "ours", "ours"};
const Words kTimes = {"1", "99", "500", "1000", "2000", "5000", "10000", "30000", "600000", "3600000"};
const Words kConfs = {"shipped", "always", "patient",  "host-keeps", "delegated",
                      "never",   "eager",  "gives-up", "by-path",    "broken"};

const std::array<Form, kKinds>& forms() {
    static const std::array<Form, kKinds> all = {{
        {"make", {kPaths}},
        {"remove", {kPaths}},
        {"rename", {kPaths, {"a", "b"}}},
        {"flag", {kPaths, {"0", "1"}}},
        {"owner", {kPaths, kUids}},
        {"start", {kProcesses}},
        {"end", {kProcesses}},
        {"enter", {kProcesses, kPaths}},
        {"leave", {kProcesses}},
        {"lock", {kPaths}},
        {"unlock", {kPaths}},
        {"rmdirs", {kFailing}},
        {"take-over", {kAgents}},
        {"spoil", {kPaths, {"creator", "delegated"}}},
        {"clock", {kTimes}},
        {"conf", {kConfs}},
        {"lose", {}},
        {"join", {kProcesses, kPaths}},
        {"keep", {kPaths, kMarks}},
        {"unkeep", {kPaths, kMarks}},
        {"creator", {kPaths, kProcesses}},
        {"forget", {kPaths}},
        {"delegate", {kPaths, kUids}},
        {"undelegate", {kPaths}},
        {"agent", {}},
        {"release", {kPaths, kRuns}},
        {"retry", {{"due", "now", "stuck", "now-stuck"}, kRuns}},
        {"sweep", {kRuns}},
        {"prune", {kPaths, kRuns}},
    }};
    return all;
}

const Form& formOf(Kind kind) { return forms()[static_cast<std::size_t>(kind)]; }

bool contains(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool fits(const Step& step) {
    const auto& choices = choicesOf(step.kind);
    if (step.words.size() != choices.size()) return false;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const bool isTime = step.kind == Kind::clock && parseUnsigned(step.words[i]);
        if (!isTime && !contains(choices[i], step.words[i])) return false;
    }
    return true;
}

std::optional<Step> parseStep(std::string_view line) {
    Step step;
    const auto first = cutField(line, ' ');
    const auto form =
        std::find_if(forms().begin(), forms().end(), [&](const Form& one) { return one.word == first; });
    if (form == forms().end()) return std::nullopt;
    step.kind = static_cast<Kind>(form - forms().begin());
    while (!line.empty()) step.words.emplace_back(cutField(line, ' '));
    return fits(step) ? std::optional(step) : std::nullopt;
}

}  // namespace

std::string_view word(Kind kind) { return formOf(kind).word; }

std::string textOf(const Step& step) {
    std::string text(word(step.kind));
    for (const auto& one : step.words) text += ' ' + one;
    return text;
}

std::string textOf(const Sequence& sequence) {
    std::string text = sequence.tellsNamespaces ? "kernel new\n" : "kernel old\n";
    for (const auto& step : sequence.steps) text += textOf(step) + '\n';
    return text;
}

std::optional<Sequence> parseSequence(std::string_view text, std::string& wrong) {
    Sequence sequence;
    while (!text.empty()) {
        const auto line = trim(cutField(text, '\n'));
        if (line.empty() || line.starts_with('#')) continue;
        if (line == "kernel old" || line == "kernel new") {
            sequence.tellsNamespaces = line == "kernel new";
            continue;
        }
        auto step = parseStep(line);
        if (!step) return wrong = line, std::nullopt;
        sequence.steps.push_back(std::move(*step));
    }
    return sequence;
}

const std::vector<Words>& choicesOf(Kind kind) { return formOf(kind).choices; }

const Words& paths() { return kPaths; }
const Words& processes() { return kProcesses; }

std::string parentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }
std::string nameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace prune::model

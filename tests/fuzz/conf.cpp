// SPDX-License-Identifier: MIT
// The conf: files parted by NULs, the first is cgprune.conf and the others are drop-ins. Parsed one by one,
// merged, and loaded from a system in memory; and what has no error is the same conf when it is written out
// and read again.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "common/conf_text.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"
#include "policy/covers.h"
#include "policy/loader.h"
#include "policy/merger.h"
#include "policy/parser.h"
#include "policy/rule_keys.h"
#include "support/memory_system.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

constexpr const char* kFolder = "/etc/cgprune/cgprune.conf.d/";

struct ConfFile {
    std::string path;
    std::string text;
};

std::vector<ConfFile> filesOf(Input input) {
    constexpr std::size_t kMost = 4;
    constexpr std::size_t kStretch = 21'000;  // longer than a line may be
    std::vector<ConfFile> files = {{"/etc/cgprune/cgprune.conf", stretched(input.block(), kStretch, 1)}};
    while (!input.empty() && files.size() < kMost) {
        const auto name = decimalUnsigned(files.size()) + ".conf";
        files.push_back({kFolder + name, stretched(input.block(), kStretch, 1)});
    }
    return files;
}

void checkPlace(const ConfError& error, std::string_view text) {
    const auto lines = split(text, '\n');
    const auto& where = error.where;
    require(where.line >= 1 && static_cast<std::size_t>(where.line) <= lines.size(), "an error is in a line",
            error.text());
    const auto length = lines[static_cast<std::size_t>(where.line) - 1].size();
    require(where.column >= 1 && static_cast<std::size_t>(where.column) <= length + 1,
            "an error is in its line", error.text());
    require(isOneLine(error.text()), "an error is said in one line", error.text());
}

void checkErrors(const std::vector<ConfError>& errors, std::string_view text) {
    for (const auto& error : errors) checkPlace(error, text);
    const auto isBefore = [](const ConfError& a, const ConfError& b) {
        return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    };
    require(std::is_sorted(errors.begin(), errors.end(), isBefore), "errors are in order");
}

/// The conf of all files, put together by hand.
Conf merged(const std::vector<ConfFile>& files) {
    Merger merger;
    std::vector<ConfError> errors;
    for (const auto& file : files) {
        auto parsed = parseConf(file.text, file.path);
        checkErrors(parsed.errors, file.text);
        errors.insert(errors.end(), parsed.errors.begin(), parsed.errors.end());
        if (&file == &files.front())
            merger.addMain(std::move(parsed));
        else
            merger.addDropIn(std::move(parsed));
    }
    auto conf = merger.finish();
    conf.errors = std::move(errors);
    return conf;
}

std::string textOf(const std::vector<ConfError>& errors) {
    std::string text;
    for (const auto& error : errors) text += error.text() + '\n';
    return text;
}

void checkLoaded(const std::vector<ConfFile>& files, const Conf& expected) {
    MemorySystem system;
    for (const auto& file : files) system.writeFile(file.path, file.text);
    const auto conf = loadConf(system);
    require(textOf(conf.errors) == textOf(expected.errors), "the loader finds the parser's errors",
            textOf(conf.errors));
    require(confText(conf) == confText(expected), "the loader merges as the merger does", confText(conf));
    require(system.openFds().empty(), "no descriptor is left open");
}

void checkWritten(const Conf& conf) {
    const auto text = confText(conf);
    const auto again = merged({{"written", text}});
    require(again.errors.empty(), "a conf that is written out has no error", textOf(again.errors));
    require(confText(again) == text, "a conf that is written out is the same", text);
}

void checkRules(const Conf& conf) {
    for (const auto& rule : conf.rules) {
        const auto& name = rule.name;
        const auto count = std::count_if(conf.rules.begin(), conf.rules.end(),
                                         [&](const Rule& r) { return r.name == name; });
        require(name.empty() || count == 1, "a name is that of one rule", name);
    }
    const auto* rule = selectRule(conf, "freezer", false, "/lxc/c1");
    require(rule != nullptr, "on v1 some rule decides");
    const auto* unified = selectRule(conf, "unified", true, "/lxc/c1");
    require(unified == nullptr || !unified->path.empty(), "on v2 a rule decides only where its path says so");
    for (const auto& covered : coveredRules(conf))
        require(covered.by < covered.rule, "an earlier rule covers a later");
}

void checkRuleKeys(std::string_view text) {
    Rule rule;
    const Conf before{{}, {}, rule, {}};
    const auto errors = applyRuleKeys(text, "--conf", rule);
    checkErrors(errors, text);
    if (!errors.empty())
        require(confText({{}, {}, rule, {}}) == confText(before), "with errors nothing is applied");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto files = filesOf(Input(data, size));
    const auto conf = merged(files);
    checkRules(conf);
    checkLoaded(files, conf);
    if (conf.errors.empty()) checkWritten(conf);
    checkRuleKeys(files.front().text);
    return 0;
}

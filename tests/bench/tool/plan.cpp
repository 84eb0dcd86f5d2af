// SPDX-License-Identifier: MIT
#include "plan.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "fail.h"

namespace bench {
namespace {
std::string textOf(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) fail("cannot read", path);
    return text.str();
}

/// The members that are text: where to put it, or nothing.
std::string* memberNamed(Case& into, std::string_view key) {
    if (key == "against") return &into.against;
    if (key == "file") return &into.file;
    if (key == "folder") return &into.folder;
    if (key == "registry") return &into.registry;
    if (key == "journal") return &into.journal;
    return nullptr;
}

bool* flagNamed(Case& into, std::string_view key) {
    if (key == "absent") return &into.absent;
    if (key == "keep") return &into.keep;
    if (key == "stays") return &into.stays;
    return nullptr;
}

void take(Case& into, const std::string& key, const std::string& value) {
    if (auto* text = memberNamed(into, key))
        *text = value;
    else if (auto* flag = flagNamed(into, key))
        *flag = true;
    else if (key == "word")
        into.words.push_back(value);
    else if (key == "environment")
        into.environment.push_back(value);
    else if (key == "fact")
        into.fact = textOf(value);
    else
        misuse("no such key in a plan:", key);
}

void check(const std::vector<Case>& plan) {
    if (plan.empty()) misuse("the plan has no case");
    for (const Case& one : plan) {
        if (one.words.empty()) misuse("no word in the case", one.name);
        if (one.folder.empty() && !one.absent) misuse("no folder in the case", one.name);
        if (!one.against.empty()) static_cast<void>(caseNamed(plan, one.against));
    }
}
}  // namespace

std::vector<Case> readPlan(const std::string& path) {
    std::istringstream lines(textOf(path));
    std::vector<Case> plan;
    for (std::string line; std::getline(lines, line);) {
        const auto space = line.find(' ');
        const auto key = line.substr(0, space);
        const auto value = space == std::string::npos ? std::string() : line.substr(space + 1);
        if (key.empty()) continue;
        if (key == "case")
            plan.push_back({.name = value});
        else if (plan.empty())
            misuse("a plan begins with a case, not with", key);
        else
            take(plan.back(), key, value);
    }
    check(plan);
    return plan;
}

const Case& caseNamed(const std::vector<Case>& plan, std::string_view name) {
    for (const Case& one : plan)
        if (one.name == name) return one;
    misuse("the plan has no case", name);
}

std::string filledIn(std::string text, std::string_view key, std::string_view value) {
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + value.size()))
        text.replace(at, key.size(), value);
    return text;
}
}  // namespace bench

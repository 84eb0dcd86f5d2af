// SPDX-License-Identifier: MIT
#include "cgprune/explain_rules.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/words.h"

namespace prune {

namespace {

std::string hierarchiesOf(const Rule& rule) {
    if (rule.hierarchies.empty()) return "none, which is any of v1";
    std::string names;
    for (const auto& name : rule.hierarchies) names += (names.empty() ? "" : " ") + escapeForPeople(name);
    return names;
}

std::string fitText(const Rule& rule, Fit fit) {
    switch (fit) {
        case Fit::fits:
            return "fits";
        case Fit::otherHierarchy:
            return "other hierarchy: the rule names " + hierarchiesOf(rule);
        case Fit::pathNotLiteral:
            return "path begins with no literal component, which cgroup v2 needs: " +
                   escapeForPeople(rule.path);
        case Fit::otherPath:
            break;
    }
    return "path does not fit: " + escapeForPeople(rule.path);
}

/// The word of JSON.
std::string_view word(Fit fit) {
    switch (fit) {
        case Fit::fits:
            return "fits";
        case Fit::otherHierarchy:
            return "other-hierarchy";
        case Fit::pathNotLiteral:
            return "path-not-literal";
        case Fit::otherPath:
            break;
    }
    return "other-path";
}

class TriedRules {
public:
    void add(const Rule& rule, Fit fit, const std::string& why) {
        texts.push_back(fmt::format("{}: {}", ruleText(rule), why));
        auto value = ruleJson(rule);
        value["fit"] = word(fit);
        value["why"] = why;
        values.push_back(std::move(value));
    }

    std::vector<std::string> texts;
    Json values = Json::array();
};

/// False: the rules end without one that fits.
bool tryRules(TriedRules& tried, const Conf& conf, const Subject& subject) {
    const auto& about = subject.hierarchy.about;
    for (std::size_t i = 0; i < conf.rules.size(); ++i) {
        const auto& rule = conf.rules[i];
        const auto fit = fitOf(rule, about.name, about.unified, subject.path);
        const auto after = conf.rules.size() - i - 1;
        std::string why = fitText(rule, fit);
        if (fit == Fit::fits && after > 0)
            why += fmt::format(", and so {} after it {} not tried", counted(after, "rule"),
                               after == 1 ? "is" : "are");
        tried.add(rule, fit, why);
        if (fit == Fit::fits) return true;
    }
    return false;
}

}  // namespace

Json ruleJson(const Rule& rule) {
    const bool builtIn = rule.where.line == 0;
    return {{"name", escapeForPeople(rule.name)},
            {"file", builtIn ? Json() : Json(escapeForPeople(rule.where.file))},
            {"line", builtIn ? Json() : Json(rule.where.line)}};
}

void addTried(Explanation& to, const Conf& conf, const Subject& subject) {
    TriedRules tried;
    if (!tryRules(tried, conf, subject)) {
        const bool unified = subject.hierarchy.about.unified;
        tried.add(conf.defaults, unified ? Fit::otherHierarchy : Fit::fits,
                  unified ? "other hierarchy: [default] is for v1 only" : "fits what no rule fits");
    }
    to.addList("tried", tried.texts, std::move(tried.values));
}

}  // namespace prune

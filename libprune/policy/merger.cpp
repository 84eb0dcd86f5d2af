// SPDX-License-Identifier: MIT
#include "policy/merger.h"

#include <algorithm>
#include <utility>

namespace prune {

Conf Merger::finish() {
    Conf conf;
    conf.rules.reserve(dropInRules_.size() + mainRules_.size());
    move(dropInRules_, conf);
    move(mainRules_, conf);
    conf.agent = agent_;
    conf.defaults = std::move(defaults_);
    return conf;
}

void Merger::add(ParsedConf& file, Rules& newRules) {
    copyKeys(agent_, file.agent.values, file.agent.said);
    copyKeys(defaults_, file.defaults.values, file.defaults.said);
    if (file.defaults.values.where.line != 0) defaults_.where = std::move(file.defaults.values.where);
    for (auto& rule : file.rules)
        if (!replace(dropInRules_, rule) && !replace(mainRules_, rule)) newRules.push_back(std::move(rule));
}

bool Merger::replace(Rules& rules, ParsedSection<Rule>& by) {
    const auto same = [&](const auto& rule) { return rule.values.name == by.values.name; };
    const auto old = std::find_if(rules.begin(), rules.end(), same);
    if (old == rules.end()) return false;
    *old = std::move(by);
    return true;
}

void Merger::move(Rules& from, Conf& to) const {
    for (auto& rule : from) {
        inherit(rule.values, rule.said, defaults_);
        to.rules.push_back(std::move(rule.values));
    }
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "common/conf_text.h"

#include "base/text.h"

namespace prune::fuzz {

namespace {

std::string line(const char* key, const std::string& value) {
    return std::string(key) + " = " + value + '\n';
}

std::string line(const char* key, bool value) { return line(key, std::string(value ? "yes" : "no")); }

std::string duration(std::int64_t ms) { return decimal(ms) + "ms"; }

const char* levelWord(LogLevel level) {
    constexpr const char* kWords[] = {"error", "warning", "notice", "info", "debug"};
    return kWords[static_cast<int>(level)];
}

std::string agentText(const AgentConf& agent) {
    return "[agent]\n" + line("log-level", std::string(levelWord(agent.logLevel))) +
           line("drainer", agent.drainer) + line("lock-patience", duration(agent.lockPatienceMs)) +
           line("ambiguous-linger", duration(agent.ambiguousLingerMs)) +
           line("watch-creators", decimal(agent.watchCreators));
}

std::string policyText(const PolicySet& policy) {
    std::string text;
    if (policy.always) text += " always";
    if (policy.creatorGone) text += " creator-gone";
    if (policy.delegated) text += " delegated";
    if (policy.never) text += " never";
    return text;
}

/// The keys that [default] has, too.
std::string whatItDoes(const Rule& rule) {
    return line("policy", policyText(rule.policy)) +
           line("unknown-creator", std::string(rule.removeUnknownCreator ? "remove" : "keep")) +
           line("linger", duration(rule.lingerMs)) + line("delegated-by-owner", rule.delegatedByOwner) +
           line("user-delegate", rule.userDelegate) + line("set-flag", rule.setFlag) +
           line("owner-keep", rule.ownerKeep) + line("sweep", rule.sweep) +
           line("sweep-linger", duration(rule.sweepLingerMs)) +
           line("retry", duration(rule.retryFirstMs) + ".." + duration(rule.retryMaxMs)) +
           line("give-up", duration(rule.giveUpMs));
}

std::string ruleText(const Rule& rule) {
    std::string names;
    for (const auto& name : rule.hierarchies) names += ' ' + name;
    std::string text = "[rule " + rule.name + "]\n";
    if (!names.empty()) text += line("hierarchy", names);
    if (!rule.path.empty()) text += line("path", rule.path);
    if (rule.insideDelegation) text += line("inside-delegation", true);
    return text + whatItDoes(rule);
}

}  // namespace

std::string confText(const Conf& conf) {
    auto text = agentText(conf.agent) + "[default]\n" + whatItDoes(conf.defaults);
    for (const auto& rule : conf.rules) text += ruleText(rule);
    return text;
}

}  // namespace prune::fuzz

// SPDX-License-Identifier: MIT
#include "policy/keys.h"

#include <iterator>
#include <limits>
#include <utility>

namespace prune {

namespace {

template <class Owner, class Member>
Owner ownerOf(Member Owner::*);

/// The class that the member `kMember` points to belongs to.
template <auto kMember>
using OwnerOf = decltype(ownerOf(kMember));

template <auto kMember>
void copy(OwnerOf<kMember>& to, const OwnerOf<kMember>& from) {
    to.*kMember = from.*kMember;
}

template <auto kMember, auto kReader>
bool read(const Value& value, OwnerOf<kMember>& to) {
    auto said = kReader(value);
    if (said) to.*kMember = std::move(*said);
    return said.has_value();
}

bool readRetry(const Value& value, Rule& to) {
    const auto range = readRange(value);
    if (!range) return false;
    to.retryFirstMs = range->firstMs;
    to.retryMaxMs = range->maxMs;
    return true;
}

void copyRetry(Rule& to, const Rule& from) {
    to.retryFirstMs = from.retryFirstMs;
    to.retryMaxMs = from.retryMaxMs;
}

template <auto kMember, auto kReader>
constexpr ConfKey<OwnerOf<kMember>> key(std::string_view name, bool inDefault) {
    return {name, inDefault, read<kMember, kReader>, copy<kMember>};
}

constexpr ConfKey<AgentConf> kAgentKeys[] = {
    key<&AgentConf::logLevel, readLogLevel>("log-level", false),
    key<&AgentConf::drainer, readBool>("drainer", false),
    key<&AgentConf::lockPatienceMs, readDuration>("lock-patience", false),
    key<&AgentConf::ambiguousLingerMs, readDuration>("ambiguous-linger", false),
    key<&AgentConf::watchCreators, readCount>("watch-creators", false),
};

// inside-delegation is not inherited: whoever lets v2's boundaries be crossed says so in each rule.
constexpr ConfKey<Rule> kRuleKeys[] = {
    key<&Rule::hierarchies, readHierarchies>("hierarchy", false),
    key<&Rule::path, readPath>("path", false),
    key<&Rule::policy, readPolicy>("policy", true),
    key<&Rule::removeUnknownCreator, readRemoveOrKeep>("unknown-creator", true),
    key<&Rule::lingerMs, readDuration>("linger", true),
    key<&Rule::delegatedByOwner, readBool>("delegated-by-owner", true),
    key<&Rule::userDelegate, readBool>("user-delegate", true),
    key<&Rule::setFlag, readBool>("set-flag", true),
    key<&Rule::ownerKeep, readBool>("owner-keep", true),
    key<&Rule::sweep, readBool>("sweep", true),
    key<&Rule::sweepLingerMs, readDuration>("sweep-linger", true),
    {"retry", true, readRetry, copyRetry},
    key<&Rule::giveUpMs, readDuration>("give-up", true),
    key<&Rule::insideDelegation, readBool>("inside-delegation", false),
};

static_assert(std::size(kAgentKeys) <= kMaxKeys && std::size(kRuleKeys) <= kMaxKeys);
static_assert(kMaxKeys <= std::numeric_limits<KeySet>::digits);

constexpr KeySet inheritedKeys() {
    KeySet keys = 0;
    for (std::size_t i = 0; i < std::size(kRuleKeys); ++i)
        if (kRuleKeys[i].inDefault) keys |= KeySet{1} << i;
    return keys;
}

}  // namespace

std::span<const ConfKey<AgentConf>> keysOf(const AgentConf&) { return kAgentKeys; }

std::span<const ConfKey<Rule>> keysOf(const Rule&) { return kRuleKeys; }

void inherit(Rule& rule, KeySet said, const Rule& defaults) {
    copyKeys(rule, defaults, inheritedKeys() & ~said);
}

}  // namespace prune

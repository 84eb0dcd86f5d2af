// SPDX-License-Identifier: MIT
#include "cgprune/explain_facts.h"

#include "base/text.h"
#include "cgprune/known_text.h"
#include "cgprune/words.h"

namespace prune {

namespace {

// Where facts are from.
constexpr const char* kKernel = "kernel";
constexpr const char* kXattr = "xattr";
constexpr const char* kRegistry = "registry";
constexpr const char* kOwnership = "ownership";

std::string flagText(const Judgement& judgement) {
    if (judgement.facts.unified) return "none";
    return judgement.state.notifyOnRelease ? "on" : "off";
}

std::string keptText(const Session& session, const CgroupState& state) {
    if (state.keptByRoot) return state.keptByOwner ? "by root and by the owner" : "by root";
    if (state.keptByOwner) return "by the owner";
    return session.system.effectiveUser() == 0 ? "no" : "no (only root can see root's mark)";
}

void addYesNo(Explanation& to, const char* key, bool value) {
    to.addFact(key, std::string(yesNo(value)), value, {kKernel});
}

/// Why not all facts could be read; "" where they could.
std::string registryFault(const Session& session, const Known& known) {
    if (known.unreadable.empty()) return {};
    if (session.system.effectiveUser() == 0) return "in doubt: " + known.unreadable;
    return "only root can read it; to root the verdict may be another";
}

std::vector<std::string> creatorSources(const Known& known) {
    if (!known.creator) return {kRegistry, kXattr};
    return {known.creator->inCgroup ? kXattr : kRegistry};
}

/// Who says that it was handed over; all that were asked, where nobody does.
std::vector<std::string> delegationSources(const Known& known) {
    std::vector<std::string> sources;
    const auto addIf = [&sources](bool says, const char* source) {
        if (says) sources.emplace_back(source);
    };
    const auto& signs = known.signs;
    addIf(known.delegation.has_value(), kRegistry);
    addIf(signs.byRoot || signs.byOwner, kXattr);
    addIf(signs.byOwnership, kOwnership);
    if (sources.empty()) sources = {kRegistry, kXattr, kOwnership};
    return sources;
}

}  // namespace

void addFacts(Explanation& to, const Session& session, const Target& target, const Judgement& judgement) {
    const auto& state = judgement.state;
    to.add("cgroup", escapeForPeople(target.path));
    to.add("hierarchy", escapeForPeople(target.hierarchy.about.name));
    to.addFact("id", decimalUnsigned(state.id), state.id, {kKernel});
    to.addFact("owner", decimalUnsigned(state.owner), state.owner, {kKernel});
    addYesNo(to, "populated", state.populated);
    addYesNo(to, "children", state.hasChildren);
    to.addFact("flag", flagText(judgement), judgement.facts.unified ? Json() : Json(state.notifyOnRelease),
               {kKernel});
    to.addFact("kept", keptText(session, state), keptJson(state), {kXattr});
}

void addKnown(Explanation& to, const Session& session, const Known& known, const CgroupState& state) {
    to.addFact("creator", creatorText(known), creatorJson(known), creatorSources(known));
    to.addFact("delegated", delegationText(known, state.owner), delegationJson(known),
               delegationSources(known));
    const auto fault = registryFault(session, known);
    to.addText("registry", fault.empty() ? "fine" : fault);
    to.addValue("registry-fault", fault.empty() ? Json() : Json(fault));
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// prune.h: what is known of a cgroup, and what would become of it.
#include <cstring>

#include "api/handles.h"
#include "base/text.h"
#include "prune/judge.h"

using namespace prune;

namespace {

int lifeOf(const Known& known) {
    if (!known.creator) return known.unreadable.empty() ? PRUNE_LIFE_NONE : PRUNE_LIFE_UNKNOWN;
    switch (known.creator->life.life) {
        case Life::alive:
            return PRUNE_LIFE_ALIVE;
        case Life::gone:
            return PRUNE_LIFE_GONE;
        case Life::unknown:
            break;
    }
    return PRUNE_LIFE_UNKNOWN;
}

void addState(prune_explanation& out, const CgroupState& state) {
    out.id = state.id;
    out.populated = state.populated;
    out.has_children = state.hasChildren;
    out.notify_on_release = state.notifyOnRelease;
    out.kept_by_root = state.keptByRoot;
    out.kept_by_owner = state.keptByOwner;
}

void addKnown(prune_explanation& out, prune_cgroup& cgroup, const Known& known) {
    out.delegated = known.delegation.has_value() || known.signs.byRoot;
    out.delegated_by_owner = known.signs.byOwnership;
    out.creator = lifeOf(known);
    cgroup.creatorName.clear();
    cgroup.rung.clear();
    if (!known.creator) return;
    out.creator_pid = known.creator->creator.task.pid;
    cgroup.creatorName = known.creator->creator.name;
    cgroup.rung = word(known.creator->life.rung);
}

void addVerdict(prune_explanation& out, prune_cgroup& cgroup, const Judgement& judgement) {
    out.action = static_cast<int>(judgement.verdict.action);
    out.after_linger = judgement.verdict.afterLinger;
    cgroup.reason = word(judgement.verdict.reason);
    const auto* rule = judgement.rule;
    cgroup.ruleName = rule != nullptr ? rule->name : "";
    cgroup.ruleFile = rule != nullptr ? rule->where.file : "";
    out.rule_line = rule != nullptr ? static_cast<unsigned>(rule->where.line) : 0;
}

void addTexts(prune_explanation& out, const prune_cgroup& cgroup) {
    out.reason = cgroup.reason.c_str();
    out.creator_name = cgroup.creatorName.c_str();
    out.rung = cgroup.rung.c_str();
    out.rule = cgroup.ruleName.c_str();
    out.rule_file = cgroup.ruleFile.c_str();
}

Result<prune_explanation> explain(Context& context, prune_cgroup& cgroup, const Subject& subject) {
    const auto judgement = judge(context, subject);
    if (!judgement.ok()) return judgement.error();
    if (!judgement.value())
        return Error{"explain " + escapeForPeople(cgroup.path) + ", which was removed", ENOENT};
    const auto known = knownAnyway(context, subject, *judgement.value());
    if (!known.ok()) return known.error();
    prune_explanation out{};
    addState(out, judgement.value()->state);
    addKnown(out, cgroup, known.value());
    addVerdict(out, cgroup, *judgement.value());
    addTexts(out, cgroup);
    return out;
}

}  // namespace

static_assert(static_cast<int>(Action::keep) == PRUNE_KEEP &&
              static_cast<int>(Action::defer) == PRUNE_DEFER &&
              static_cast<int>(Action::remove) == PRUNE_REMOVE);

int prune_explain(prune_cgroup* cgroup, prune_explanation* out) {
    return api::guardedSubject(cgroup, [&](prune_ctx& ctx, const Subject& subject) {
        // Of 0.1, which is the oldest; what later versions add is filled in as far as there is room.
        if (out == nullptr || out->size < sizeof(prune_explanation))
            return api::fail(ctx, {"explain into a struct whose size is not set", EINVAL});
        auto context = ctx.context(true);
        auto all = explain(context, *cgroup, subject);
        if (!all.ok()) return api::fail(ctx, all.error());
        const auto size = all.value().size = out->size;
        std::memset(out, 0, size);
        std::memcpy(out, &all.value(), sizeof all.value());
        if (context.conf.errors.empty()) return 0;
        return api::fail(ctx, {"read the conf: " + context.conf.errors.front().text(), EBADMSG});
    });
}

// SPDX-License-Identifier: MIT
// Steps on a host: what is asked of the library, and what can be seen.
#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <stdexcept>

#include "prune/prune.h"
#include "prune/release.h"
#include "prune/retry.h"
#include "prune/sweep.h"
#include "store/journal.h"
#include "store/registry.h"
#include "store/state_folder.h"
#include "sys/directory.h"
#include "world.h"

namespace prune::model {

namespace {

using CgroupPtr = std::unique_ptr<prune_cgroup, decltype(&prune_cgroup_close)>;

CgroupPtr open(prune_ctx* ctx, const std::string& path) {
    prune_cgroup* cgroup = nullptr;
    if (prune_cgroup_open(ctx, "freezer", path.c_str(), &cgroup) < 0)
        throw std::runtime_error("the library cannot open " + path + ": " + prune_error(ctx));
    return {cgroup, &prune_cgroup_close};
}

std::string textOf(const Outcome& outcome) {
    return std::string(word(outcome.done)) + ' ' + std::string(outcome.reason ? word(*outcome.reason) : "");
}

std::string doneText(int done) {
    constexpr const char* kWords[] = {"removed", "gone", "kept", "deferred", "dropped", "failed"};
    return done < 0 ? std::to_string(done) : kWords[done];
}

class EntriesHeard final : public RetryListener {
public:
    Answer answer;
    bool onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) override {
        answer.order.push_back({key.owner, key.id});
        answer.lines.push_back(entry.path + " of " + std::to_string(key.owner) + ": " + textOf(outcome));
        return true;
    }
};

class CgroupsHeard final : public CgroupListener {
public:
    std::vector<std::string> lines;
    bool onCgroup(std::string_view path, const Outcome& outcome) override {
        lines.push_back(std::string(path) + ": " + textOf(outcome));
        return true;
    }
};

int byOf(const std::string& process) { return process == "n0" ? PRUNE_BY_UTS_NS : PRUNE_BY_PROCESS; }

std::optional<std::int64_t> signedOf(const std::optional<std::uint64_t>& time) {
    return time ? std::optional(static_cast<std::int64_t>(*time)) : std::nullopt;
}

Entry entryOf(const JournalEntry& entry) {
    return {entry.path,
            entry.reason,
            entry.emptySinceMs,
            entry.dueMs,
            entry.looks,
            signedOf(entry.lockHeldSinceMs),
            signedOf(entry.failingSinceMs),
            !entry.agent.empty(),
            entry.swept,
            entry.stuck};
}

}  // namespace

Answer World::takeByLibrary(const Step& step, const std::string& call) {
    const auto& words = step.words;
    const bool dry = !words.empty() && words.back() == "dry";
    switch (step.kind) {
        case Kind::join:
            return {{std::to_string(join(words[0], words[1]))}};
        case Kind::agent:
            return runAgent(call);
        case Kind::retry:
            return retry(words[0], dry);
        case Kind::sweep:
            return sweep(dry);
        case Kind::prune:
            return pruneBelow(words[0], dry);
        case Kind::release: {
            const auto cgroup = open(ctx_.get(), words[0]);
            return {{doneText(prune_release(cgroup.get(), dry ? PRUNE_DRY_RUN : 0))}};
        }
        default:
            return {{std::to_string(takeWithCgroup(step, open(ctx_.get(), words[0]).get()))}};
    }
}

int World::takeWithCgroup(const Step& step, prune_cgroup* cgroup) {
    const auto& words = step.words;
    const unsigned mark = words.size() > 1 && words[1] == "owner" ? PRUNE_AS_OWNER : 0;
    switch (step.kind) {
        case Kind::keep:
            return prune_keep(cgroup, mark);
        case Kind::unkeep:
            return prune_unkeep(cgroup, mark);
        case Kind::creator:
            return prune_register_pid(cgroup, host_->pidOf(words[1]), byOf(words[1]));
        case Kind::forget:
            return prune_forget(cgroup);
        case Kind::delegate: {
            const auto user = static_cast<uid_t>(std::stoul(words[1]));
            return prune_delegate(cgroup, user, user, PRUNE_CHOWN);
        }
        default:
            return prune_undelegate(cgroup);
    }
}

int World::join(const std::string& process, const std::string& path) {
    prune_enter_options options{};
    options.size = sizeof options;
    options.pid = host_->pidOf(process);
    options.flags = PRUNE_BARE | PRUNE_NOTIFY;
    return prune_enter(ctx_.get(), "freezer", path.c_str(), &options);
}

Answer World::runAgent(const std::string& path) {
    auto context = ctx_->context();
    const auto released = release(context, std::string(kAliasFolder) + "freezer", path);
    if (released.failed) return {{"failed"}};
    return {{released.deferred ? "deferred" : "nothing"}};
}

Answer World::retry(const std::string& which, bool dry) {
    auto context = ctx_->context(dry);
    EntriesHeard heard;
    RetryOptions options;
    options.ignoreBackoff = which == "now" || which == "now-stuck";
    options.includeStuck = which == "stuck" || which == "now-stuck";
    options.listener = &heard;
    const auto result = retryDue(context, options);
    heard.answer.pending = static_cast<std::int64_t>(result.pending);
    return heard.answer;
}

Answer World::sweep(bool dry) {
    auto context = ctx_->context(dry);
    const auto hierarchy = api::openByName(*ctx_, "freezer");
    if (!hierarchy.ok()) throw std::runtime_error(hierarchy.error().text());
    CgroupsHeard heard;
    SweepOptions options;
    options.listener = &heard;
    const auto swept = sweepNow(context, hierarchy.value(), options);
    if (!swept.ok()) return {{swept.error().text()}};
    std::sort(heard.lines.begin(), heard.lines.end());
    heard.lines.push_back("noted " + std::to_string(swept.value().noted));
    return {heard.lines};
}

Answer World::pruneBelow(const std::string& path, bool dry) {
    Answer answer;
    const auto cgroup = open(ctx_.get(), path);
    const auto hear = [](void* data, const char*, const char* at, int done, const char* reason) {
        static_cast<Answer*>(data)->lines.push_back(std::string(at) + ": " + doneText(done) + ' ' + reason);
        return 0;
    };
    const int removed = prune_subtree(cgroup.get(), dry ? PRUNE_DRY_RUN : 0, hear, &answer);
    if (removed < 0) answer.lines.emplace_back(prune_error(ctx_.get()));
    std::sort(answer.lines.begin(), answer.lines.end());
    return answer;
}

Seen World::see() {
    Seen seen;
    seen.now = system_.bootTimeMs();
    seeCgroups("", seen);
    std::sort(seen.cgroups.begin(), seen.cgroups.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    seeState(seen);
    return seen;
}

void World::seeCgroups(const std::string& below, Seen& seen) {
    std::vector<std::string> children;
    {
        const Fd directory(system_,
                           system_.openAt(AT_FDCWD, directoryOf(below).c_str(), O_RDONLY | O_DIRECTORY));
        DirectoryReader reader(system_, directory.get());
        DirectoryReader::Entry entry;
        while (reader.next(entry).value())
            if (entry.type == DT_DIR) children.push_back(below + '/' + std::string(entry.name));
    }
    for (const auto& child : children) {
        seen.cgroups.push_back(explain(child));
        seeCgroups(child, seen);
    }
}

SeenCgroup World::explain(const std::string& path) {
    constexpr const char* kLives[] = {"none", "alive", "gone", "unknown"};
    constexpr const char* kActions[] = {"keep", "defer", "remove"};
    const auto cgroup = open(ctx_.get(), path);
    prune_explanation told{};
    told.size = sizeof told;
    const int result = prune_explain(cgroup.get(), &told);
    if (result < 0 && result != -EBADMSG) throw std::runtime_error(prune_error(ctx_.get()));
    return {path,
            told.id,
            told.populated != 0,
            told.has_children != 0,
            told.notify_on_release != 0,
            told.kept_by_root != 0,
            told.kept_by_owner != 0,
            told.delegated != 0,
            told.delegated_by_owner != 0,
            kLives[told.creator],
            kActions[told.action],
            told.reason,
            told.after_linger != 0};
}

void World::seeState(Seen& seen) {
    Journal journal(system_);
    const auto keys = journal.keys("freezer");
    for (const auto& key : keys.value()) {
        const auto entry = journal.find(key);
        if (!entry.ok() || !entry.value()) throw std::runtime_error("an entry cannot be read");
        seen.entries.push_back({{key.owner, key.id}, entryOf(*entry.value())});
        // Whoever waits for the journal must be told of it in time.
        if (!entry.value()->stuck && nextDue(system_) > entry.value()->dueMs)
            seen.facts.push_back("nobody is told when " + std::to_string(key.id) + " is due");
    }
    std::sort(seen.entries.begin(), seen.entries.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    const auto facts = Registry(system_).keys("freezer");
    for (const auto& key : facts.value())
        seen.facts.push_back(std::to_string(key.id) + '.' + std::string(word(key.kind)));
    std::sort(seen.facts.begin(), seen.facts.end());
    seen.facts.erase(std::unique(seen.facts.begin(), seen.facts.end()), seen.facts.end());
}

}  // namespace prune::model

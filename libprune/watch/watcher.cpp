// SPDX-License-Identifier: MIT
#include "watch/watcher.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cgroup/locate.h"
#include "cgroup/state.h"
#include "prune/needed_sweeps.h"
#include "prune/retry.h"
#include "store/registry.h"
#include "store/state_folder.h"
#include "sys/files.h"
#include "watch/limits.h"

namespace prune {

namespace {

constexpr std::int64_t kKeepUpMs = 10'000;
/// A pass begins with reading the whole journal, so a short one would do little else.
constexpr std::int64_t kRetryMs = 2'000;

/// Whether the kernel calls an agent of ours in this hierarchy.
bool isOurs(System& system, const Hierarchy& hierarchy) {
    const auto open = openHierarchy(system, hierarchy);
    if (!open.ok()) return false;
    const auto agent = readReleaseAgent(system, open.value().root.get());
    return agent.ok() && agent.value() == std::string(kAliasFolder) + hierarchy.name;
}

/// What the cgroup itself says of its maker, for whom the registry had no room.
std::optional<Creator> makerOf(System& system, const JournalKey& key, const std::string& lastPath) {
    const auto open = openHierarchyByName(system, key.hierarchy);
    if (!open.ok() || !open.value()) return std::nullopt;
    const auto found = locateCgroup(system, *open.value(), key.id, lastPath);
    if (!found.ok() || !found.value()) return std::nullopt;
    const auto maker = readXattr(system, found.value()->cgroup.directory.get(), kMaker);
    if (!maker.ok() || !maker.value()) return std::nullopt;
    return parseCreator(*maker.value());
}

/// Nothing: it is not known, or cannot be read now.
std::optional<Creator> creatorOf(System& system, const JournalKey& key, const std::string& lastPath) {
    const auto fact = Registry(system).find({key.hierarchy, key.id, FactKind::creator});
    if (!fact.ok()) return std::nullopt;
    return fact.value() ? parseCreator(fact.value()->body) : makerOf(system, key, lastPath);
}

}  // namespace

Status Watcher::begin(const std::vector<std::string>& hierarchies) {
    if (auto status = ensureStateFolder(context_.system); !status.ok()) return status;
    if (auto status = journal_.open(); !status.ok()) return status;
    descriptors_.watch(journal_.fd());
    keepUpAtMs_ = context_.system.bootTimeMs() + kKeepUpMs;
    wanted_ = hierarchies;
    for (const auto& name : wanted_)
        if (watched_.find(name) == watched_.end())
            if (auto status = add(name); !status.ok()) return status;
    if (!wanted_.empty()) return {};
    auto found = findHierarchies();
    return watched_.empty() ? std::move(found) : Status();
}

Status Watcher::add(const std::string& hierarchy) {
    auto watch = std::make_unique<HierarchyWatch>(context_, hierarchy);
    if (auto status = watch->begin(); !status.ok()) return status;
    const auto entries = journal_.add(hierarchy);
    if (!entries.ok()) return entries.error();
    for (const int fd : watch->descriptors()) descriptors_.watch(fd);
    watched_[hierarchy].watch = std::move(watch);
    consider(entries.value());
    return {};
}

bool Watcher::isWanted(const Hierarchy& hierarchy) const {
    if (!wanted_.empty()) return std::find(wanted_.begin(), wanted_.end(), hierarchy.name) != wanted_.end();
    return hierarchy.unified || isOurs(context_.system, hierarchy);
}

/// The last failure, if there was one.
Status Watcher::findHierarchies() {
    auto all = mountedHierarchies(context_.system);
    if (!all.ok()) return all.takeError();
    Status last;
    for (const auto& hierarchy : all.value()) {
        if (watched_.find(hierarchy.name) != watched_.end() || !isWanted(hierarchy)) continue;
        auto status = add(hierarchy.name);
        if (status.ok()) continue;
        if (isFirstOf(context_.system, "watch " + hierarchy.name, kHourMs))
            context_.log.event(LogLevel::warning, "watch-fault",
                               {{"hierarchy", hierarchy.name}, {"why", status.error().text()}});
        last = std::move(status);
    }
    return last;
}

/// Hierarchies come and go, and what else nobody would do where no drainer runs.
void Watcher::keepUp() {
    keepUpAtMs_ = context_.system.bootTimeMs() + kKeepUpMs;
    for (auto& [name, watched] : watched_) watched.watch->endIfLost();
    dropEnded();
    if (journalLost_) readJournalsAnew();
    if (const auto found = findHierarchies(); !found.ok() && watched_.empty())
        logStateFault(context_, found.error());
    const bool isAlone =
        std::any_of(watched_.begin(), watched_.end(), [this](const auto& one) { return drains(one.second); });
    if (isAlone) lookAfterState(context_);
}

void Watcher::readJournalsAnew() {
    bool isWhole = true;
    for (const auto& [name, watched] : watched_) {
        const auto entries = journal_.add(name);
        if (entries.ok()) {
            consider(entries.value());
        } else {
            logStateFault(context_, entries.error());
            isWhole = false;
        }
    }
    if (isWhole) descriptors_.watch(journal_.fd());
    journalLost_ = !isWhole;
}

/// What is told of a hierarchy that cannot be opened waits in the kernel.
void Watcher::listenOrNot(Watched& watched) {
    const bool isDeaf = watched.watch->isDeaf();
    if (std::exchange(watched.isDeaf, isDeaf) == isDeaf) return;
    for (const int fd : watched.watch->descriptors())
        if (isDeaf)
            descriptors_.unwatch(fd);
        else
            descriptors_.watch(fd);
}

void Watcher::dropEnded() {
    for (auto at = watched_.begin(); at != watched_.end();) {
        if (!at->second.watch->hasEnded()) {
            ++at;
            continue;
        }
        if (!at->second.isDeaf)
            for (const int fd : at->second.watch->descriptors()) descriptors_.unwatch(fd);
        at = watched_.erase(at);
    }
}

void Watcher::onReadable(int fd) {
    if (fd == journal_.fd()) {
        const auto changed = journal_.changed();
        if (changed.ok()) return consider(changed.value());
        journalLost_ = true;  // what was told after it is not known
        descriptors_.unwatch(fd);
        return logStateFault(context_, changed.error());
    }
    if (creators_.has(fd)) return onCreatorsEnd(fd);
    for (auto& [name, watched] : watched_) {
        const auto fds = watched.watch->descriptors();
        if (std::find(fds.begin(), fds.end(), fd) == fds.end()) continue;
        watched.watch->onReadable(fd);
        listenOrNot(watched);
        dueAt(watched, watched.watch->takeDueMs());
        break;
    }
    dropEnded();
}

void Watcher::consider(const std::vector<JournalKey>& keys) {
    for (const auto& key : keys)
        if (const auto found = watched_.find(key.hierarchy); found != watched_.end())
            considerOne(found->second, key);
}

void Watcher::considerOne(Watched& watched, const JournalKey& key) {
    Journal journal(context_.system);
    const auto entry = journal.find(key);
    if (!entry.ok()) {
        logStateFault(context_, entry.error());
        return dueAt(watched, context_.system.bootTimeMs() + kKeepUpMs);  // all are read then
    }
    if (!entry.value() || entry.value()->stuck) return;
    dueAt(watched, entry.value()->dueMs);
    if (entry.value()->reason != word(Reason::creatorAlive)) return;
    const auto creator = creatorOf(context_.system, key, entry.value()->path);
    if (!creator) return;
    int fd = -1;
    if (creators_.isFull()) makeRoom();
    const auto held = creators_.size();
    switch (creators_.add(key, *creator, fd)) {
        case CreatorWatch::Waits::yes:
            if (creators_.size() > held) descriptors_.watch(fd);
            return;
        case CreatorWatch::Waits::ended:
            urgent_.push_back(key);
            return;
        case CreatorWatch::Waits::noRoom:
            if (isFirstOf(context_.system, "watch-creators", kHourMs))
                context_.log.event(LogLevel::notice, "creators-not-watched",
                                   {{"do", "raise watch-creators, or let the timers do"}});
            return;
        case CreatorWatch::Waits::cannot:
            return;
    }
}

/// Creators live on when what waited for them was removed or kept.
void Watcher::makeRoom() {
    const auto now = context_.system.bootTimeMs();
    if (now < roomAtMs_) return;
    roomAtMs_ = now + kKeepUpMs;
    for (const int fd : creators_.unneeded()) {
        descriptors_.unwatch(fd);
        static_cast<void>(creators_.takeEnded(fd));
    }
}

void Watcher::onCreatorsEnd(int fd) {
    descriptors_.unwatch(fd);
    for (auto& key : creators_.takeEnded(fd)) urgent_.push_back(std::move(key));
}

/// Some of those whose creators have ended. True: there are more.
bool Watcher::retryUrgent() {
    std::map<std::string, std::vector<JournalKey>> byHierarchy;
    for (int taken = 0; taken < kLooksAtOnce && !urgent_.empty(); ++taken) {
        byHierarchy[urgent_.front().hierarchy].push_back(urgent_.front());
        urgent_.pop_front();
    }
    for (const auto& [hierarchy, keys] : byHierarchy) {
        const auto result = retryEntries(context_, hierarchy, keys);
        if (const auto found = watched_.find(hierarchy); found != watched_.end())
            dueAt(found->second, result.nextDueMs);
    }
    return !urgent_.empty();
}

/// On v1 the agents start a drainer, where the conf wants one.
bool Watcher::drains(const Watched& watched) const {
    return watched.watch->unified() || !context_.conf.agent.drainer;
}

void Watcher::dueAt(Watched& watched, std::int64_t dueMs) {
    if (drains(watched)) watched.dueMs = std::min(watched.dueMs, dueMs);
}

void Watcher::retry(Watched& watched) {
    RetryOptions options;
    options.onlyHierarchy = watched.watch->name();
    options.deadlineMs = context_.system.bootTimeMs() + kRetryMs;
    watched.dueMs = retryDue(context_, options).nextDueMs;
}

std::int64_t Watcher::work() {
    if (context_.system.bootTimeMs() >= keepUpAtMs_) keepUp();
    bool more = retryUrgent();
    for (auto& [name, watched] : watched_) {
        watched.watch->lookAgainIfBlind();
        more = watched.watch->lookOn() || more;
        listenOrNot(watched);
        dueAt(watched, watched.watch->takeDueMs());
        if (watched.dueMs <= context_.system.bootTimeMs()) retry(watched);
    }
    dropEnded();
    const auto now = context_.system.bootTimeMs();
    if (more) return now;
    auto next = keepUpAtMs_;
    for (const auto& [name, watched] : watched_)
        next = std::min({next, watched.dueMs, watched.isDeaf ? now + kDeafMs : kNever});
    return next;
}

void Watcher::hearOut() {
    const auto untilMs = context_.system.bootTimeMs() + kLastTurnMs;
    bool heard = true;
    while (heard && context_.system.bootTimeMs() < untilMs) {
        heard = false;
        for (auto& [name, watched] : watched_) heard = watched.watch->hearSome() || heard;
    }
    for (const auto& [name, watched] : watched_)
        if (watched.watch->hasUnheard())
            context_.log.event(LogLevel::warning, "watch-cut-short",
                               {{"hierarchy", name}, {"do", "cgprune sweep finds what became empty"}});
}

void Watcher::useConf(Conf conf) {
    context_.conf = std::move(conf);
    context_.log.setLevel(context_.conf.agent.logLevel);
    creators_.setMost(static_cast<std::size_t>(context_.conf.agent.watchCreators));
    for (auto& [name, watched] : watched_) {
        watched.watch->lookAgain();
        dueAt(watched, 0);
    }
}

bool Watcher::isReady() const {
    return std::all_of(watched_.begin(), watched_.end(),
                       [](const auto& one) { return one.second.watch->hasLooked(); });
}

std::string Watcher::status() const {
    std::string text;
    for (const auto& [name, watched] : watched_) {
        text += (text.empty() ? "" : ", ") + escapeForPeople(name);
        if (watched.watch->unified()) text += " (" + decimalUnsigned(watched.watch->watched()) + " cgroups)";
    }
    return text.empty() ? "nothing to watch yet" : "watching " + text;
}

}  // namespace prune

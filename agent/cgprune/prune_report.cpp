// SPDX-License-Identifier: MIT
#include "cgprune/prune_report.h"

#include <cerrno>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/outcome_text.h"
#include "cgprune/prune_options.h"
#include "cgprune/words.h"

namespace prune {

namespace {

/// Left out by --match or --older-than: nobody asked for these.
bool isLeftOut(Reason reason) { return reason == Reason::notMatched || reason == Reason::tooYoung; }

bool isBelow(std::string_view path, std::string_view parent) {
    return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '/';
}

Reason reasonAt(std::size_t index) { return static_cast<Reason>(index); }

std::string failedText(const Outcome& outcome) {
    if (outcome.code == EXDEV) return "failed (something is mounted on it: unmount that first)";
    return outcome.code == 0 ? "failed" : Error{"failed", outcome.code}.text();
}

std::string lineOf(const Outcome& outcome, bool dryRun) {
    const std::string would = dryRun ? "would be " : "";
    if (outcome.done == Done::removed) return would + "removed";
    if (outcome.done == Done::failed) return failedText(outcome);
    return would + outcomeText(outcome, 0);
}

}  // namespace

bool PruneReport::onCgroup(std::string_view path, const Outcome& outcome) {
    if (outcome.done == Done::removed) ++removed_;
    if (outcome.done == Done::failed) ++failed_, lastLeft_ = path;
    if (outcome.done == Done::kept && outcome.reason) countStaying(path, *outcome.reason);
    if (outcome.done != Done::gone && outcome.reason != Reason::notMatched) say(path, outcome);
    progress_.at(fmt::format("{} removed, {} left", removed_, left_ + failed_));
    return true;
}

/// What stays only for what was left out below it is left out, too.
void PruneReport::countStaying(std::string_view path, Reason reason) {
    ++kept_[static_cast<std::size_t>(reason)];
    const bool onlyForThose =
        reason == Reason::hasChildren && isBelow(lastLeftOut_, path) && !isBelow(lastLeft_, path);
    const bool leftOut = isLeftOut(reason) || onlyForThose;
    ++(leftOut ? leftOut_ : left_);
    (leftOut ? lastLeftOut_ : lastLeft_) = path;
}

void PruneReport::say(std::string_view path, const Outcome& outcome) {
    const auto hierarchy = escapeForPeople(target_.hierarchy.about.name);
    Json object = {{"hierarchy", hierarchy}, {"cgroup", escapeForPeople(path)}};
    addOutcome(object, outcome, 0);
    session_.out.say(
        fmt::format("{} of {}: {}", escapeForPeople(path), hierarchy, lineOf(outcome, session_.dryRun)),
        object);
}

/// "2 populated, 1 kept", of those that were meant or not.
std::string PruneReport::reasonsText() const {
    std::string text;
    for (std::size_t i = 0; i < kept_.size(); ++i)
        if (kept_[i] > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kept_[i], word(reasonAt(i)));
    return text;
}

Json PruneReport::reasonsJson() const {
    Json reasons = Json::object();
    for (std::size_t i = 0; i < kept_.size(); ++i)
        if (kept_[i] > 0) reasons[std::string(word(reasonAt(i)))] = kept_[i];
    return reasons;
}

/// "kept,lock": what --force would have to name for more to go.
std::string PruneReport::forceHint() const {
    std::string words;
    std::string_view last;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const auto force = forceWordFor(reasonAt(i));
        if (kept_[i] == 0 || force.empty() || force == last) continue;
        words += (words.empty() ? "" : ",") + std::string(force);
        last = force;
    }
    return words;
}

void PruneReport::summary() {
    progress_.end();
    const auto reasons = reasonsText();
    session_.out.say(
        fmt::format("{}: {}{} removed, {} left{}{}{}", target_.name(), session_.dryRun ? "dry run: " : "",
                    removed_, left_ + failed_, failed_ > 0 ? fmt::format(", {} of them failed", failed_) : "",
                    leftOut_ > 0 ? fmt::format(", {} left out", leftOut_) : "",
                    reasons.empty() ? "" : " (" + reasons + ")"),
        {{"hierarchy", escapeForPeople(target_.hierarchy.about.name)},
         {"cgroup", escapeForPeople(target_.path)},
         {"dry-run", session_.dryRun},
         {"removed", removed_},
         {"left", left_},
         {"left-out", leftOut_},
         {"failed", failed_},
         {"reasons", reasonsJson()}});
    if (const auto words = forceHint(); !words.empty())
        session_.out.line("cgprune explain PATH says more of each; --force " + words + " removes them, too");
}

}  // namespace prune

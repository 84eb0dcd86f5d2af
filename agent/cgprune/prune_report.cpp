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
    if (outcome.done == Done::failed) ++failed_;
    if (outcome.done == Done::kept && outcome.reason) ++kept_[static_cast<std::size_t>(*outcome.reason)];
    if (outcome.done != Done::gone && outcome.reason != Reason::notMatched) say(path, outcome);
    progress_.at(fmt::format("{} removed, {} left", removed_, left() + failed_));
    return true;
}

void PruneReport::say(std::string_view path, const Outcome& outcome) {
    const auto hierarchy = escapeForPeople(target_.hierarchy.about.name);
    Json object = {{"hierarchy", hierarchy}, {"cgroup", escapeForPeople(path)}};
    addOutcome(object, outcome, 0);
    session_.out.say(
        fmt::format("{} of {}: {}", escapeForPeople(path), hierarchy, lineOf(outcome, session_.dryRun)),
        object);
}

std::uint64_t PruneReport::left() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kept_.size(); ++i)
        if (!isLeftOut(reasonAt(i))) sum += kept_[i];
    return sum;
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
    const auto leftOut = kept_[static_cast<std::size_t>(Reason::notMatched)] +
                         kept_[static_cast<std::size_t>(Reason::tooYoung)];
    session_.out.say(
        fmt::format("{}: {}{} removed, {} left{}{}", target_.name(), session_.dryRun ? "dry run: " : "",
                    removed_, left() + leftOut + failed_, reasons.empty() ? "" : " (" + reasons + ")",
                    failed_ > 0 ? fmt::format(", {} of them failed", failed_) : ""),
        {{"hierarchy", escapeForPeople(target_.hierarchy.about.name)},
         {"cgroup", escapeForPeople(target_.path)},
         {"dry-run", session_.dryRun},
         {"removed", removed_},
         {"left", left()},
         {"left-out", leftOut},
         {"failed", failed_},
         {"reasons", reasonsJson()}});
    if (const auto words = forceHint(); !words.empty())
        session_.out.line("cgprune explain PATH says more of each; --force " + words + " removes them, too");
}

}  // namespace prune

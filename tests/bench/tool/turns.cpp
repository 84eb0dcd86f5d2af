// SPDX-License-Identifier: MIT
// Runs each case of a plan by turns with the one that it is compared with.
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <random>

#include "commands.h"
#include "fail.h"
#include "figures.h"
#include "process.h"
#include "stage.h"

namespace bench {
namespace {
/// A case and its counterpart, run one right after the other.
struct Pair {
    const Case* about;
    const Case* other;
    Samples own{};
    Samples others{};
    std::vector<double> ratios{};
    std::vector<double> cpuRatios{};
    std::size_t disturbed = 0;  ///< runs that came out otherwise, and do not count

    std::size_t good() const { return ratios.size(); }
};

/// One turn of a pair: both cgroups are there before the first program runs.
struct Turn {
    Pair* pair;
    Stage own;
    Stage other;
    Cost ownCost{};
    Cost otherCost{};
};

std::vector<Pair> pairsOf(const std::vector<Case>& plan) {
    std::vector<Pair> pairs;
    for (const Case& one : plan)
        if (!one.against.empty()) pairs.push_back({&one, &caseNamed(plan, one.against)});
    if (pairs.empty()) misuse("nothing in the plan is compared with anything");
    return pairs;
}

std::vector<Turn> makeTurns(std::vector<Pair>& pairs, std::size_t wanted, std::size_t round) {
    std::vector<Turn> turns;
    for (Pair& pair : pairs) {
        if (pair.good() >= wanted) continue;
        const auto name = "r" + std::to_string(round) + '-' + std::to_string(turns.size());
        turns.push_back({&pair, Stage(*pair.about, name), Stage(*pair.other, name + "-other")});
    }
    return turns;
}

void run(Turn& turn, bool ownFirst) {
    const auto runOwn = [&] { turn.ownCost = costOf(*turn.pair->about, turn.own.words()); };
    if (ownFirst) runOwn();
    turn.otherCost = costOf(*turn.pair->other, turn.other.words());
    if (!ownFirst) runOwn();
}

void note(Turn& turn) {
    Pair& pair = *turn.pair;
    const bool good = turn.ownCost.succeeded && turn.own.isAsExpected() && turn.otherCost.succeeded &&
                      turn.other.isAsExpected();
    if (!good) {
        ++pair.disturbed;
        return;
    }
    pair.own.add(turn.ownCost);
    pair.others.add(turn.otherCost);
    const auto ratio = [](std::int64_t a, std::int64_t b) {
        return static_cast<double>(a) / static_cast<double>(b);
    };
    pair.ratios.push_back(ratio(turn.ownCost.ns, turn.otherCost.ns));
    pair.cpuRatios.push_back(ratio(turn.ownCost.cpuNs, turn.otherCost.cpuNs));
}

/// False: all pairs have as many good runs as are wanted.
bool runRound(std::vector<Pair>& pairs, std::size_t wanted, std::size_t round, std::minstd_rand& random) {
    auto turns = makeTurns(pairs, wanted, round);
    std::vector<Turn*> order;
    for (Turn& turn : turns) order.push_back(&turn);
    std::shuffle(order.begin(), order.end(), random);
    for (Turn* turn : order) run(*turn, (random() >> 8 & 1) != 0);
    for (Turn& turn : turns) {
        note(turn);
        turn.own.clear();
        turn.other.clear();
    }
    return !turns.empty();
}

/// name, counterpart, runs, ns and its quartiles, ratio and its quartiles, ratio of the CPU times, page
/// faults, runs that did not count.
void printRow(const Case& about, const Samples& samples, const Quartiles& ratio, double cpuRatio,
              std::size_t disturbed) {
    const auto ns = samples.ns();
    std::printf("%s\t%s\t%zu\t%.0f\t%.0f\t%.0f\t", about.name.c_str(), about.against.c_str(), samples.size(),
                ns.middle, ns.low, ns.high);
    std::printf("%.4f\t%.4f\t%.4f\t%.4f\t%.0f\t%zu\n", ratio.middle, ratio.low, ratio.high, cpuRatio,
                samples.faults(), disturbed);
}

/// All runs of what is only compared with, whichever case they were compared with.
Samples othersOf(const std::vector<Pair>& pairs, const Case& about) {
    Samples all;
    for (const Pair& pair : pairs)
        if (pair.other == &about) all.add(pair.others);
    return all;
}

void print(const std::vector<Case>& plan, const std::vector<Pair>& pairs) {
    for (const Case& one : plan)
        if (one.against.empty()) printRow(one, othersOf(pairs, one), {1, 1, 1}, 1, 0);
    for (const Pair& pair : pairs)
        printRow(*pair.about, pair.own, quartilesOf(pair.ratios), quartilesOf(pair.cpuRatios).middle,
                 pair.disturbed);
}

int complainOfTooFew(const std::vector<Pair>& pairs, std::size_t wanted) {
    int status = 0;
    for (const Pair& pair : pairs) {
        if (pair.good() >= wanted) continue;
        status = 3;
        std::fprintf(stderr, "bench-tool: %s: only %zu of %zu runs did what they should\n",
                     pair.about->name.c_str(), pair.good(), pair.good() + pair.disturbed);
    }
    return status;
}
}  // namespace

int runTurns(const Arguments& arguments) {
    if (chdir("/") != 0) fail("cannot enter", "/");
    const auto plan = readPlan(arguments[0]);
    const auto wanted = numberOf(arguments[1]);
    std::minstd_rand random(1);  // the same order each time: figures can be compared
    constexpr std::size_t kWarmUp = 3;
    std::size_t round = 0;
    for (; round < kWarmUp; ++round) {
        auto warm = pairsOf(plan);
        runRound(warm, 1, round, random);
    }
    auto pairs = pairsOf(plan);
    while (round < kWarmUp + 2 * wanted && runRound(pairs, wanted, round, random)) ++round;
    print(plan, pairs);
    return complainOfTooFew(pairs, wanted);
}
}  // namespace bench

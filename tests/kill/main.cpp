// SPDX-License-Identifier: MIT
// kill-at-call: runs a program, and kills it right before, or right after, its n-th system call.
//   kill-at-call [--forked] --count PROGRAM ARGUMENT...      how many calls there are
//   kill-at-call [--forked] --before N PROGRAM ARGUMENT...
//   kill-at-call [--forked] --after N PROGRAM ARGUMENT...
//   kill-at-call --operations [NAME... [before|after N]]     each operation, killed at every call;
//   kill_at_call.sh runs it
// --forked: not the program is stepped, but the process that it forks.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "base/text.h"
#include "trial.h"

namespace {

using namespace prune::stepping;
using Words = std::vector<std::string>;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int explainUsage() {
    std::fputs(
        "usage: kill-at-call [--forked] --count|--before N|--after N PROGRAM ARGUMENT...\n"
        "       kill-at-call --operations [NAME... [before|after N]]\n",
        stderr);
    return kUsage;
}

/// Takes the first word, if it is this.
bool take(Words& words, const std::string& word) {
    if (words.empty() || words.front() != word) return false;
    words.erase(words.begin());
    return true;
}

std::optional<std::uint64_t> takeNumber(Words& words) {
    if (words.empty()) return std::nullopt;
    const auto number = prune::parseUnsigned(words.front());
    words.erase(words.begin());
    return number;
}

int stepOnce(Words words) {
    const auto who = take(words, "--forked") ? Who::forked : Who::program;
    std::optional<KillPoint> at;
    if (!take(words, "--count")) {
        const bool after = take(words, "--after");
        if (!after && !take(words, "--before")) return explainUsage();
        const auto number = takeNumber(words);
        if (!number) return explainUsage();
        at = KillPoint{*number, after ? When::after : When::before};
    }
    if (words.empty()) return explainUsage();
    const auto stepped = step({words.front(), words}, who, at);
    std::printf("%llu calls%s\n", static_cast<unsigned long long>(stepped.calls),
                stepped.killed ? ", killed"
                : stepped.idle ? ", asleep"
                               : "");
    return at && !stepped.killed ? kFailed : kDone;
}

struct Part {
    const char* name;
    std::vector<Operation> (*operations)();
    bool isForKernel = false;  ///< what the kernel starts: nobody is there to do it again
};

constexpr Part kParts[] = {
    {"release", releaseOperations, true}, {"drain", drainOperations, true}, {"retry", retryOperations},
    {"sweep", sweepOperations},           {"facts", factOperations},        {"enable", enableOperations}};

bool contains(const Words& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// At the end of the words: "before 17".
std::optional<KillPoint> takePoint(Words& words) {
    if (words.size() < 2) return std::nullopt;
    const auto& when = words[words.size() - 2];
    const auto number = prune::parseUnsigned(words.back());
    if (!number || (when != "before" && when != "after")) return std::nullopt;
    const KillPoint at{*number, when == "before" ? When::before : When::after};
    words.resize(words.size() - 2);
    return at;
}

void add(Counts& all, const Counts& more) {
    all.operations += more.operations;
    all.calls += more.calls;
    all.kills += more.kills;
    all.states += more.states;
    all.healed += more.healed;
    all.failed += more.failed;
}

using Count = unsigned long long;

void printCounts(const std::string& name, const Counts& counts) {
    std::printf("%s: %llu calls, %llu kills, %llu states, %llu healings, %llu failed\n", name.c_str(),
                static_cast<Count>(counts.calls), static_cast<Count>(counts.kills),
                static_cast<Count>(counts.states), static_cast<Count>(counts.healed),
                static_cast<Count>(counts.failed));
    std::fflush(stdout);
}

/// Those of that name, and those of the part of that name; all, if there is no name.
Counts stepNamed(World& world, const Words& names, Options options) {
    Counts all;
    const bool isFull = options.healAll;
    for (const auto& part : kParts) {
        options.after = isFull || part.isForKernel;
        for (const auto& operation : part.operations()) {
            if (!names.empty() && !contains(names, part.name) && !contains(names, operation.name)) continue;
            const auto counts = tryOperation(world, operation, options);
            printCounts(operation.name, counts);
            add(all, counts);
        }
    }
    return all;
}

int stepOperations(Words names) {
    Options options;
    options.healAll = std::getenv("CGPRUNE_FULL") != nullptr;
    options.only = takePoint(names);
    World world;
    const auto all = stepNamed(world, names, options);
    printCounts("in all", all);
    std::printf("kill-at-call: %llu operations, %llu kills\n", static_cast<Count>(all.operations),
                static_cast<Count>(all.kills));
    return all.operations > 0 && all.kills > 0 && all.failed == 0 ? kDone : kFailed;
}

}  // namespace

int main(int argc, char** argv) {
    Words words(argv + 1, argv + argc);
    try {
        return take(words, "--operations") ? stepOperations(std::move(words)) : stepOnce(std::move(words));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "kill-at-call: %s\n", problem.what());
        return kFailed;
    }
}

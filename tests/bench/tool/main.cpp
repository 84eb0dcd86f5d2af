// SPDX-License-Identifier: MIT
// What the benchmarks need and a shell cannot do.
#include <charconv>
#include <cstdio>

#include "commands.h"
#include "fail.h"

namespace bench {
namespace {
struct Command {
    std::string_view name;
    std::size_t least;  // arguments
    std::size_t most;
    const char* usage;
    int (*run)(const Arguments&);
};

constexpr std::size_t kAny = ~std::size_t{0};

constexpr Command kCommands[] = {
    {"turns", 2, 2, "PLAN RUNS: run each case by turns with its counterpart; a line of figures for each",
     runTurns},
    {"once", 2, kAny, "PLAN CASE [WRAPPER...]: run a case once, behind a wrapper such as valgrind", runOnce},
    {"trace", 2, 2, "PLAN CASE: run a case once; prints its system calls, and its peak of memory in kB",
     runTrace},
    {"fill", 3, 3, "FOLDER COUNT FACT: put as many facts, of cgroups that are not there, into a registry",
     runFill},
    {"mounts", 2, 2, "FOLDER COUNT: mount in FOLDER until this mount namespace has as many mounts",
     runMounts},
    {"liveness", 1, kAny,
     "PROCESSES...: how long it takes to tell whether a creator lives, among as many sleeping processes",
     runLiveness},
};

int usage() {
    std::fputs("usage: bench-tool COMMAND ...\n", stderr);
    for (const Command& command : kCommands)
        std::fprintf(stderr, "  %s %s\n", command.name.data(), command.usage);
    return 2;
}
}  // namespace

std::size_t numberOf(const std::string& text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) misuse("not a number:", text);
    return value;
}
}  // namespace bench

int main(int argc, char** argv) {
    const bench::Arguments all(argv, argv + argc);
    if (all.size() < 2) return bench::usage();
    const bench::Arguments arguments(all.begin() + 2, all.end());
    for (const auto& command : bench::kCommands)
        if (command.name == all[1] && arguments.size() >= command.least && arguments.size() <= command.most)
            return command.run(arguments);
    return bench::usage();
}

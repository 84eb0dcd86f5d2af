// SPDX-License-Identifier: MIT
// Makes the surroundings in which agents are slow, if they are: many facts, many mounts.
#include <sys/mount.h>
#include <sys/stat.h>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "commands.h"
#include "fail.h"
#include "stage.h"

namespace bench {
namespace {
std::size_t mountsHere() {
    std::ifstream list("/proc/self/mountinfo");
    return static_cast<std::size_t>(
        std::count(std::istreambuf_iterator<char>(list), std::istreambuf_iterator<char>(), '\n'));
}

void mountAt(const std::string& place) {
    if (mkdir(place.c_str(), 0755) != 0) fail("cannot make", place);
    if (mount("bench", place.c_str(), "tmpfs", 0, "size=4k") != 0) fail("cannot mount at", place);
}
}  // namespace

int runFill(const Arguments& arguments) {
    constexpr std::size_t kFirstId = 1'000'000'000;  // above those of cgroups that will be made here
    std::ifstream file(arguments[2]);
    std::ostringstream fact;
    fact << file.rdbuf();
    if (!file) fail("cannot read", arguments[2]);
    const auto count = numberOf(arguments[1]);
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = std::to_string(kFirstId + i);
        const auto text = filledIn(filledIn(fact.str(), "{id}", id), "{name}", id);
        writeText(arguments[0] + '/' + id + ".creator", text);
    }
    return 0;
}

int runMounts(const Arguments& arguments) {
    const auto wanted = numberOf(arguments[1]);
    const auto there = mountsHere();
    if (there > wanted) std::fprintf(stderr, "bench-tool: not %zu mounts: there are %zu\n", wanted, there);
    for (auto count = there; count < wanted; ++count) mountAt(arguments[0] + '/' + std::to_string(count));
    return 0;
}
}  // namespace bench

// SPDX-License-Identifier: MIT
#include "fail.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bench {
namespace {
void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void printBoth(std::string_view what, std::string_view about) {
    print("bench-tool: ");
    print(what);
    if (!about.empty()) print(" ");
    print(about);
}
}  // namespace

void fail(std::string_view what, std::string_view about) {
    const char* reason = std::strerror(errno);
    printBoth(what, about);
    print(": ");
    print(reason);
    print("\n");
    std::exit(1);
}

void misuse(std::string_view what, std::string_view about) {
    printBoth(what, about);
    print("\n");
    std::exit(2);
}
}  // namespace bench

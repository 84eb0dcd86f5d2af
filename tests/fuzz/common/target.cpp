// SPDX-License-Identifier: MIT
#include "common/target.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/text.h"

namespace prune::fuzz {

void require(bool holds, const char* promise, std::string_view about) {
    if (holds) return;
    const auto shown = escapeForPeople(about.substr(0, 2'000));
    std::fprintf(stderr, "does not hold: %s\n  %s\n", promise, shown.c_str());
    std::abort();
}

}  // namespace prune::fuzz

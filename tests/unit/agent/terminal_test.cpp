// SPDX-License-Identifier: MIT
#include "cgprune/terminal.h"

#include "support/catch.h"

using namespace prune;

TEST_CASE("the first variable of a locale that is set decides on its encoding") {
    CHECK(isUtf8("C.UTF-8", "C", "C"));
    CHECK_FALSE(isUtf8("C", "C.UTF-8", "C.UTF-8"));
    CHECK(isUtf8("", "en_GB.utf8", "C"));
    CHECK_FALSE(isUtf8("", "POSIX", "en_GB.UTF-8"));
    CHECK(isUtf8("", "", "de_DE.UTF-8@euro"));
}

TEST_CASE("a locale that names no UTF-8 has none, and where none is set everything can take it") {
    CHECK_FALSE(isUtf8("", "", "de_DE"));
    CHECK_FALSE(isUtf8("", "", "de_DE.ISO-8859-1"));
    CHECK(isUtf8("", "", ""));
}

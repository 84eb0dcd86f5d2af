// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <limits>
#include <string>

#include "support/catch.h"

using namespace prune;
using namespace std::string_literals;

namespace {

/// All 256 bytes.
std::string allBytes() {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes;
}

}  // namespace

TEST_CASE("numbers are written in decimal digits") {
    CHECK(decimal(0) == "0");
    CHECK(decimal(42) == "42");
    CHECK(decimal(-7) == "-7");
    CHECK(decimal(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(decimal(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807");
    CHECK(decimalUnsigned(0) == "0");
    CHECK(decimalUnsigned(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

TEST_CASE("a number is read back") {
    CHECK(parseUnsigned("0") == 0U);
    CHECK(parseUnsigned("42") == 42U);
    CHECK(parseUnsigned("007") == 7U);
    CHECK(parseUnsigned("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("what is not wholly a number is none") {
    CHECK_FALSE(parseUnsigned(""));
    CHECK_FALSE(parseUnsigned(" 1"));
    CHECK_FALSE(parseUnsigned("1 "));
    CHECK_FALSE(parseUnsigned("1\n"));
    CHECK_FALSE(parseUnsigned("-1"));
    CHECK_FALSE(parseUnsigned("+1"));
    CHECK_FALSE(parseUnsigned("0x1"));
    CHECK_FALSE(parseUnsigned("1.0"));
    CHECK_FALSE(parseUnsigned("abc"));
}

TEST_CASE("a number that is too large is none") {
    CHECK_FALSE(parseUnsigned("18446744073709551616"));
    CHECK_FALSE(parseUnsigned("99999999999999999999999"));
}

TEST_CASE("trim takes blanks and tabs from both ends only") {
    CHECK(trim(" \ta b\t ") == "a b");
    CHECK(trim("a") == "a");
    CHECK(trim("") == "");
    CHECK(trim(" \t ") == "");
    CHECK(trim("\na\n") == "\na\n");
}

TEST_CASE("cutField takes the part before the separator from the rest") {
    std::string_view rest = "a:b:c";
    CHECK(cutField(rest, ':') == "a");
    CHECK(rest == "b:c");
    CHECK(cutField(rest, ':') == "b");
    CHECK(cutField(rest, ':') == "c");
    CHECK(rest.empty());
}

TEST_CASE("cutField gives empty fields too") {
    std::string_view rest = "::a";
    CHECK(cutField(rest, ':').empty());
    CHECK(rest == ":a");
    CHECK(cutField(rest, ':').empty());
    CHECK(rest == "a");
}

TEST_CASE("cutField gives all where there is no separator") {
    std::string_view rest = "abc";
    CHECK(cutField(rest, ':') == "abc");
    CHECK(rest.empty());
    CHECK(cutField(rest, ':').empty());
}

TEST_CASE("escape leaves printable ASCII") {
    CHECK(escape("aZ09-_./,;:@#*~!'`$&|<>(){}[]?^%+") == "aZ09-_./,;:@#*~!'`$&|<>(){}[]?^%+");
}

TEST_CASE("escape writes blank, quote, backslash and equals sign as hexadecimal") {
    CHECK(escape(" ") == "\\x20");
    CHECK(escape("\"") == "\\x22");
    CHECK(escape("\\") == "\\x5c");
    CHECK(escape("=") == "\\x3d");
}

TEST_CASE("escape writes all that is not printable as hexadecimal") {
    CHECK(escape("\n\t\x1b\x7f"s) == "\\x0a\\x09\\x1b\\x7f");
    CHECK(escape("\0"s) == "\\x00");
    CHECK(escape("\xc3\xa9\xff") == "\\xc3\\xa9\\xff");
}

TEST_CASE("an escaped text has no blank, no newline and no byte above 126") {
    for (const char c : escape(allBytes())) CHECK((c > ' ' && c < '\x7f'));
}

TEST_CASE("unescape undoes escape for all bytes") {
    CHECK(unescape(escape(allBytes())) == allBytes());
    CHECK(unescape("") == "");
}

TEST_CASE("unescape takes nothing that escape would not give") {
    CHECK_FALSE(unescape("a b"));
    CHECK_FALSE(unescape("a\n"));
    CHECK_FALSE(unescape("\xff"));
    CHECK_FALSE(unescape("\\"));
    CHECK_FALSE(unescape("\\x"));
    CHECK_FALSE(unescape("\\x2"));
    CHECK_FALSE(unescape("\\n"));
    CHECK_FALSE(unescape("\\xg0"));
    CHECK_FALSE(unescape("\\x0g"));
    CHECK_FALSE(unescape("\\x0A"));
    CHECK_FALSE(unescape("\\X41"));
}

TEST_CASE("unescape takes an escape at the very end") { CHECK(unescape("a\\x20") == "a "); }

TEST_CASE("for people, blank, quote and equals sign stay") {
    CHECK(escapeForPeople("a b=\"c\"") == "a b=\"c\"");
    CHECK(escapeForPeople("\\\n\xff") == "\\x5c\\x0a\\xff");
}

TEST_CASE("a path is at or below itself and what is above it") {
    CHECK(isAtOrBelow("/a", "/a"));
    CHECK(isAtOrBelow("/a/b", "/a"));
    CHECK(isAtOrBelow("/a/b/c", "/a/b"));
    CHECK(isAtOrBelow("/a", "/"));
    CHECK(isAtOrBelow("/", "/"));
}

TEST_CASE("a path is not below one that only begins alike") {
    CHECK_FALSE(isAtOrBelow("/ab", "/a"));
    CHECK_FALSE(isAtOrBelow("/a", "/a/b"));
    CHECK_FALSE(isAtOrBelow("/b/a", "/a"));
    CHECK_FALSE(isAtOrBelow("", "/"));
    CHECK_FALSE(isAtOrBelow("a", "/"));
}

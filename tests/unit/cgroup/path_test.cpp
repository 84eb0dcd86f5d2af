// SPDX-License-Identifier: MIT
// What is a cgroup's path, and what is said of a text that is none.
#include "cgroup/path.h"

#include "support/catch.h"

using namespace prune;

namespace {

std::string refusal(std::string_view text) {
    const auto path = CgroupPath::parse(text);
    REQUIRE_FALSE(path.ok());
    CHECK(path.error().code == 0);
    return path.error().text();
}

bool isAccepted(std::string_view text) {
    const auto path = CgroupPath::parse(text);
    return path.ok() && path.value().text() == text;
}

CgroupPath pathOf(std::string_view text) {
    auto path = CgroupPath::parse(text);
    REQUIRE(path.ok());
    return path.value();
}

}  // namespace

TEST_CASE("an empty cgroup path is refused") { CHECK(refusal("") == R"(cgroup path "" is empty)"); }

TEST_CASE("a cgroup path without a leading slash is refused") {
    CHECK(refusal("lxc/c1") == R"(cgroup path "lxc/c1" does not begin with "/")");
}

TEST_CASE("the root is refused as a cgroup path") {
    CHECK(refusal("/") == R"(cgroup path "/" is the root, which is never removed; name a cgroup below it)");
}

TEST_CASE("a cgroup path with an empty component is refused") {
    const std::string text = GENERATE("//", "//a", "/a//b", "/a/", "/a//");
    const std::string expected = R"( has an empty component ("//" or a "/" at its end))";
    CHECK(refusal(text) == "cgroup path \"" + text + "\"" + expected);
}

TEST_CASE("a cgroup path with a component of one or two dots is refused") {
    const std::string text = GENERATE("/.", "/..", "/./a", "/../a", "/a/./b", "/a/../b", "/a/.", "/a/..");
    CHECK(refusal(text) == "cgroup path \"" + text + R"(" has a "." or ".." component)");
}

TEST_CASE("a cgroup path with a NUL byte is refused") {
    using namespace std::string_view_literals;
    CHECK(refusal("/a\0b"sv) == R"(cgroup path "/a\x00b" holds a NUL byte)");
    CHECK(refusal("/a\0"sv) == R"(cgroup path "/a\x00" holds a NUL byte)");
}

TEST_CASE("a cgroup path beyond the longest is refused and shown by its first 200 bytes") {
    const std::string longest = "/" + std::string(CgroupPath::kMaxBytes - 1, 'a');
    CHECK(isAccepted(longest));
    CHECK(refusal(longest + 'a') == "cgroup path \"" + longest.substr(0, 200) + "\" is too long");
}

TEST_CASE("bytes that are not printable are escaped when a cgroup path is refused") {
    CHECK(refusal("/a\n\xff/..") == R"(cgroup path "/a\x0a\xff/.." has a "." or ".." component)");
}

TEST_CASE("a component of a cgroup path can have 4095 bytes") {
    const std::string component(4095, 'n');
    CHECK(isAccepted("/" + component));
    CHECK(pathOf("/a/" + component).name() == component);
}

TEST_CASE("a cgroup's name can hold any byte but slash and NUL") {
    for (int byte = 1; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (c == '/') continue;
        const std::string text = std::string("/x") + c + "/" + c + "x";
        INFO("byte " << byte);
        CHECK(isAccepted(text));
    }
}

TEST_CASE("names that only look like something else are cgroup names") {
    const std::string name =
        GENERATE("...", "..a", ".a", "a.", "-rf", "$(id)", "x (deleted)", "a b", "\\", "~", "*");
    CHECK(isAccepted("/" + name));
    CHECK(isAccepted("/" + name + "/" + name));
}

TEST_CASE("the name of a cgroup path is its last component") {
    CHECK(pathOf("/a").name() == "a");
    CHECK(pathOf("/a/bc/def").name() == "def");
}

TEST_CASE("the parent of a cgroup path has no leading slash and is empty below the root") {
    CHECK(pathOf("/a").parentBelowRoot().empty());
    CHECK(pathOf("/a/b").parentBelowRoot() == "a");
    CHECK(pathOf("/a/bc/def").parentBelowRoot() == "a/bc");
}

TEST_CASE("a cgroup path below the root is the path without its slash") {
    CHECK(pathOf("/a").belowRoot() == "a");
    CHECK(pathOf("/a/b").belowRoot() == "a/b");
}

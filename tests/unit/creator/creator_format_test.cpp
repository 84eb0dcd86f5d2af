// SPDX-License-Identifier: MIT
// The lines of a creator in a record: written, read, and broken in every way.
#include <climits>
#include <vector>

#include "base/text.h"
#include "creator/creator.h"
#include "support/catch.h"

namespace prune::test {

namespace {

FileHandle handle(std::int32_t type, std::uint32_t size, unsigned char first) {
    FileHandle made;
    made.type = type;
    made.size = size;
    for (std::uint32_t i = 0; i < size; ++i) made.bytes[i] = static_cast<unsigned char>(first + 37 * i);
    return made;
}

Creator simple() {
    Creator creator;
    creator.name = "sh";
    creator.task = {777, 100, 0, std::nullopt};
    return creator;
}

/// With every line there can be.
Creator full() {
    Creator creator;
    creator.decides = Decides::nameSpace;
    creator.name = "sh";
    creator.user = 1000;
    creator.task = {777, 100, 55, handle(0xfe, 8, 1)};
    creator.init = Task{600, 90, 54, handle(0xfe, 8, 2)};
    creator.session = Task{500, 80, 53, handle(0xfe, 8, 3)};
    creator.held = Namespace{NamespaceType::mnt, 0xF0000001, 99, handle(0xf1, 16, 4)};
    for (std::size_t i = 0; i < kNamespaceTypes; ++i) creator.namespaces[i] = 0xEFFFFFF8 + i;
    return creator;
}

std::string written(const Creator& creator) {
    RecordWriter writer;
    writeCreator(writer, creator);
    return writer.str();
}

std::optional<Creator> readBack(const std::string& text) {
    RecordReader reader(text);
    return readCreator(reader);
}

void checkRoundTrip(const Creator& creator) {
    const auto text = written(creator);
    CAPTURE(text);
    CHECK(readBack(text) == creator);
}

std::vector<std::string> linesWithEnds(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) lines.push_back(std::string(cutField(text, '\n')) + '\n');
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line;
    return text;
}

/// The text of full() with another value in the line of that key.
std::string with(const std::string& key, const std::string& value) {
    auto lines = linesWithEnds(written(full()));
    int found = 0;
    for (auto& line : lines) {
        if (!line.starts_with(key + '=')) continue;
        line = key + '=' + value + '\n';
        ++found;
    }
    REQUIRE(found == 1);
    return joined(lines);
}

bool isOptional(const std::string& line) {
    const auto key = line.substr(0, line.find('='));
    return key.ends_with("pidfd-inode") || key.ends_with("pidfd-handle") || key == "namespace-id" ||
           key == "namespace-handle" || key.starts_with("ns-");
}

}  // namespace

TEST_CASE("a creator that decides for itself is read as it was written", "[creator]") {
    checkRoundTrip(simple());
}

TEST_CASE("a creator with everything is read as it was written", "[creator]") { checkRoundTrip(full()); }

TEST_CASE("a creator of each kind is read as it was written", "[creator]") {
    auto creator = full();
    creator.decides = GENERATE(Decides::task, Decides::init, Decides::session, Decides::nameSpace);
    if (creator.decides != Decides::init) creator.init.reset();
    if (creator.decides != Decides::session) creator.session.reset();
    if (creator.decides != Decides::nameSpace) creator.held.reset();
    checkRoundTrip(creator);
}

TEST_CASE("a creator of an old kernel, without inodes, ids and handles, is read as it was written",
          "[creator]") {
    auto creator = full();
    creator.decides = GENERATE(Decides::init, Decides::session, Decides::nameSpace);
    creator.task = creator.init.emplace(Task{600, 90, 0, std::nullopt});
    creator.session = creator.init;
    creator.held = Namespace{NamespaceType::uts, 0xF0000001, 0, std::nullopt};
    creator.namespaces = {};
    checkRoundTrip(creator);
}

TEST_CASE("a namespace of each type is read as it was written", "[creator]") {
    for (std::size_t i = 0; i < kNamespaceTypes; ++i) {
        auto creator = full();
        creator.held->type = static_cast<NamespaceType>(i);
        checkRoundTrip(creator);
    }
}

TEST_CASE("the greatest numbers are read as they were written", "[creator]") {
    auto creator = full();
    creator.user = UINT32_MAX;
    creator.task = {INT_MAX, UINT64_MAX, UINT64_MAX, handle(INT32_MAX, 32, 255)};
    creator.held = Namespace{NamespaceType::uts, UINT64_MAX, UINT64_MAX, handle(0, 1, 0)};
    creator.namespaces.fill(UINT64_MAX);
    checkRoundTrip(creator);
}

TEST_CASE("a hostile name is read as it was written, and stays in its line", "[creator]") {
    auto creator = simple();
    creator.name = GENERATE(as<std::string>(), "", " ", "a\nuid=0", "=", "\\x41", "\\", "\"", "a\tb",
                            "\xff\xfe\x01\x7f", "pid=1\npid=1\n", std::string("a\0b", 3));
    checkRoundTrip(creator);
    CHECK(linesWithEnds(written(creator)).size() == linesWithEnds(written(simple())).size());
}

TEST_CASE("without a line that must be there a creator is none, and without another it is less",
          "[creator]") {
    const auto lines = linesWithEnds(written(full()));
    REQUIRE(lines.size() == 27);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto fewer = lines;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        const auto text = joined(fewer);
        const auto creator = readBack(text);
        CAPTURE(lines[i]);
        CHECK(creator.has_value() == isOptional(lines[i]));
        if (creator) CHECK(written(*creator) == text);
    }
}

TEST_CASE("a creator with any line twice is none", "[creator]") {
    const auto lines = linesWithEnds(written(full()));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto more = lines;
        more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
        CAPTURE(lines[i]);
        CHECK_FALSE(readBack(joined(more)));
    }
}

TEST_CASE("a creator with two lines swapped is none", "[creator]") {
    const auto lines = linesWithEnds(written(full()));
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        auto swapped = lines;
        std::swap(swapped[i], swapped[i + 1]);
        CAPTURE(lines[i]);
        CHECK_FALSE(readBack(joined(swapped)));
    }
}

TEST_CASE("a creator with an unknown line anywhere is none", "[creator]") {
    const auto lines = linesWithEnds(written(full()));
    const auto unknown = GENERATE(as<std::string>(), "more=1\n", "\n", "pid\n", "=\n", "PID=1\n");
    for (std::size_t i = 0; i <= lines.size(); ++i) {
        auto more = lines;
        more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), unknown);
        CAPTURE(i);
        CHECK_FALSE(readBack(joined(more)));
    }
}

TEST_CASE("a creator that is cut anywhere inside a line is none", "[creator]") {
    const auto text = written(full());
    for (std::size_t length = 0; length < text.size(); ++length) {
        if (length > 0 && text[length - 1] == '\n') continue;
        CAPTURE(length);
        CHECK_FALSE(readBack(text.substr(0, length)));
    }
}

TEST_CASE("a creator with a number out of its range is none", "[creator]") {
    for (const auto* key : {"pid", "init-pid", "session-pid"}) {
        CAPTURE(key);
        CHECK_FALSE(readBack(with(key, "0")));
        CHECK_FALSE(readBack(with(key, "2147483648")));
    }
    CHECK_FALSE(readBack(with("uid", "4294967296")));
    for (const auto* key :
         {"start", "init-start", "pidfd-inode", "namespace-inode", "namespace-id", "ns-mnt"})
        CHECK_FALSE(readBack(with(key, "18446744073709551616")));
}

TEST_CASE("a creator with something else for a number is none", "[creator]") {
    const auto value = GENERATE(as<std::string>(), "", "-1", "+1", "x", "1x", "0x1", "\\x31x", "1.0");
    for (const auto* key :
         {"uid", "pid", "start", "pidfd-inode", "init-pid", "init-start", "session-pid",
          "session-pidfd-inode", "namespace-inode", "namespace-id", "ns-cgroup", "ns-uts"}) {
        CAPTURE(key);
        CHECK_FALSE(readBack(with(key, value)));
    }
}

TEST_CASE("a creator with a broken handle is none", "[creator]") {
    const auto value = GENERATE(as<std::string>(), "", ":", "254", "254:", ":01", "254:0", "254:0g", "254:0A",
                                "-1:01", "2147483648:01", "254:01:02", "254:01\\x00", "\\x4");
    for (const auto* key :
         {"pidfd-handle", "init-pidfd-handle", "session-pidfd-handle", "namespace-handle"}) {
        CAPTURE(key);
        CHECK_FALSE(readBack(with(key, value)));
    }
}

TEST_CASE("a handle of more bytes than any is none", "[creator]") {
    CHECK(readBack(with("pidfd-handle", "254:" + std::string(64, 'a'))));
    CHECK_FALSE(readBack(with("pidfd-handle", "254:" + std::string(66, 'a'))));
}

TEST_CASE("a creator with an unknown word is none", "[creator]") {
    const auto value = GENERATE(as<std::string>(), "", "tasks", "Task", "network");
    CHECK_FALSE(readBack(with("decides", value)));
    CHECK_FALSE(readBack(with("namespace", value)));
}

TEST_CASE("a creator that does not record what decides is none", "[creator]") {
    auto creator = simple();
    creator.decides = GENERATE(Decides::init, Decides::session, Decides::nameSpace);
    CHECK_FALSE(readBack(written(creator)));
}

TEST_CASE("a creator with a name that is no output of escaping is none", "[creator]") {
    CHECK_FALSE(readBack(with("name", GENERATE(as<std::string>(), "a b", "\\", "\\x4", "\\xZZ", "\x80"))));
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// The text of state files: strict, so that whatever is half or wrong is seen to be.
#include "base/record.h"

#include "support/catch.h"

using namespace prune;

namespace {

/// Reads a record of kind "fact", version 3, with a text, an optional number and a flag.
struct Read {
    explicit Read(std::string_view record) : reader(record, "fact", 3) {
        name = reader.text("name");
        size = reader.number("size");
        since = reader.optionalNumber("since");
        late = reader.flag("late");
        whole = reader.finished();
    }

    RecordReader reader;
    std::string name;
    std::uint64_t size = 0;
    std::optional<std::uint64_t> since;
    bool late = false;
    bool whole = false;
};

std::string record() {
    RecordWriter writer("fact", 3);
    writer.text("name", "a b=\n\xff");
    writer.number("size", 18'446'744'073'709'551'615U);
    writer.number("since", 7);
    writer.flag("late", true);
    writer.flag("never", false);
    return writer.str();
}

bool isWhole(std::string_view text) { return Read(text).whole; }

}  // namespace

TEST_CASE("a record is a first line with kind and version and a line for each field") {
    CHECK(record() == "fact 3\nname=a\\x20b\\x3d\\x0a\\xff\nsize=18446744073709551615\nsince=7\nlate=yes\n");
}

TEST_CASE("a record without fields is its first line") {
    CHECK(RecordWriter("fact", 3).str() == "fact 3\n");
    CHECK(RecordReader("fact 3\n", "fact", 3).finished());
}

TEST_CASE("a record is read as it was written") {
    const Read read(record());
    CHECK(read.whole);
    CHECK(read.name == "a b=\n\xff");
    CHECK(read.size == 18'446'744'073'709'551'615U);
    CHECK(read.since == 7U);
    CHECK(read.late);
}

TEST_CASE("optional fields of a record may be missing") {
    const Read read("fact 3\nname=\nsize=0\n");
    CHECK(read.whole);
    CHECK(read.name.empty());
    CHECK_FALSE(read.since);
    CHECK_FALSE(read.late);
}

TEST_CASE("a record cut at any byte is not whole") {
    const std::string text = record();
    const std::string withoutFlag = text.substr(0, text.find("late="));
    const std::string required = text.substr(0, text.find("since="));
    REQUIRE(isWhole(text));
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto cut = text.substr(0, size);
        INFO("cut to " << size << " bytes");
        // Without its optional last lines it is a record too: only a file that is there whole is safe from
        // that.
        CHECK(isWhole(cut) == (cut == withoutFlag || cut == required));
    }
}

TEST_CASE("a record with any byte more or doubled is not whole") {
    const std::string text = record();
    CHECK_FALSE(isWhole(text + "\n"));
    CHECK_FALSE(isWhole(text + "x"));
    CHECK_FALSE(isWhole("\n" + text));
    CHECK_FALSE(isWhole(" " + text));
    CHECK_FALSE(isWhole(text + text));
}

TEST_CASE("a record of another kind or version is not whole") {
    const std::string rest = record().substr(std::string("fact 3").size());
    REQUIRE(isWhole("fact 3" + rest));
    for (const char* first :
         {"fact 4", "fact 33", "fact 03", "fact", "fact3", "fact  3", "fac 3", "facts 3", "Fact 3", ""})
        CHECK_FALSE(isWhole(first + rest));
}

TEST_CASE("a record of another version says so at once") {
    CHECK(RecordReader("fact 3\n", "fact", 3).ok());
    CHECK_FALSE(RecordReader("fact 4\n", "fact", 3).ok());
    CHECK_FALSE(RecordReader("fact 3", "fact", 3).ok());
    CHECK_FALSE(RecordReader("", "fact", 3).ok());
}

TEST_CASE("a record with an unknown key is not whole") {
    CHECK_FALSE(isWhole("fact 3\nnew=1\nname=a\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\nnew=1\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nnew=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nlate=yes\nnew=1\n"));
}

TEST_CASE("a record whose keys are in another order is not whole") {
    CHECK_FALSE(isWhole("fact 3\nsize=1\nname=a\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nlate=yes\nsince=7\n"));
}

TEST_CASE("a record with a key twice is not whole") {
    CHECK_FALSE(isWhole("fact 3\nname=a\nname=a\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nlate=yes\nlate=yes\n"));
}

TEST_CASE("a record without a key that must be there is not whole") {
    CHECK_FALSE(isWhole("fact 3\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname=a\n"));
    CHECK_FALSE(isWhole("fact 3\n"));
}

TEST_CASE("a key of a record that only begins like the wanted one is another key") {
    CHECK_FALSE(isWhole("fact 3\nnames=a\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nnam=a\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\nname a\nsize=1\n"));
    CHECK_FALSE(isWhole("fact 3\n=a\nsize=1\n"));
}

TEST_CASE("a record with a value that is not escaped is not whole") {
    for (const char* value :
         {"a b", "a\tb", "\xff", "a\\", "a\\x", "a\\x2", "a\\x2G", "a\\x2D", "a\\n", "\\\\"})
        CHECK_FALSE(isWhole("fact 3\nname=" + std::string(value) + "\nsize=1\n"));
}

TEST_CASE("a record with a number that is none is not whole") {
    for (const char* value :
         {"", "-1", "+1", " 1", "1 ", "0x1", "1.5", "one", "01", "00", "18446744073709551616"}) {
        INFO(value);
        CHECK_FALSE(isWhole("fact 3\nname=a\nsize=" + std::string(value) + "\n"));
        CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nsince=" + std::string(value) + "\n"));
    }
}

TEST_CASE("a flag of a record is yes or not there") {
    for (const char* value : {"", "no", "1", "true", "Yes", "yes ", "yess"}) {
        INFO(value);
        CHECK_FALSE(isWhole("fact 3\nname=a\nsize=1\nlate=" + std::string(value) + "\n"));
    }
}

TEST_CASE("nothing is read from a record after the first fault") {
    RecordReader reader("fact 3\nother=1\nname=a\n", "fact", 3);
    CHECK(reader.text("name").empty());
    CHECK_FALSE(reader.ok());
    CHECK(reader.text("other").empty());
    CHECK(reader.number("other") == 0);
    CHECK_FALSE(reader.flag("name"));
    CHECK_FALSE(reader.finished());
}

TEST_CASE("values of any bytes come through a record") {
    std::string value;
    for (int byte = 0; byte < 256; ++byte) value += static_cast<char>(byte);
    RecordWriter writer("fact", 3);
    writer.text("name", value);
    writer.number("size", 0);
    const Read read(writer.str());
    CHECK(read.whole);
    CHECK(read.name == value);
}

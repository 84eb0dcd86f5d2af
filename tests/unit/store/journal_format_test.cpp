// SPDX-License-Identifier: MIT
// The text of a journal entry, and back.
#include <random>

#include "journal_entries.h"
#include "store/state_folder.h"
#include "support/catch.h"

using namespace prune;

namespace {

const std::string kPlainText =
    "cgprune-journal 1\n"
    "boot=3f0e2b7c-9a55-4c1d-8e42-6d1f5b9a7c10\n"
    "hierarchy=freezer\n"
    "hierarchy-id=7\n"
    "id=42\n"
    "owner=1000\n"
    "path=/lxc/c\\x201\n"
    "agent=/run/cgprune/agents/freezer\n"
    "reason=lingering\n"
    "empty-since=123456\n"
    "due=125456\n"
    "looks=3\n";

/// kPlainText with the line of `key` changed to `line`, which may be several or none.
std::string withLine(const std::string& key, const std::string& line) {
    const auto begin = kPlainText.find("\n" + key + "=") + 1;
    REQUIRE(begin != 0);
    const auto end = kPlainText.find('\n', begin) + 1;
    return kPlainText.substr(0, begin) + line + kPlainText.substr(end);
}

bool isEntry(std::string_view text) { return parseEntry(kKey, text).has_value(); }

/// Anything that an entry can hold.
class Generator {
public:
    JournalEntry entry() {
        JournalEntry entry;
        entry.boot = text(40);
        entry.hierarchyId = static_cast<std::uint32_t>(random_());
        entry.path = text(600);
        entry.agent = text(600);
        entry.reason = text(20);
        entry.emptySinceMs = static_cast<std::int64_t>(time());
        entry.dueMs = static_cast<std::int64_t>(time());
        entry.looks = number();
        if (coin()) entry.lockHeldSinceMs = time();
        if (coin()) entry.failingSinceMs = time();
        entry.ambiguous = coin();
        entry.swept = coin();
        entry.stuck = coin();
        return entry;
    }
    JournalKey key() { return {"h" + text(30), static_cast<std::uint32_t>(random_()), number()}; }

private:
    bool coin() { return (random_() & 1) != 0; }
    std::uint64_t number() { return random_() >> (random_() % 64); }
    std::uint64_t time() { return number() % (kNever + 1); }
    std::string text(std::size_t most) {
        std::string text(random_() % (most + 1), '\0');
        for (char& c : text) c = static_cast<char>(random_());
        return text;
    }

    std::mt19937_64 random_{20'261'124};
};

}  // namespace

TEST_CASE("an entry is written as lines that cat shows") {
    CHECK(formatEntry(kKey, plainEntry()) == kPlainText);
}

TEST_CASE("the optional fields of an entry follow the others") {
    CHECK(formatEntry(kKey, fullEntry()) ==
          kPlainText + "lock-held-since=123500\nfailing-since=123600\nambiguous=yes\nswept=yes\nstuck=yes\n");
}

TEST_CASE("an entry is read as it was written") {
    CHECK(parseEntry(kKey, formatEntry(kKey, plainEntry())) == plainEntry());
    CHECK(parseEntry(kKey, formatEntry(kKey, fullEntry())) == fullEntry());
}

TEST_CASE("any entry is read as it was written") {
    Generator generator;
    for (int n = 0; n < 2000; ++n) {
        const auto key = generator.key();
        const auto entry = generator.entry();
        REQUIRE(parseEntry(key, formatEntry(key, entry)) == entry);
    }
}

TEST_CASE("an entry cut at any byte before its last field is none") {
    for (std::size_t size = 0; size < kPlainText.size(); ++size) {
        INFO("cut to " << size << " bytes");
        CHECK_FALSE(isEntry(kPlainText.substr(0, size)));
    }
}

TEST_CASE("an entry cut within an optional line is none") {
    const auto text = formatEntry(kKey, fullEntry());
    for (std::size_t size = kPlainText.size(); size <= text.size(); ++size) {
        INFO("cut to " << size << " bytes");
        CHECK(isEntry(text.substr(0, size)) == (text[size - 1] == '\n'));
    }
}

TEST_CASE("an entry without any one of its lines is none") {
    for (const char* key : {"boot", "hierarchy", "hierarchy-id", "id", "owner", "path", "agent", "reason",
                            "empty-since", "due", "looks"}) {
        INFO(key);
        CHECK_FALSE(isEntry(withLine(key, "")));
    }
    CHECK_FALSE(isEntry(kPlainText.substr(kPlainText.find('\n') + 1)));
}

TEST_CASE("an entry with a line more is none") {
    CHECK_FALSE(isEntry(kPlainText + "new=1\n"));
    CHECK_FALSE(isEntry(withLine("path", "path=/a\nnew=1\n")));
    CHECK_FALSE(isEntry(withLine("path", "path=/a\npath=/a\n")));
    CHECK_FALSE(isEntry(kPlainText + "stuck=yes\nswept=yes\n"));
}

TEST_CASE("an entry with a number that is none is no entry") {
    for (const char* key : {"hierarchy-id", "id", "owner", "empty-since", "due", "looks"})
        for (const char* value : {"", "x", "-1", "42x", "18446744073709551616"}) {
            INFO(key << "=" << value);
            CHECK_FALSE(isEntry(withLine(key, std::string(key) + "=" + value + "\n")));
        }
}

TEST_CASE("an entry with an optional field that is wrong is none") {
    for (const char* line : {"lock-held-since=", "lock-held-since=x", "failing-since=-1", "ambiguous=no",
                             "swept=1", "stuck=", "stuck=YES"}) {
        INFO(line);
        CHECK_FALSE(isEntry(kPlainText + line + "\n"));
    }
}

TEST_CASE("an entry with a time beyond what a clock can say is none") {
    for (const char* key : {"empty-since", "due"}) {
        CHECK(isEntry(withLine(key, std::string(key) + "=7000000000000\n")));
        CHECK_FALSE(isEntry(withLine(key, std::string(key) + "=7000000000001\n")));
        CHECK_FALSE(isEntry(withLine(key, std::string(key) + "=9223372036854775808\n")));
    }
    for (const std::string key : {"lock-held-since", "failing-since"}) {
        CHECK(isEntry(kPlainText + key + "=7000000000000\n"));
        CHECK_FALSE(isEntry(kPlainText + key + "=7000000000001\n"));
        CHECK_FALSE(isEntry(kPlainText + key + "=9223372036854775808\n"));
    }
}

TEST_CASE("an entry with a hierarchy id of more than 32 bits is none") {
    CHECK(isEntry(withLine("hierarchy-id", "hierarchy-id=4294967295\n")));
    CHECK_FALSE(isEntry(withLine("hierarchy-id", "hierarchy-id=4294967303\n")));
}

TEST_CASE("an entry of another key is none") {
    CHECK_FALSE(parseEntry({"freezer", 1000, 43}, kPlainText));
    CHECK_FALSE(parseEntry({"freezer", 1001, 42}, kPlainText));
    CHECK_FALSE(parseEntry({"memory", 1000, 42}, kPlainText));
    CHECK_FALSE(isEntry(withLine("owner", "owner=4294968296\n")));
}

TEST_CASE("an entry of another version or kind is none") {
    const auto rest = kPlainText.substr(kPlainText.find('\n'));
    CHECK(isEntry("cgprune-journal 1" + rest));
    CHECK_FALSE(isEntry("cgprune-journal 2" + rest));
    CHECK_FALSE(isEntry("cgprune-journal 11" + rest));
    CHECK_FALSE(isEntry("cgprune-creator 1" + rest));
}

TEST_CASE("an entry keeps a path up to its bound and none beyond it") {
    auto entry = plainEntry();
    entry.path = "/" + std::string(kMaxPathInEntry - 1, 'p');
    CHECK(parseEntry(kKey, formatEntry(kKey, entry))->path == entry.path);
    entry.path += 'p';
    CHECK(parseEntry(kKey, formatEntry(kKey, entry))->path.empty());
}

TEST_CASE("the bound of a path in an entry is that of its escaped text") {
    auto entry = plainEntry();
    entry.path = "/" + std::string(kMaxPathInEntry / 4, '\xff');
    CHECK(parseEntry(kKey, formatEntry(kKey, entry))->path.empty());
}

TEST_CASE("an entry with the longest path takes one page") {
    auto entry = fullEntry();
    entry.path = "/" + std::string(kMaxPathInEntry - 1, 'p');
    CHECK(formatEntry(kKey, entry).size() <= 4096);
}

TEST_CASE("a time before boot is written as boot") {
    auto entry = plainEntry();
    entry.emptySinceMs = -5;
    entry.dueMs = -1;
    const auto read = parseEntry(kKey, formatEntry(kKey, entry));
    REQUIRE(read);
    CHECK(read->emptySinceMs == 0);
    CHECK(read->dueMs == 0);
}

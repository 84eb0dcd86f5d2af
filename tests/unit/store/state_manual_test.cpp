// SPDX-License-Identifier: MIT
// cgprune-state(5) and the code say the same.
#include <algorithm>
#include <set>

#include "creator/creator.h"
#include "policy/manual.h"
#include "prune/delegation_fact.h"
#include "store/journal.h"
#include "store/registry.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

const FactKey kCreatorKey{"freezer", 23, FactKind::creator};
const FactKey kDelegatedKey{"freezer", 31, FactKind::delegated};
const JournalKey kEntryKey{"freezer", 0, 23};

std::vector<std::string> pageLines() { return linesOf(sourceText("man/cgprune-state.5")); }

/// A line as mandoc prints it.
std::string printed(std::string line) {
    for (std::size_t at = line.find("\\e"); at != std::string::npos; at = line.find("\\e", at + 1))
        line.replace(at, 2, "\\");
    return line;
}

/// Those of the format: in EXAMPLES are commands.
std::vector<std::string> allExamples() {
    std::vector<std::string> examples;
    bool inside = false;
    for (const auto& line : pageLines()) {
        if (line == ".Sh EXAMPLES") break;
        if (line.rfind(".Bd", 0) == 0) {
            inside = true;
            examples.emplace_back();
        } else if (line == ".Ed") {
            inside = false;
        } else if (inside) {
            examples.back() += printed(line) + "\n";
        }
    }
    return examples;
}

/// The one that begins so.
std::string example(const std::string& start) {
    for (const auto& text : allExamples())
        if (text.rfind(start, 0) == 0) return text;
    throw std::runtime_error("no example that begins with " + start);
}

std::string withLine(std::string text, const std::string& old, const std::string& line) {
    const auto at = text.find("\n" + old + "\n");
    if (at == std::string::npos) throw std::runtime_error("no line " + old);
    return text.replace(at + 1, old.size(), line);
}

std::optional<Creator> creatorIn(const Fact& fact) {
    RecordReader lines(fact.body);
    return readCreator(lines);
}

/// The keys of a record, without its first line.
std::set<std::string> keysOf(const std::string& record) {
    std::set<std::string> keys;
    for (const auto& line : linesOf(record))
        if (const auto end = line.find('='); end != std::string::npos) keys.insert(line.substr(0, end));
    return keys;
}

/// Adds a and b of ".Ic a , b Pq optional" where the line begins with `start`.
void addWords(const std::string& line, const std::string& start, std::set<std::string>& words) {
    if (line.rfind(start, 0) != 0) return;
    for (std::size_t at = start.size(); at < line.size();) {
        const auto end = std::min(line.find(' ', at), line.size());
        const auto word = line.substr(at, end - at);
        if (word == "Ns" || word == "Pq") return;
        if (word != ",") words.insert(word);
        at = end + 1;
    }
}

/// All keys that the page explains.
std::set<std::string> explainedKeys() {
    std::set<std::string> keys;
    for (const auto& line : pageLines())
        for (const auto* start : {".It Ic ", ".Ic "}) addWords(line, start, keys);
    return keys;
}

/// With a value in each field.
Task fullTask(int pid) { return {pid, 1, 2, FileHandle{254, 1, {1}}}; }

Creator fullCreator() {
    Creator creator;
    creator.decides = Decides::nameSpace;
    creator.name = "sh";
    creator.task = fullTask(10);
    creator.init = fullTask(11);
    creator.session = fullTask(12);
    creator.held = Namespace{NamespaceType::mnt, 1, 2, FileHandle{241, 1, {1}}};
    creator.namespaces.fill(7);
    return creator;
}

std::set<std::string> writtenKeys() {
    RecordWriter creator;
    writeCreator(creator, fullCreator());
    Fact fact;
    fact.body = creator.str() + formatDelegation({1, 2});
    JournalEntry entry;
    entry.lockHeldSinceMs = entry.failingSinceMs = 1;
    entry.ambiguous = entry.swept = entry.stuck = true;
    return keysOf(formatFact(kCreatorKey, fact) + formatEntry(kEntryKey, entry));
}

}  // namespace

TEST_CASE("the manual's example of a creator is one, and as the code writes it") {
    const auto text = example("cgprune-creator ");
    const auto fact = parseFact(kCreatorKey, text);
    REQUIRE(fact);
    CHECK(fact->path == "/lxc/c 1");
    CHECK(formatFact(kCreatorKey, *fact) == text);
    const auto creator = creatorIn(*fact);
    REQUIRE(creator);
    RecordWriter again;
    writeCreator(again, *creator);
    CHECK(again.str() == fact->body);
}

TEST_CASE("the manual's example of a creator by its namespace is one where the manual says it stands") {
    const auto plain = withLine(example("cgprune-creator "), "decides=init", "decides=namespace");
    const auto place = plain.find("\nns-") + 1;
    REQUIRE(place != 0);
    const auto without = parseFact(kCreatorKey, plain);
    REQUIRE(without);
    CHECK(!creatorIn(*without));
    const auto with =
        parseFact(kCreatorKey, plain.substr(0, place) + example("namespace=") + plain.substr(place));
    REQUIRE(with);
    const auto creator = creatorIn(*with);
    REQUIRE(creator);
    REQUIRE(creator->held);
    CHECK(creator->held->type == NamespaceType::mnt);
    CHECK(creator->held->handle.has_value());
}

TEST_CASE("the manual's example of a delegation is one, and as the code writes it") {
    const auto text = example("cgprune-delegated ");
    const auto fact = parseFact(kDelegatedKey, text);
    REQUIRE(fact);
    CHECK(formatFact(kDelegatedKey, *fact) == text);
    const auto delegation = parseDelegation(fact->body);
    REQUIRE(delegation);
    CHECK(delegation->user == 1000);
    CHECK(formatDelegation(*delegation) == fact->body);
}

TEST_CASE("the manual's example of a journal entry is one, and as the code writes it") {
    const auto text = example("cgprune-journal ");
    const auto entry = parseEntry(kEntryKey, text);
    REQUIRE(entry);
    CHECK(formatEntry(kEntryKey, *entry) == text);
}

TEST_CASE("cgprune-state(5) has no example that is not tested") { CHECK(allExamples().size() == 4); }

TEST_CASE("cgprune-state(5) explains each key that the code writes, and no other") {
    CHECK(explainedKeys() == writtenKeys());
}

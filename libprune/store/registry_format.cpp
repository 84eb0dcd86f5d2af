// SPDX-License-Identifier: MIT
#include "base/record.h"
#include "base/text.h"
#include "store/registry.h"

namespace prune {

namespace {

constexpr unsigned kFactVersion = 1;
constexpr std::size_t kMaxPathInFact = 2'000;  // escaped: so that a fact takes one page

std::string recordKind(FactKind kind) { return "cgprune-" + std::string(word(kind)); }

std::optional<FactSource> sourceFromWord(std::string_view text) {
    for (const auto source : {FactSource::registered, FactSource::observed})
        if (text == word(source)) return source;
    return std::nullopt;
}

}  // namespace

std::string_view word(FactKind kind) { return kind == FactKind::creator ? "creator" : "delegated"; }

std::string_view verbThatDrops(FactKind kind) {
    return kind == FactKind::creator ? "cgprune forget" : "cgprune undelegate";
}

std::string_view word(FactSource source) {
    return source == FactSource::registered ? "registered" : "observed";
}

std::string formatFact(const FactKey& key, const Fact& fact) {
    RecordWriter writer(recordKind(key.kind), kFactVersion);
    writer.text("boot", fact.boot);
    writer.text("hierarchy", key.hierarchy);
    writer.number("hierarchy-id", fact.hierarchyId);
    writer.number("id", key.id);
    writer.text("path", escape(fact.path).size() <= kMaxPathInFact ? fact.path : "");
    writer.text("source", word(fact.source));
    writer.number("recorded", static_cast<std::uint64_t>(fact.recordedMs < 0 ? 0 : fact.recordedMs));
    return writer.str() + fact.body;
}

std::optional<Fact> parseFact(const FactKey& key, std::string_view text) {
    RecordReader reader(text, recordKind(key.kind), kFactVersion);
    Fact fact;
    fact.boot = reader.text("boot");
    const auto hierarchy = reader.text("hierarchy");
    const auto hierarchyId = reader.number("hierarchy-id");
    const auto id = reader.number("id");
    fact.path = reader.text("path");
    const auto source = sourceFromWord(reader.text("source"));
    const auto recorded = reader.number("recorded");
    if (!reader.ok() || hierarchy != key.hierarchy || id != key.id || !source) return std::nullopt;
    if (hierarchyId > UINT32_MAX || recorded > INT64_MAX) return std::nullopt;
    fact.hierarchyId = static_cast<std::uint32_t>(hierarchyId);
    fact.source = *source;
    fact.recordedMs = static_cast<std::int64_t>(recorded);
    fact.body = reader.rest();
    return fact;
}

}  // namespace prune

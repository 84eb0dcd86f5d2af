// SPDX-License-Identifier: MIT
// Files of facts: any bytes; and facts of any values, written and read again.
#include <string>

#include "common/input.h"
#include "common/record_check.h"
#include "common/target.h"
#include "prune/delegation_fact.h"
#include "store/registry.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

constexpr std::size_t kLongestPath = 500;  // its escapes are shorter than what a fact has room for

void checkAny(std::string_view text) {
    for (const auto kind : {FactKind::creator, FactKind::delegated}) {
        const FactKey key{"freezer", 17, kind};
        const auto fact = parseFact(key, text);
        if (!fact) continue;
        const auto written = formatFact(key, *fact);
        require(fact->path.size() > kLongestPath || written == text, "a fact has one text", text);
        require(!parseFact({"freezer", 18, kind}, text), "a fact is of one cgroup", text);
        require(!parseFact({"devices", 17, kind}, text), "a fact is of one hierarchy", text);
    }
    const auto delegation = parseDelegation(text);
    if (delegation) require(formatDelegation(*delegation) == text, "a delegation has one text", text);
}

void checkWritten(Input input) {
    FactKey key;
    key.kind = input.byte() % 2 == 0 ? FactKind::creator : FactKind::delegated;
    key.id = input.number();
    Fact fact;
    fact.source = input.byte() % 2 == 0 ? FactSource::registered : FactSource::observed;
    fact.hierarchyId = static_cast<std::uint32_t>(input.number(4));
    fact.recordedMs = static_cast<std::int64_t>(input.number() >> 1);
    const Delegation to{static_cast<std::uint32_t>(input.number(4)),
                        static_cast<std::uint32_t>(input.number(4))};
    fact.body = formatDelegation(to);
    fact.boot = input.block();
    key.hierarchy = input.block();
    fact.path = input.rest().substr(0, kLongestPath);
    const auto text = formatFact(key, fact);
    requireReadable(text);
    require(parseFact(key, text) == fact, "a fact is read as it was written", text);
    require(parseDelegation(fact.body) == to, "a delegation is read as it was written", fact.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Input input(data, size);
    checkAny(input.rest());
    checkWritten(input);
    return 0;
}

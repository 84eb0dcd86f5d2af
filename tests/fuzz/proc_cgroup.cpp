// SPDX-License-Identifier: MIT
// /proc/self/cgroup: which hierarchies there are, and their ids.
#include <algorithm>
#include <string>

#include "cgroup/hierarchy.h"
#include "common/bytes_system.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

/// "3:cpu,cpuacct:/path" with another id than v2's 0.
bool isLineOfV1(std::string_view line) {
    const auto number = line.substr(0, line.find(':'));
    const bool digits = !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
    return digits && number.size() <= 19 && number.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t mostAtOnce = input.byte() + 1U;
    const std::string text(input.rest());
    BytesSystem system(text, mostAtOnce);
    const auto names = livingHierarchies(system);
    require(names.ok(), "any text can be read");

    const auto lines = split(text, '\n');
    const auto expected = static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), isLineOfV1));
    require(names.value().size() >= expected, "each line of a v1 hierarchy is one", text);
    require(names.value().size() <= lines.size(), "there are no more than lines", text);
    for (const auto& name : names.value()) {
        require(name.find_first_of(":\n") == std::string::npos, "a name ends before the path", name);
        require(hierarchyId(system, name).ok(), "whatever is there has an id", name);
    }
    require(isAnyUnmounted(system, {}).ok(), "any text can be compared with what is mounted");
    return 0;
}

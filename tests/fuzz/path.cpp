// SPDX-License-Identifier: MIT
// What the kernel gives as argv[1]: CgroupPath takes just what the rules of release-agent(8) let through.
#include "cgroup/path.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

bool isName(std::string_view component) {
    return !component.empty() && component != "." && component != "..";
}

bool isPath(std::string_view text) {
    if (text.size() < 2 || text.size() > CgroupPath::kMaxBytes || text.front() != '/') return false;
    const auto components = split(text.substr(1), '/');
    return text.find('\0') == std::string_view::npos &&
           std::all_of(components.begin(), components.end(), isName);
}

void checkParts(CgroupPath path) {
    const auto components = split(path.belowRoot(), '/');
    require(path.name() == components.back(), "the name is the last component", path.text());
    const auto parent = path.parentBelowRoot();
    const auto whole = childPath(parent.empty() ? "/" : '/' + std::string(parent), path.name());
    require(whole == path.text(), "parent and name are the whole path", whole);
}

bool isAtOrBelowByComponents(std::string_view path, std::string_view top) {
    const auto all = split(path.substr(1), '/');
    const auto first = split(top.substr(1), '/');
    return first.size() <= all.size() && std::equal(first.begin(), first.end(), all.begin());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kStretch = 16'384;  // four of them are more than a path may be
    Input input(data, size);
    const auto top = stretched(input.block(), kStretch);
    const auto text = stretched(input.rest(), kStretch);
    const auto path = CgroupPath::parse(text);
    require(path.ok() == isPath(text), "a path is taken if, and only if, it is one", text);
    if (!path.ok()) require(isOneLine(path.error().text()), "an error is one line", path.error().text());
    if (!path.ok()) return 0;
    require(path.value().text() == text, "a path stays as it is", text);
    checkParts(path.value());
    if (isPath(top))
        require(isAtOrBelow(text, top) == isAtOrBelowByComponents(text, top), "below is by whole components",
                text);
    return 0;
}

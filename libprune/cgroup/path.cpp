// SPDX-License-Identifier: MIT
#include "cgroup/path.h"

#include "base/text.h"

namespace prune {

namespace {

/// What is wrong with `text` as a cgroup path, or nullptr.
const char* problemOf(std::string_view text) {
    if (text.empty()) return "is empty";
    if (text.front() != '/') return "does not begin with \"/\"";
    if (text == "/") return "is the root, which is never removed; name a cgroup below it";
    if (text.size() > CgroupPath::kMaxBytes) return "is too long";
    if (text.find('\0') != std::string_view::npos) return "holds a NUL byte";
    auto rest = text.substr(1);
    while (true) {
        const bool last = rest.find('/') == std::string_view::npos;
        const auto component = cutField(rest, '/');
        if (component.empty()) return "has an empty component (\"//\" or a \"/\" at its end)";
        if (component == "." || component == "..") return "has a \".\" or \"..\" component";
        if (last) return nullptr;
    }
}

}  // namespace

Result<CgroupPath> CgroupPath::parse(std::string_view text) {
    if (const char* problem = problemOf(text))
        return Error{"cgroup path \"" + escapeForPeople(text.substr(0, 200)) + "\" " + problem, 0};
    return CgroupPath(text);
}

std::string_view CgroupPath::parentBelowRoot() const {
    const auto slash = text_.rfind('/');
    return slash == 0 ? std::string_view() : text_.substr(1, slash - 1);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The path of a cgroup inside its hierarchy, validated. Since 1.0. A borrowed view; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace prune {

/// "/lxc/c1": begins with "/", is not "/", has no empty, "." or ".." component and no NUL.
/// Borrows its bytes, as a string_view does: they must outlive it.
class CgroupPath {
public:
    /// Longer paths exist (a hierarchy can be deeper than PATH_MAX), but not without end.
    static constexpr std::size_t kMaxBytes = 65'536;

    /// Error (code 0) says which rule `text` breaks.
    static Result<CgroupPath> parse(std::string_view text);

    std::string_view text() const { return text_; }
    /// The last component.
    std::string_view name() const { return text_.substr(text_.rfind('/') + 1); }
    /// The path without its last component, without a leading "/"; empty for a child of the root.
    std::string_view parentBelowRoot() const;
    /// The path without its leading "/".
    std::string_view belowRoot() const { return text_.substr(1); }

private:
    explicit CgroupPath(std::string_view text) : text_(text) {}

    std::string_view text_;
};

/// The path of the child `name` of `parent`, which may be "/".
inline std::string childPath(std::string_view parent, std::string_view name) {
    return std::string(parent == "/" ? "" : parent) + '/' + std::string(name);
}

}  // namespace prune

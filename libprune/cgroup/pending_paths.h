// SPDX-License-Identifier: MIT
/// The paths that a walk down a hierarchy has still to look at. Since 1.0. One thread per walk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prune {

/// Depth first, the last child first. Of each path only the last name is kept: users can make thousands of
/// cgroups at the end of a path of 60,000 bytes.
class PendingPaths {
public:
    /// `top`: where the walk begins; "" for the root.
    explicit PendingPaths(std::string top = {}) : path_(std::move(top)) {}

    /// Where the walk is.
    const std::string& path() const { return path_; }
    /// A child of where the walk is.
    void addChild(std::string_view name) { children_.push_back({path_.size(), std::string(name)}); }
    /// Goes on to the next one; false at the end.
    bool next() {
        if (children_.empty()) return false;
        path_.resize(children_.back().parentBytes);
        path_ += '/';
        path_ += children_.back().name;
        children_.pop_back();
        return true;
    }

    struct Child {
        std::size_t parentBytes;
        std::string name;
    };
    /// All that are left, the next one at the end.
    std::vector<Child>& children() { return children_; }

private:
    std::string path_;
    std::vector<Child> children_;
};

}  // namespace prune

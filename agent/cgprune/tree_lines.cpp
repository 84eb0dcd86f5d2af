// SPDX-License-Identifier: MIT
#include "cgprune/tree_lines.h"

#include <string_view>

namespace prune {

namespace {

/// All two columns wide.
struct Glyphs {
    std::string_view branch;
    std::string_view lastBranch;
    std::string_view vertical;
    std::string_view space;
};
constexpr Glyphs kUtf8 = {"├─", "└─", "│ ", "  "};
constexpr Glyphs kAscii = {"|-", "`-", "| ", "  "};

}  // namespace

std::vector<bool> lastChildren(const Depths& depths) {
    std::vector<bool> last(depths.size());
    std::vector<bool> later;  // for each depth: a sibling was seen behind
    for (std::size_t i = depths.size(); i-- > 0;) {
        later.resize(depths[i] + 1);
        last[i] = !later[depths[i]];
        later[depths[i]] = true;
    }
    return last;
}

std::vector<bool> withAncestors(const Depths& depths, const std::vector<bool>& wanted) {
    std::vector<bool> taken(depths.size());
    std::vector<bool> below;  // for each depth: one was taken behind, among siblings
    for (std::size_t i = depths.size(); i-- > 0;) {
        const auto depth = depths[i];
        const bool hasAny = below.size() > depth + 1 && below[depth + 1];
        below.resize(depth + 1);
        taken[i] = wanted[i] || hasAny;
        if (taken[i]) below[depth] = true;
    }
    return taken;
}

const std::string& TreeLines::next(std::size_t depth, bool last) {
    const auto& glyphs = utf8_ ? kUtf8 : kAscii;
    if (depth < begins_.size()) {
        line_.resize(begins_[depth]);
        begins_.resize(depth);
        lasts_.resize(depth);
    } else if (!begins_.empty()) {  // a child: what stood before its parent goes on below it
        line_.resize(begins_.back());
        line_ += lasts_.back() ? glyphs.space : glyphs.vertical;
    }
    begins_.push_back(line_.size());
    lasts_.push_back(last);
    line_ += last ? glyphs.lastBranch : glyphs.branch;
    return line_;
}

}  // namespace prune

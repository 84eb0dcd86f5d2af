// SPDX-License-Identifier: MIT
/// Fairness among owners. Since 0.1. Any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace prune {

/// Puts the first of each owner in front, root's before the others', then the second of each, and so on:
/// whoever has thousands makes nobody wait for all of them. Keeps the order within an owner.
template <class Item, class OwnerOf>
void takeTurns(std::vector<Item>& items, OwnerOf ownerOf) {
    struct Turn {
        std::size_t round = 0;
        std::uint32_t owner = 0;
        std::size_t index = 0;
    };
    std::vector<Turn> turns(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) turns[i] = {0, ownerOf(items[i]), i};
    std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
        return std::tie(a.owner, a.index) < std::tie(b.owner, b.index);
    });
    for (std::size_t i = 1; i < turns.size(); ++i)
        if (turns[i].owner == turns[i - 1].owner) turns[i].round = turns[i - 1].round + 1;
    std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
        return std::tuple(a.round, a.owner != 0, a.index) < std::tuple(b.round, b.owner != 0, b.index);
    });
    std::vector<Item> ordered;
    ordered.reserve(items.size());
    for (const auto& turn : turns) ordered.push_back(std::move(items[turn.index]));
    items = std::move(ordered);
}

}  // namespace prune

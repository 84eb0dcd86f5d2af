// SPDX-License-Identifier: MIT
/// Fairness among owners. Since 1.0. Any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace prune {

/// Puts the first of each owner in front, then the second of each, and so on: whoever has thousands makes
/// nobody wait for all of them. In each round root's is first, and the others begin with another owner for
/// each `start`, so that what has time for a single one does not always take the same owner's. Keeps the
/// order within an owner.
template <class Item, class OwnerOf>
void takeTurns(std::vector<Item>& items, std::uint64_t start, OwnerOf ownerOf) {
    struct Turn {
        std::size_t round = 0;
        std::size_t seat = 0;
        std::uint32_t owner = 0;
        std::size_t index = 0;
    };
    std::vector<Turn> turns(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) turns[i] = {0, 0, ownerOf(items[i]), i};
    std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
        return std::tie(a.owner, a.index) < std::tie(b.owner, b.index);
    });
    for (std::size_t i = 1; i < turns.size(); ++i) {
        const bool isSame = turns[i].owner == turns[i - 1].owner;
        turns[i].round = isSame ? turns[i - 1].round + 1 : 0;
        turns[i].seat = turns[i - 1].seat + (isSame ? 0 : 1);
    }
    const std::size_t owners = turns.empty() ? 1 : turns.back().seat + 1;
    for (auto& turn : turns) turn.seat = turn.owner == 0 ? 0 : 1 + (turn.seat + start) % owners;
    std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
        return std::tie(a.round, a.seat, a.index) < std::tie(b.round, b.seat, b.index);
    });
    std::vector<Item> ordered;
    ordered.reserve(items.size());
    for (const auto& turn : turns) ordered.push_back(std::move(items[turn.index]));
    items = std::move(ordered);
}

}  // namespace prune

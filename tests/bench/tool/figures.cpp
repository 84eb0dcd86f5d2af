// SPDX-License-Identifier: MIT
#include "figures.h"

#include <algorithm>

namespace bench {
Quartiles quartilesOf(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](std::size_t quarters) { return values[(values.size() - 1) * quarters / 4]; };
    return {at(1), at(2), at(3)};
}

void Samples::add(const Cost& cost) {
    ns_.push_back(static_cast<double>(cost.ns));
    faults_.push_back(static_cast<double>(cost.faults));
}

void Samples::add(const Samples& more) {
    ns_.insert(ns_.end(), more.ns_.begin(), more.ns_.end());
    faults_.insert(faults_.end(), more.faults_.begin(), more.faults_.end());
}
}  // namespace bench

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "process.h"

namespace bench {
struct Quartiles {
    double low = 0;
    double middle = 0;
    double high = 0;
};

/// All 0 where there are no values.
Quartiles quartilesOf(std::vector<double> values);

/// What the runs of one program cost.
class Samples {
public:
    void add(const Cost& cost);
    void add(const Samples& more);
    std::size_t size() const { return ns_.size(); }
    Quartiles ns() const { return quartilesOf(ns_); }
    double faults() const { return quartilesOf(faults_).middle; }

private:
    std::vector<double> ns_{};
    std::vector<double> faults_{};
};
}  // namespace bench

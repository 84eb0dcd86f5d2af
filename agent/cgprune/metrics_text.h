// SPDX-License-Identifier: MIT
/// Text for Prometheus: families of samples, each with HELP and TYPE. No system calls.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cgprune/output.h"

namespace prune {

enum class MetricType { counter, gauge };

/// Name and value; the value may be any bytes.
using MetricLabel = std::pair<std::string_view, std::string_view>;

/// Samples of one name, which counters end in "_total".
class MetricFamily {
public:
    MetricFamily(std::string name, MetricType type, std::string help)
        : name_(std::move(name)), type_(type), help_(std::move(help)) {}

    void add(std::initializer_list<MetricLabel> labels, std::uint64_t value);
    /// Milliseconds, shown as seconds.
    void addSeconds(std::initializer_list<MetricLabel> labels, std::int64_t milliseconds);

    const std::string& name() const { return name_; }
    /// With HELP and TYPE; "" without a sample.
    std::string text() const;
    /// An object for each sample: name, labels, value.
    void print(Output& out) const;

private:
    struct Sample {
        std::vector<std::pair<std::string, std::string>> labels;
        std::string number;  ///< as it is written, in JSON too
    };
    void addNumber(std::initializer_list<MetricLabel> labels, const Json& value);

    std::string name_;
    MetricType type_;
    std::string help_;
    std::vector<Sample> samples_;
};

/// All of them, whole: with "# EOF" as its last line, by which a cut file is known.
std::string metricsText(const std::vector<MetricFamily>& families);

}  // namespace prune

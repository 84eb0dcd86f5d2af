// SPDX-License-Identifier: MIT
#include "cgprune/metrics_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace prune {

namespace {

/// Printable ASCII, with what a quoted label value cannot hold escaped.
std::string labelValue(std::string_view bytes) {
    std::string text;
    for (const char c : escapeForPeople(bytes)) {
        if (c == '\\' || c == '"') text += '\\';
        text += c;
    }
    return text;
}

}  // namespace

void MetricFamily::add(std::initializer_list<MetricLabel> labels, std::uint64_t value) {
    addNumber(labels, value);
}

void MetricFamily::addSeconds(std::initializer_list<MetricLabel> labels, std::int64_t milliseconds) {
    constexpr double kMsPerSecond = 1000;
    addNumber(labels, static_cast<double>(milliseconds) / kMsPerSecond);
}

void MetricFamily::addNumber(std::initializer_list<MetricLabel> labels, const Json& value) {
    Sample sample;
    for (const auto& [name, text] : labels) sample.labels.emplace_back(name, text);
    sample.number = value.dump();
    samples_.push_back(std::move(sample));
}

std::string MetricFamily::text() const {
    if (samples_.empty()) return {};
    auto text = fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help_,
                            type_ == MetricType::counter ? "counter" : "gauge");
    for (const auto& sample : samples_) {
        std::string labels;
        for (const auto& [name, value] : sample.labels)
            labels += fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",", name, labelValue(value));
        text += fmt::format("{}{} {}\n", name_, labels.empty() ? "" : '{' + labels + '}', sample.number);
    }
    return text;
}

void MetricFamily::print(Output& out) const {
    for (const auto& sample : samples_) {
        Json labels = Json::object();
        for (const auto& [name, value] : sample.labels) labels[name] = escapeForPeople(value);
        out.object({{"name", name_}, {"labels", labels}, {"value", Json::parse(sample.number)}});
    }
}

std::string metricsText(const std::vector<MetricFamily>& families) {
    std::string text;
    for (const auto& family : families) text += family.text();
    return text + "# EOF\n";
}

}  // namespace prune

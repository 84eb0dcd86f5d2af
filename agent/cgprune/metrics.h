// SPDX-License-Identifier: MIT
/// What `cgprune metrics` tells, gathered from the state folder and the hierarchies.
#pragma once

#include <vector>

#include "base/result.h"
#include "cgprune/metrics_text.h"
#include "cgprune/verb.h"

namespace prune {

/// What was done since boot, by hierarchy and reason. Errors: a file of counters cannot be read.
Status addCounterMetrics(System& system, std::vector<MetricFamily>& families);

/// The journal by hierarchy and reason, what is stuck, the oldest entry, sweeps that are needed. Errors: the
/// state folder cannot be read.
Status addJournalMetrics(System& system, std::vector<MetricFamily>& families);

/// Cgroups, empty and dying ones, by hierarchy, and which hierarchies cannot be read. Errors: it is not known
/// which are mounted.
Status addCgroupMetrics(System& system, std::vector<MetricFamily>& families);

/// The version, errors in the conf, and which of our processes run.
void addHostMetrics(Session& session, std::vector<MetricFamily>& families);

}  // namespace prune

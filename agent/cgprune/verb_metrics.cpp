// SPDX-License-Identifier: MIT
// cgprune metrics: counts and gauges for Prometheus, by node_exporter's textfile collector.
#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cgprune/metrics.h"
#include "cgprune/verb.h"
#include "sys/files.h"
#include "sys/real_system.h"

namespace prune {

namespace {

constexpr unsigned kFileMode = 0644;
constexpr unsigned kFileMask = 022;

/// A path of the command line is as it is, whatever --root says.
Status writeOutput(const std::string& path, const std::string& text) {
    RealSystem system;
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (name.empty() || name == "." || name == "..")
        return Error{escapeForPeople(path) + " is a folder; name a file in it, such as cgprune.prom", 0};
    const Fd directory(system, system.openAt(AT_FDCWD, folder.c_str(), O_RDONLY | O_DIRECTORY));
    if (!directory.valid()) return Error{"open the folder " + escapeForPeople(folder), -directory.get()};
    FileStat there;
    if (system.statAt(directory.get(), name.c_str(), AT_SYMLINK_NOFOLLOW, there) == 0 && !S_ISREG(there.mode))
        return Error{escapeForPeople(path) + " is no regular file; name one such as cgprune.prom", 0};
    system.setFileMask(kFileMask);
    return writeWhole(system, directory.get(), name.c_str(), text, kFileMode);
}

Result<std::vector<MetricFamily>> gather(Session& session) {
    std::vector<MetricFamily> families;
    addHostMetrics(session, families);
    for (auto* add : {addCounterMetrics, addJournalMetrics, addCgroupMetrics})
        if (auto status = add(session.system, families); !status.ok()) return status.takeError();
    return families;
}

int runMetrics(Session& session, const Arguments& arguments) {
    const bool toFile = arguments.has("output");
    if (toFile && session.out.json())
        return session.out.problem("--output writes text for Prometheus; leave --json or --output out"),
               kUsage;
    const auto families = gather(session);
    if (!families.ok())
        return session.out.problem(families.error().text() + "; nothing was written, see cgprune doctor"),
               kFailed;
    auto text = metricsText(families.value());
    if (toFile) {
        const auto written = writeOutput(arguments.value("output"), text);
        if (!written.ok()) return session.out.problem(written.error().text()), kFailed;
        return kDone;
    }
    for (const auto& family : families.value()) family.print(session.out);
    text.pop_back();
    session.out.line(text);
    return kDone;
}

}  // namespace

Verb metricsVerb() {
    Verb verb;
    verb.name = "metrics";
    verb.summary = "counts and gauges for Prometheus";
    verb.details =
        "Prints what was done since boot, what waits, and what is in each hierarchy, as text for "
        "Prometheus.\n"
        "With --output the file is replaced whole or not at all: name it FOLDER/cgprune.prom in the folder\n"
        "of node_exporter's textfile collector, and run this by a timer.";
    verb.options = {{"output", "FILE", "write there, not to standard output"}};
    verb.run = runMetrics;
    return verb;
}

}  // namespace prune

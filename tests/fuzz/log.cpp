// SPDX-License-Identifier: MIT
// The log, with values that strangers chose: each event is one line, whatever is in it, and says its values.
#include "prune/log.h"

#include <string>

#include "base/text.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"
#include "support/memory_system.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

struct Values {
    std::string cgroup;
    std::string why;
};

void send(Log& log, const Values& values) {
    log.event(LogLevel::warning, "release-failed", {{"cgroup", values.cgroup}, {"why", values.why}});
}

/// The value of a field as it stands in the line; long ones are cut.
void checkField(std::string_view field, std::string_view key, std::string_view value) {
    constexpr std::string_view kCut = "...";
    constexpr std::size_t kLongest = 2'048;
    require(field.starts_with(std::string(key) + '='), "fields are in their order", field);
    field.remove_prefix(key.size() + 1);
    if (value.size() > kLongest) {
        require(field.ends_with(kCut), "what was cut says so", field);
        field.remove_suffix(kCut.size());
    }
    require(unescape(field) == value.substr(0, kLongest), "a value can be had back from the line", field);
}

void checkLine(std::string_view line, const Values& values) {
    require(isOneLine(line), "an event is one line of printable ASCII", line);
    const auto words = split(line, ' ');
    require(words.size() == 4, "a line has as many words as the event has fields", line);
    require(words[0] == "<28>release-agent[4242]:" && words[1] == "msg=release-failed",
            "a line says who and what", line);
    checkField(words[2], "cgroup", values.cgroup);
    checkField(words[3], "why", values.why);
}

void checkKernelRecord(std::string_view record) {
    constexpr std::size_t kMost = 1'024;
    require(record.size() <= kMost && record.ends_with('\n'), "a record fits into the kernel's log", record);
    require(isOneLine(record.substr(0, record.size() - 1)), "a record is one line", record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kStretch = 1'000;
    Input input(data, size);
    Values values;
    values.cgroup = stretched(input.block(), kStretch);
    values.why = stretched(input.rest(), kStretch);

    MemorySystem system;
    Log log(system, "release-agent");
    send(log, values);
    require(system.datagrams.size() == 1, "an event is one datagram");
    checkLine(system.datagrams.front().bytes, values);

    system.removeTree("/dev/log");
    send(log, values);
    require(system.kernelMessages.size() == 1, "without a socket an event is one record of the kernel's log");
    checkKernelRecord(system.kernelMessages.front());
    require(system.openFds().empty(), "no descriptor is left open");
    return 0;
}

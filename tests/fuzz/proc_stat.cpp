// SPDX-License-Identifier: MIT
// /proc/PID/stat: any bytes; and as the kernel writes it, for a process that calls itself whatever it likes.
#include "creator/proc_stat.h"

#include <string>

#include "base/text.h"
#include "common/input.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

void checkAny(std::string_view text) {
    const auto stat = parseProcStat(text);
    if (!stat) return;
    require(text.find('(' + stat->name + ')') != std::string_view::npos, "a name is what is in brackets",
            text);
    require(!(stat->hasEnded() && stat->state != 'X' && stat->state != 'Z'), "what runs has not ended", text);
}

std::string statText(const ProcStat& stat) {
    std::string text = "77 (" + stat.name + ") ";
    text += stat.state;
    text +=
        " 1 77 " + decimal(stat.session) + " 34816 77 4194560 0 0 0 0 5 3 0 0 20 0 " + decimal(stat.threads);
    return text + " 0 " + decimalUnsigned(stat.startTicks) + " 2621440 224 18446744073709551615 1 1 0 0\n";
}

void checkWritten(Input input) {
    constexpr std::string_view kStates = "RSDTtXZPI";
    ProcStat stat;
    stat.state = kStates[input.byte() % kStates.size()];
    stat.session = static_cast<std::int32_t>(input.number(4));
    stat.threads = static_cast<std::int32_t>(input.number(4));
    stat.startTicks = input.number() >> 1;
    stat.name = input.rest();
    const auto text = statText(stat);
    const auto read = parseProcStat(text);
    require(read.has_value(), "what the kernel writes is understood", text);
    require(read->name == stat.name && read->state == stat.state, "name and state are what they are", text);
    require(
        read->session == stat.session && read->threads == stat.threads && read->startTicks == stat.startTicks,
        "numbers are what they are", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Input input(data, size);
    checkAny(input.rest());
    checkWritten(input);
    return 0;
}

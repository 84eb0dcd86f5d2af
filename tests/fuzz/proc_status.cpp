// SPDX-License-Identifier: MIT
// /proc/PID/status: the value of one line, whatever stands in the others.
#include <string>

#include "base/text.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"
#include "creator/status_field.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

std::string_view fieldOf(std::string_view text, std::string_view key) {
    for (const auto line : split(text, '\n'))
        if (line.starts_with(std::string(key) + ':')) return trim(line.substr(key.size() + 1));
    return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const auto key = input.block();
    const auto text = input.rest();
    for (const auto asked : {key, std::string_view("NSpid"), std::string_view("CapEff")})
        require(statusField(text, asked) == fieldOf(text, asked), "a field is the value of its first line",
                text);
    return 0;
}

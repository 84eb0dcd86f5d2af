// SPDX-License-Identifier: MIT
/// The entry of every fuzz target, and how a broken promise ends it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// One input, from libFuzzer or from replay.cpp. Returns 0: libFuzzer gives other values a meaning of its
/// own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace prune::fuzz {

/// Ends the program as a sanitizer would, where something does not hold that always must.
void require(bool holds, const char* promise, std::string_view about = {});

}  // namespace prune::fuzz

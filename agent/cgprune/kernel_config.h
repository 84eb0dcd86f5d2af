// SPDX-License-Identifier: MIT
/// The configuration that the running kernel was built with.
#pragma once

#include <string>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Its text: /proc/config.gz, else /boot/config-RELEASE. Errors (code 0): neither can be read.
Result<std::string> kernelConfig(System& system);

/// The value of an option, without quotes: "y"; "" where it is not set.
std::string configValue(const std::string& config, std::string_view option);

}  // namespace prune

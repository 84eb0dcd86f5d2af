// SPDX-License-Identifier: MIT
/// For tests of the loader: the main file, and what is wrong with all files.
#pragma once

#include <string>

#include "policy/conf_texts.h"
#include "policy/loader.h"

namespace prune::test {

inline const std::string kMain = "/etc/cgprune/cgprune.conf";

inline Texts errorsIn(System& system) { return textsOf(loadConf(system).errors); }

}  // namespace prune::test

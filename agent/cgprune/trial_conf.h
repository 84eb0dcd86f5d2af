// SPDX-License-Identifier: MIT
/// Another conf than the one in force, to see what it would say: nothing on the host changes.
#pragma once

#include <string>

#include "cgprune/verb.h"
#include "prune/context.h"

namespace prune {

inline constexpr Option kConfOption = {"conf", "FILE", "as if FILE was the whole conf"};
inline constexpr Option kAsIfOption = {
    "as-if", "LINE", "as if the rule that fits said so: 'policy = never'; repeatable", true};

/// Puts --conf and --as-if, where given, into `context`. kDone, or another exit code after what is wrong was
/// said.
int tryConf(Session& session, const Arguments& arguments, const Subject& subject, Context& context);

}  // namespace prune

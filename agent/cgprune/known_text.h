// SPDX-License-Identifier: MIT
/// Keep marks, creators and delegations, in words and in JSON.
#pragma once

#include <string>

#include "cgprune/output.h"
#include "prune/facts.h"

namespace prune {

/// "pid 4242 (bash), uid 0": the requestor.
std::string requestorText(const Creator& creator);

/// "process 4200, the first of its pid namespace": what must end for the creator to be gone.
std::string deciderText(const Creator& creator);

/// "the end of process 4242 (bash)": what makes the creator gone.
std::string endText(const Creator& creator);

/// "alive (pidfd-handle): ...", "none", "unknown (why)".
std::string creatorText(const Known& known);
/// An object; null where there is none.
Json creatorJson(const Known& known);

/// By whom: a list of "root" and "owner".
Json keptJson(const CgroupState& state);

/// "no", "yes: registered, to uid 1000 gid 1000", "by ownership: uid 1000", ...
std::string delegationText(const Known& known, std::uint32_t owner);
Json delegationJson(const Known& known);

}  // namespace prune

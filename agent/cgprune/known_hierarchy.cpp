// SPDX-License-Identifier: MIT
#include "cgprune/known_hierarchy.h"

#include <algorithm>

#include "cgprune/target.h"
#include "store/journal.h"

namespace prune {

bool isKnownHierarchy(Session& session, const std::string& name) {
    if (name.empty()) return true;
    const auto journaled = Journal(session.system).hierarchies();
    if (journaled.ok() &&
        std::find(journaled.value().begin(), journaled.value().end(), name) != journaled.value().end())
        return true;
    const auto opened = openNamed(session.system, name);
    if (!opened.ok()) session.out.problem(opened.error().text());
    return opened.ok();
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/conf_view.h"

#include <algorithm>
#include <cerrno>

#include "base/result.h"
#include "base/text.h"

namespace prune {

namespace {

bool isDenied(const ConfError& error) {
    for (const char* doing : {"cannot be opened", "cannot be looked at"})
        if (error.message == Error{doing, EACCES}.text()) return true;
    return false;
}

}  // namespace

std::string takeUnreadable(System& system, Conf& conf) {
    std::string places;
    if (system.effectiveUser() == 0) return places;
    for (const auto& error : conf.errors)
        if (isDenied(error)) places += (places.empty() ? "" : ", ") + escapeForPeople(error.where.file);
    std::erase_if(conf.errors, isDenied);
    return places;
}

}  // namespace prune

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

Json confErrorJson(const ConfError& error) {
    const auto& where = error.where;
    return {{"file", escapeForPeople(where.file)},
            {"line", where.line > 0 ? Json(where.line) : Json()},
            {"column", where.line > 0 ? Json(where.column) : Json()},
            {"message", error.message}};
}

Json confErrorsJson(const Conf& conf) {
    Json errors = Json::array();
    for (const auto& error : conf.errors) errors.push_back(confErrorJson(error));
    return errors;
}

}  // namespace prune

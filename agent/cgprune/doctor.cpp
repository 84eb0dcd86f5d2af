// SPDX-License-Identifier: MIT
#include "cgprune/doctor.h"

#include "base/text.h"
#include "cgprune/target.h"

namespace prune {

std::string_view word(Health health) {
    switch (health) {
        case Health::ok:
            return "ok";
        case Health::warning:
            return "warning";
        case Health::fault:
            break;
    }
    return "fault";
}

Examination::Examination(Session& forSession)
    : session(forSession), system(forSession.system), context(contextOf(forSession)) {
    context.dryRun = true;
}

void Examination::ok(std::string what, std::string todo) {
    findings.push_back({check_, Health::ok, std::move(what), std::move(todo)});
}

void Examination::warn(std::string what, std::string todo) {
    findings.push_back({check_, Health::warning, std::move(what), std::move(todo)});
}

void Examination::fault(std::string what, std::string todo) {
    findings.push_back({check_, Health::fault, std::move(what), std::move(todo)});
}

void Examination::add(Health health, const Error& error) {
    const auto text = error.text();
    const auto place = text.rfind("; ");
    if (place == std::string::npos)
        findings.push_back({check_, health, text, "find out why"});
    else
        findings.push_back({check_, health, text.substr(0, place), text.substr(place + 2)});
}

std::string namesOf(const std::vector<std::string>& hierarchies) {
    std::string names;
    for (const auto& name : hierarchies) names += (names.empty() ? "" : ", ") + escapeForPeople(name);
    return names;
}

}  // namespace prune

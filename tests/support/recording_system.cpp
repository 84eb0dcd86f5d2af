// SPDX-License-Identifier: MIT
#include "support/recording_system.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "support/call_text.h"

namespace prune {

namespace {

bool isCallOf(std::string_view line, std::string_view name) { return line.substr(0, line.find(' ')) == name; }

bool isChange(std::string_view line) {
    constexpr std::string_view kChanging[] = {"unlinkAt",  "makeDirectoryAt", "renameAt",     "linkFd",
                                              "symlinkAt", "writeFd",         "setXattr",     "removeXattr",
                                              "setTimeFd", "truncateFd",      "changeModeFd", "changeOwnerAt",
                                              "sendTo"};
    constexpr std::string_view kMaking[] = {"|CREAT", "|TMPFILE", "|TRUNC"};
    const auto isNamed = [&](std::string_view name) { return isCallOf(line, name); };
    const auto isMaking = [&](std::string_view flag) { return line.find(flag) != std::string_view::npos; };
    return std::any_of(std::begin(kChanging), std::end(kChanging), isNamed) ||
           (isCallOf(line, "openAt") && std::any_of(std::begin(kMaking), std::end(kMaking), isMaking));
}

}  // namespace

void RecordingSystem::after(const Call& call, std::int64_t result) {
    const std::string outcome = result < 0 ? errnoText(static_cast<int>(-result)) : decimal(result);
    calls_.push_back(words(call.name, call.arguments, "->", outcome));
}

std::vector<std::string> RecordingSystem::callsOf(std::string_view name) const {
    std::vector<std::string> found;
    std::copy_if(calls_.begin(), calls_.end(), std::back_inserter(found),
                 [&](const std::string& line) { return isCallOf(line, name); });
    return found;
}

std::vector<std::string> RecordingSystem::changes() const {
    std::vector<std::string> found;
    std::copy_if(calls_.begin(), calls_.end(), std::back_inserter(found), isChange);
    return found;
}

}  // namespace prune

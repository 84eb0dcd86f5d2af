// SPDX-License-Identifier: MIT
#include "cgprune/root_files.h"

#include "base/text.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr const char* kFlag = "notify_on_release";

}  // namespace

Status writeReleaseAgent(System& system, const OpenHierarchy& hierarchy, const std::string& text) {
    // An empty write is none: the kernel clears it at a newline.
    auto written = writeText(system, hierarchy.root.get(), "release_agent", text.empty() ? "\n" : text);
    if (!written.ok()) return written;
    const auto now = readReleaseAgent(system, hierarchy.root.get());
    if (!now.ok()) return now.error();
    if (now.value() == text) return {};
    return Error{"release_agent of " + escapeForPeople(hierarchy.about.name) + " reads \"" +
                     escapeForPeople(now.value()) + "\" after \"" + escapeForPeople(text) +
                     "\" was written; somebody else writes it too: find out who",
                 0};
}

Result<bool> readFlag(System& system, int directoryFd) {
    char buffer[16];
    const auto text = readSmall(system, directoryFd, kFlag, buffer);
    if (!text.ok()) return text.error();
    return !text.value().starts_with('0');
}

Status writeFlag(System& system, int directoryFd, bool value) {
    return writeText(system, directoryFd, kFlag, value ? "1" : "0");
}

}  // namespace prune

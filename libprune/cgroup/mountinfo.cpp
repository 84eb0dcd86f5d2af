// SPDX-License-Identifier: MIT
#include "cgroup/mountinfo.h"

#include <sys/sysmacros.h>

#include "base/text.h"

namespace prune {

namespace {

constexpr std::string_view kAgentOption = "release_agent=";

/// Options of a cgroup v1 superblock that are neither a controller nor the name: its own, those of any file
/// system and of security modules (show_sb_opts() in the kernel). No controller has a value.
bool isFlagOption(std::string_view option) {
    for (const std::string_view flag : {"rw", "ro", "noprefix", "clone_children", "xattr", "cpuset_v2_mode",
                                        "favordynmods", "sync", "dirsync", "mand", "lazytime", "seclabel"})
        if (option == flag) return true;
    if (option.starts_with("name=")) return false;
    return option.empty() || option.find('=') != std::string_view::npos;
}

/// Takes the next byte of octal-escaped text.
char takeByte(std::string_view& text) {
    const auto isOctal = [](char c) { return c >= '0' && c <= '7'; };
    if (text.size() >= 4 && text[0] == '\\' && isOctal(text[1]) && isOctal(text[2]) && isOctal(text[3])) {
        const int value = (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
        text.remove_prefix(4);
        return static_cast<char>(value);
    }
    const char plain = text.front();
    text.remove_prefix(1);
    return plain;
}

/// "0:35" as stat tells it; 0 where it is no device.
std::uint64_t deviceNumber(std::string_view text) {
    const auto major = parseUnsigned(cutField(text, ':'));
    const auto minor = parseUnsigned(text);
    if (!major || !minor || *major > UINT32_MAX || *minor > UINT32_MAX) return 0;
    return makedev(static_cast<unsigned>(*major), static_cast<unsigned>(*minor));
}

std::string_view agentOption(const CgroupMount& mount) {
    auto rest = mount.superOptions;
    while (!rest.empty()) {
        const auto option = cutField(rest, ',');
        if (option.starts_with(kAgentOption)) return option.substr(kAgentOption.size());
    }
    return {};
}

}  // namespace

std::optional<CgroupMount> parseCgroupMount(std::string_view line) {
    const auto separator = line.find(" - cgroup");
    if (separator == std::string_view::npos) return std::nullopt;
    CgroupMount mount;
    auto tail = line.substr(separator + 3);
    const auto type = cutField(tail, ' ');
    mount.unified = type == "cgroup2";
    if (!mount.unified && type != "cgroup") return std::nullopt;
    cutField(tail, ' ');  // source
    mount.superOptions = cutField(tail, ' ');

    auto head = line.substr(0, separator);
    for (int skipped = 0; skipped < 2; ++skipped) cutField(head, ' ');  // mount id, parent id
    mount.device = deviceNumber(cutField(head, ' '));
    mount.root = cutField(head, ' ');
    mount.mountPoint = cutField(head, ' ');
    auto mountOptions = cutField(head, ' ');
    mount.readOnly = cutField(mountOptions, ',') == "ro";
    if (!mount.root.starts_with('/') || !mount.mountPoint.starts_with('/')) return std::nullopt;
    if (mount.superOptions.empty()) return std::nullopt;  // never so ("rw" at least), unless the line was cut
    return mount;
}

std::string hierarchyName(const CgroupMount& mount) {
    if (mount.unified) return "unified";
    std::string name;
    auto rest = mount.superOptions;
    while (!rest.empty()) {
        const auto option = cutField(rest, ',');
        if (isFlagOption(option)) continue;
        if (!name.empty()) name += ',';
        name += option;
    }
    return name;
}

std::optional<std::string> releaseAgentOption(const CgroupMount& mount) {
    const auto value = agentOption(mount);
    if (value.empty()) return std::nullopt;
    return unescapeMount(value);
}

bool hasReleaseAgent(const CgroupMount& mount, std::string_view agent) {
    auto value = agentOption(mount);
    if (value.empty()) return false;
    while (!value.empty() && !agent.empty()) {
        if (takeByte(value) != agent.front()) return false;
        agent.remove_prefix(1);
    }
    return value.empty() && agent.empty();
}

std::string unescapeMount(std::string_view text) {
    std::string out;
    while (!text.empty()) out += takeByte(text);
    return out;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "support/memory_system_proc.h"

#include "base/text.h"

namespace prune::memory {

namespace {

/// The kernel's seq_escape: backslash and three octal digits.
std::string octal(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) == std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '\\';
        for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (byte >> shift & 7));
    }
    return out;
}

std::string optionText(std::string_view name, std::string_view value) {
    return "," + octal(name, ",= \t\n\\") + "=" + octal(value, ", \t\n\\");
}

/// The part of the name before "name=": the controllers.
std::string_view controllersOf(std::string_view name) {
    const auto at = name.find("name=");
    if (at == std::string_view::npos) return name;
    return at == 0 ? std::string_view() : name.substr(0, at - 1);
}

std::string superOptions(const Hierarchy& hierarchy) {
    if (hierarchy.unified) return "";
    std::string options;
    const auto controllers = controllersOf(hierarchy.name);
    if (!controllers.empty()) options += "," + std::string(controllers);
    if (!hierarchy.agent.empty()) options += optionText("release_agent", hierarchy.agent);
    const auto at = hierarchy.name.find("name=");
    if (at != std::string::npos) options += optionText("name", hierarchy.name.substr(at + 5));
    return options;
}

std::string mountLine(const Tree& tree, const Mount& mount) {
    constexpr std::string_view kSpecial = " \t\n\\";
    const Mount* parent = mount.point.node == nullptr ? nullptr : mount.point.mount;
    const std::string access = mount.readOnly ? "ro" : "rw";
    Mount whole{0, mount.filesystem, mount.filesystem->root, {}, false};
    std::string line = decimal(mount.id) + " " + decimal(parent ? parent->id : 1);
    line += " 0:" + decimalUnsigned(mount.filesystem->device);
    line += " " + octal(tree.pathOf({&whole, mount.root}), kSpecial);
    line += " " + octal(parent ? tree.pathOf(mount.point) : "/", kSpecial);
    line +=
        " " + access + ",relatime - " + mount.filesystem->type + " " + mount.filesystem->type + " " + access;
    if (mount.filesystem->hierarchy != nullptr) line += superOptions(*mount.filesystem->hierarchy);
    return line + "\n";
}

}  // namespace

std::string mountinfoText(const Tree& tree) {
    std::string text;
    for (const auto& mount : tree.mounts()) text += mountLine(tree, *mount);
    return text;
}

std::string cgroupText(Cgroups& cgroups, int pid) {
    std::string text;
    for (Hierarchy* hierarchy : cgroups.hierarchies()) {
        text += decimal(hierarchy->id) + ":" + (hierarchy->unified ? "" : hierarchy->name) + ":";
        text += cgroups.of(*hierarchy, pid).path() + "\n";
    }
    return text;
}

}  // namespace prune::memory

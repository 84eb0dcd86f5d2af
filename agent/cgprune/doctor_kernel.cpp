// SPDX-License-Identifier: MIT
// cgprune doctor: what the kernel lets the programs do that it runs by itself.
#include <fcntl.h>

#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/doctor.h"
#include "cgprune/kernel_config.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr const char* kBounding = "/proc/sys/kernel/usermodehelper/bset";
constexpr const char* kInheritable = "/proc/sys/kernel/usermodehelper/inheritable";
constexpr int kWordBits = 32;
constexpr std::size_t kMaxProfiles = std::size_t{1} << 20;

struct Need {
    const char* name;
    unsigned capability;  ///< its number, the same on every kernel
    Health without;
    const char* effect;
};
constexpr Need kNeeds[] = {
    {"CAP_SYS_ADMIN", 21, Health::fault,
     "it cannot see root's keep marks, and so removes what is to be kept"},
    {"CAP_DAC_OVERRIDE", 1, Health::fault, "it cannot remove cgroups in folders of other users"},
    {"CAP_DAC_READ_SEARCH", 2, Health::warning,
     "it finds cgroups by path and id only, and none that was renamed"},
    {"CAP_SYS_PTRACE", 19, Health::warning,
     "on older kernels it cannot tell whether a registered namespace still has processes"},
};

/// "4294967295\t511": the low 32 bits, then the high ones.
std::optional<std::uint64_t> parseCapabilities(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    const auto low = parseUnsigned(trim(cutField(text, '\t')));
    if (!low) return std::nullopt;
    if (trim(text).empty()) return low;
    const auto high = parseUnsigned(trim(text));
    if (!high) return std::nullopt;
    return *high << kWordBits | *low;
}

Result<std::uint64_t> readCapabilities(System& system, const char* path) {
    char buffer[128];
    const auto text = readSmall(system, AT_FDCWD, path, buffer);
    if (!text.ok()) return text.error();
    if (const auto value = parseCapabilities(text.value())) return *value;
    return Error{std::string(path) + " is not understood: " + escapeForPeople(text.value()), 0};
}

bool includes(std::uint64_t set, unsigned capability) { return (set >> capability & 1U) != 0; }

/// The first line of a small file; "" where it cannot be read.
std::string firstLine(System& system, const char* path) {
    char buffer[4096];
    const auto text = readSmall(system, AT_FDCWD, path, buffer);
    return text.ok() ? std::string(text.value().substr(0, text.value().find('\n'))) : std::string();
}

bool hasWord(std::string_view list, std::string_view wanted) {
    while (!list.empty())
        if (cutField(list, ',') == wanted) return true;
    return false;
}

/// The line of an enforced profile that is about the agent: "/usr/libexec/... (enforce)".
std::string profileOfAgent(System& system) {
    const auto text = readWhole(system, AT_FDCWD, "/sys/kernel/security/apparmor/profiles", kMaxProfiles);
    std::string_view rest = text.ok() ? std::string_view(text.value()) : std::string_view();
    while (!rest.empty()) {
        const auto line = cutField(rest, '\n');
        if (line.find("release-agent") != std::string_view::npos && line.ends_with("(enforce)"))
            return std::string(line);
    }
    return {};
}

}  // namespace

void checkHelperCapabilities(Examination& examination) {
    const auto bounding = readCapabilities(examination.system, kBounding);
    if (!bounding.ok()) return examination.add(Health::warning, bounding.error());
    const auto inheritable = readCapabilities(examination.system, kInheritable);
    if (!inheritable.ok()) return examination.add(Health::warning, inheritable.error());
    // Root's program gets the bounding set. The inheritable one limits what it inherits from a kernel thread,
    // which has nothing there to be inherited.
    bool any = false;
    for (const auto& need : kNeeds) {
        if (includes(bounding.value(), need.capability)) continue;
        any = true;
        examination.add(need.without,
                        {std::string("the kernel takes ") + need.name + " from the agent: " + need.effect +
                             "; give it back in " + kBounding + ", at the next boot (it can only be taken)",
                         0});
    }
    if (!any)
        examination.ok(fmt::format(
            "the kernel leaves the agent the capabilities that it needs (bset {:x}, inheritable {:x})",
            bounding.value(), inheritable.value()));
}

void checkStaticHelper(Examination& examination) {
    const auto config = kernelConfig(examination.system);
    if (!config.ok())
        return examination.ok("whether the kernel runs one fixed helper is unknown: " + config.error().text(),
                              "cgprune doctor --live tells whether the agent is run");
    if (configValue(config.value(), "CONFIG_STATIC_USERMODEHELPER") != "y")
        return examination.ok("the kernel runs the agent itself, not one fixed helper");
    const auto helper = configValue(config.value(), "CONFIG_STATIC_USERMODEHELPER_PATH");
    if (helper.empty())
        return examination.fault("the kernel runs no programs at all (CONFIG_STATIC_USERMODEHELPER)",
                                 "boot another kernel, or have cgprune sweep run by a timer");
    examination.warn("the kernel runs " + escapeForPeople(helper) +
                         " in place of every agent (CONFIG_STATIC_USERMODEHELPER)",
                     "have that program run what its argv[0] names, and try cgprune doctor --live");
}

void checkSecurityModules(Examination& examination) {
    auto& system = examination.system;
    const auto modules = firstLine(system, "/sys/kernel/security/lsm");
    if (modules.empty())
        return examination.ok("which security modules there are is unknown",
                              "mount -t securityfs none /sys/kernel/security tells");
    if (const auto profile = profileOfAgent(system); !profile.empty())
        examination.warn("AppArmor confines the agent: " + escapeForPeople(profile),
                         "see that the profile allows it cgroupfs, /run/cgprune and its capabilities");
    const bool selinux = hasWord(modules, "selinux") && firstLine(system, "/sys/fs/selinux/enforce") == "1";
    if (selinux)
        return examination.ok("SELinux is enforcing",
                              "if cgroups stay, look for denials: ausearch -m avc -c release-agent");
    examination.ok("security modules: " + escapeForPeople(modules));
}

}  // namespace prune

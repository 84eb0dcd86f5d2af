// SPDX-License-Identifier: MIT
// cgprune doctor: which hierarchies there are, and whether we see what the host sees.
#include <fcntl.h>

#include <algorithm>

#include "base/text.h"
#include "cgprune/doctor.h"
#include "cgprune/host.h"
#include "cgroup/mount_list.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr std::size_t kMaxCommandLine = 65'536;

/// Those that any mount shows, if only a part of them.
Result<std::vector<std::string>> shownAnywhere(System& system) {
    std::vector<std::string> names;
    const auto status = forEachCgroupMount(
        system, [&names](const CgroupMount& mount) { names.push_back(hierarchyName(mount)); });
    if (!status.ok()) return status.error();
    return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// "-o freezer", "-o none,name=openrc".
std::string mountOptions(const std::string& hierarchy) {
    return (hierarchy.starts_with("name=") ? "-o none," : "-o ") + escapeForPeople(hierarchy);
}

void lookAtMount(Examination& examination, const Hierarchy& hierarchy) {
    const auto where = escapeForPeople(hierarchy.name) + " at " + escapeForPeople(hierarchy.mountPoint);
    auto open = openHierarchy(examination.system, hierarchy);
    if (!open.ok()) return examination.add(Health::fault, open.error());
    if (hierarchy.readOnly)
        examination.warn(where + " is mounted read-only: nothing can be removed there",
                         "mount it writable, here or at another place too");
    examination.hierarchies.push_back(std::move(open.value()));
}

/// Whether the kernel's command line says cgroup_no_v1=named, or =all.
std::string namedAreDisabledBy(std::string_view commandLine) {
    constexpr std::string_view kOption = "cgroup_no_v1=";
    while (!commandLine.empty()) {
        const auto word = cutField(commandLine, ' ');
        if (!word.starts_with(kOption)) continue;
        auto values = word.substr(kOption.size());
        while (!values.empty())
            if (cutField(values, ',') == "named") return std::string(word);
    }
    return {};
}

const Rule* ruleOfNamed(const Conf& conf) {
    for (const auto& rule : conf.rules)
        for (const auto& name : rule.hierarchies)
            if (name.starts_with("name=")) return &rule;
    return nullptr;
}

}  // namespace

void checkHost(Examination& examination) {
    if (const auto why = whyContainer(examination.system))
        return examination.warn("this is a container: " + *why,
                                "run it on the host, where the kernel runs the agent");
    examination.ok("this is the host, as far as can be told");
}

void checkMounts(Examination& examination) {
    auto mounted = mountedHierarchies(examination.system);
    if (!mounted.ok()) return examination.add(Health::fault, mounted.error());
    examination.mounted = std::move(mounted.value());
    std::vector<std::string> names;
    for (const auto& hierarchy : examination.mounted) {
        lookAtMount(examination, hierarchy);
        names.push_back(hierarchy.name);
    }
    if (names.empty())
        return examination.fault("no cgroup hierarchy is mounted whole",
                                 "mount one, mostly below /sys/fs/cgroup (mount -t cgroup, or cgroup2)");
    examination.ok("mounted: " + namesOf(names));
}

void checkUnmounted(Examination& examination) {
    const auto living = livingHierarchies(examination.system);
    if (!living.ok()) return examination.add(Health::warning, living.error());
    const auto shown = shownAnywhere(examination.system);
    if (!shown.ok()) return examination.add(Health::warning, shown.error());
    bool any = false;
    for (const auto& name : living.value()) {
        if (has(shown.value(), name)) continue;
        any = true;
        examination.warn(
            "hierarchy " + escapeForPeople(name) +
                " lives on and is not mounted: its cgroups and its release agent cannot be seen",
            "mount it (mount -t cgroup " + mountOptions(name) + " none DIR), empty it and unmount it again");
    }
    if (!any) examination.ok("every v1 hierarchy that lives is mounted");
}

void checkNamedHierarchies(Examination& examination) {
    const auto text = readWhole(examination.system, AT_FDCWD, "/proc/cmdline", kMaxCommandLine);
    if (!text.ok()) return examination.add(Health::warning, text.error());
    const auto option = namedAreDisabledBy(trim(text.value().substr(0, text.value().find('\n'))));
    if (option.empty()) return examination.ok("named v1 hierarchies can be mounted");
    const auto said = "named v1 hierarchies are disabled by " + escapeForPeople(option);
    const auto* rule = ruleOfNamed(examination.context.conf);
    if (rule == nullptr) return examination.ok(said);
    examination.warn(said + ", and rule " + escapeForPeople(rule->name) + " is about one",
                     "take the option off the kernel's command line, or the rule out of the conf");
}

}  // namespace prune

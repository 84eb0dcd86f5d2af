// SPDX-License-Identifier: MIT
#include "cgprune/alias.h"

#include <fcntl.h>

#include <cerrno>

#include "base/record.h"
#include "base/text.h"
#include "cgprune/agent_text.h"
#include "store/state_folder.h"
#include "sys/files.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr std::string_view kMountSuffix = ".mount";
constexpr std::string_view kFormerSuffix = ".former";
constexpr std::string_view kKind = "cgprune-former";
constexpr unsigned kVersion = 1;
constexpr std::size_t kMaxFormerBytes = 65'536;

std::string withSuffix(const std::string& hierarchy, std::string_view suffix) {
    return aliasOf(hierarchy) + std::string(suffix);
}

/// By a temporary name and rename: a release at this instant finds the old link or the new one.
Status makeLink(System& system, const std::string& target, int folder, const std::string& name) {
    if (linkText(system, std::string(kAliasFolder) + name) == target) return {};
    const std::string temporary = kTemporary + decimal(system.processId());
    system.unlinkAt(folder, temporary.c_str(), 0);  // left by a killed process of the same number
    int failed = system.symlinkAt(target.c_str(), folder, temporary.c_str());
    if (failed == 0) failed = system.renameAt(folder, temporary.c_str(), folder, name.c_str());
    if (failed == 0) return {};
    system.unlinkAt(folder, temporary.c_str(), 0);
    return Error{"make the link " + escapeForPeople(std::string(kAliasFolder) + name), -failed};
}

}  // namespace

std::string whyNoAlias(const std::string& hierarchy) {
    for (const auto suffix : {kMountSuffix, kFormerSuffix})
        if (hierarchy.ends_with(suffix))
            return "a hierarchy whose name ends in " + std::string(suffix) +
                   " cannot have an alias: its file in /run/cgprune/agents would be taken for another's; "
                   "write the "
                   "path of release-agent into its release_agent yourself";
    return {};
}

Status makeAlias(System& system, const Hierarchy& hierarchy, const std::string& binary) {
    const auto folder = openStateSubfolder(system, kAgentsFolder);
    if (!folder.ok()) return folder.error();
    const int fd = folder.value().get();
    const SharedLock lock(system, fd);
    if (auto status = makeLink(system, binary, fd, hierarchy.name); !status.ok()) return status;
    return makeLink(system, hierarchy.mountPoint, fd, hierarchy.name + std::string(kMountSuffix));
}

Status removeAlias(System& system, const std::string& hierarchy) {
    for (const std::string_view suffix : {std::string_view(), kMountSuffix, kFormerSuffix}) {
        const auto path = withSuffix(hierarchy, suffix);
        const int failed = system.unlinkAt(AT_FDCWD, path.c_str(), 0);
        if (failed < 0 && failed != -ENOENT) return Error{"remove " + escapeForPeople(path), -failed};
    }
    return {};
}

Result<std::optional<Former>> readFormer(System& system, const std::string& hierarchy) {
    const auto path = withSuffix(hierarchy, kFormerSuffix);
    const auto text = readWhole(system, AT_FDCWD, path.c_str(), kMaxFormerBytes);
    if (!text.ok() && text.error().code == ENOENT) return std::optional<Former>();
    if (!text.ok()) return text.error();
    RecordReader reader(text.value(), kKind, kVersion);
    Former former;
    former.agent = reader.text("agent");
    former.rootFlag = reader.flag("root-flag");
    if (reader.finished()) return std::optional<Former>(former);
    return Error{escapeForPeople(path) +
                     " is broken or of another version; remove it, and see to release_agent yourself",
                 0};
}

Status writeFormer(System& system, const std::string& hierarchy, const Former& former) {
    RecordWriter writer(kKind, kVersion);
    writer.text("agent", former.agent);
    writer.flag("root-flag", former.rootFlag);
    const auto folder = openStateSubfolder(system, kAgentsFolder);
    if (!folder.ok()) return folder.error();
    const SharedLock lock(system, folder.value().get());
    const auto name = hierarchy + std::string(kFormerSuffix);
    return writeWhole(system, folder.value().get(), name.c_str(), writer.str(), kStateFileMode);
}

}  // namespace prune

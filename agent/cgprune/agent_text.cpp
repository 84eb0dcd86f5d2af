// SPDX-License-Identifier: MIT
#include "cgprune/agent_text.h"

#include <fcntl.h>

#include "base/text.h"

namespace prune {

namespace {

constexpr const char* kInstalled = CGPRUNE_RELEASE_AGENT;

bool exists(System& system, const std::string& path) {
    FileStat stat;
    return system.statAt(AT_FDCWD, path.c_str(), 0, stat) == 0;
}

bool isSameFile(System& system, const std::string& one, const std::string& other) {
    FileStat a;
    FileStat b;
    return system.statAt(AT_FDCWD, one.c_str(), 0, a) == 0 &&
           system.statAt(AT_FDCWD, other.c_str(), 0, b) == 0 && a.device == b.device && a.inode == b.inode;
}

std::string besideUs(System& system) {
    const auto self = linkText(system, "/proc/self/exe").value_or("");
    return self.substr(0, self.rfind('/') + 1) + "release-agent";
}

bool isOurBinary(System& system, const std::string& hierarchy, const std::string& path) {
    if (!path.starts_with('/')) return false;
    for (const auto& known : {aliasOf(hierarchy), std::string(kInstalled), besideUs(system)})
        if (isSameFile(system, path, known)) return true;
    return false;
}

}  // namespace

std::string aliasOf(const std::string& hierarchy) { return std::string(kAliasFolder) + hierarchy; }

std::string_view word(AgentKind kind) {
    switch (kind) {
        case AgentKind::none:
            return "none";
        case AgentKind::ours:
            return "ours";
        case AgentKind::other:
            break;
    }
    return "other";
}

Json agentJson(const std::string& text) { return text.empty() ? Json() : Json(escapeForPeople(text)); }

Result<AgentText> agentOf(System& system, const OpenHierarchy& hierarchy) {
    AgentText agent;
    if (hierarchy.about.unified) return agent;
    auto text = readReleaseAgent(system, hierarchy.root.get());
    if (!text.ok()) return text.takeError();
    agent.text = std::move(text.value());
    if (agent.text.empty()) return agent;
    const auto& name = hierarchy.about.name;
    agent.isAlias = agent.text == aliasOf(name);
    const bool ours = agent.isAlias || isOurBinary(system, name, agent.text);
    agent.kind = ours ? AgentKind::ours : AgentKind::other;
    return agent;
}

std::string defaultAgent(System& system) {
    auto beside = besideUs(system);
    return exists(system, beside) ? beside : kInstalled;
}

std::string runnableAgent(System& system, const std::string& hierarchy) {
    auto target = linkText(system, aliasOf(hierarchy));
    return target && exists(system, *target) ? std::move(*target) : defaultAgent(system);
}

std::optional<std::string> linkText(System& system, const std::string& path) {
    std::string text(4096, '\0');
    const auto length = system.readLinkAt(AT_FDCWD, path.c_str(), text.data(), text.size());
    if (length <= 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// /proc/self/mountinfo: any bytes, read in pieces of any size; and a line as the kernel writes it, with any
// names.
#include "cgroup/mountinfo.h"

#include <set>
#include <string>
#include <vector>

#include "cgroup/hierarchy.h"
#include "cgroup/mount_list.h"
#include "common/bytes_system.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

constexpr std::size_t kLongestLine = 65'536;  // what MountLines has room for, with the newline

std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    auto parts = split(text, '\n');
    parts.pop_back();  // what no newline ends is not whole
    for (const auto part : parts)
        if (part.size() < kLongestLine) lines.emplace_back(part);
    return lines;
}

void checkLines(const std::string& text, std::size_t mostAtOnce) {
    BytesSystem system(text, mostAtOnce);
    MountLines reader(system, BytesSystem::kFd);
    std::string_view line;
    for (const auto& expected : linesOf(text)) {
        const auto more = reader.next(line);
        require(more.ok() && more.value(), "no line is lost", expected);
        require(line == expected, "a line is what stands between two newlines", line);
    }
    const auto more = reader.next(line);
    require(more.ok() && !more.value(), "there are no other lines", line);
}

bool isWithin(std::string_view part, std::string_view line) {
    return part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size();
}

void checkMount(std::string_view line) {
    const auto mount = parseCgroupMount(line);
    if (!mount) return;
    for (const auto part : {mount->root, mount->mountPoint, mount->superOptions})
        require(isWithin(part, line), "a part of a line is in it", line);
    require(mount->unified == (hierarchyName(*mount) == "unified") || !mount->unified, "v2 is unified", line);
    const auto agent = releaseAgentOption(*mount);
    if (!agent) return;
    require(hasReleaseAgent(*mount, *agent), "the agent that a line names is its agent", line);
    require(!hasReleaseAgent(*mount, *agent + "x"), "one that begins so is not", line);
    require(agent->empty() || !hasReleaseAgent(*mount, agent->substr(1)), "nor is one that ends so", line);
}

/// As the kernel's seq_escape writes them.
std::string octalEscaped(std::string_view text, std::string_view special) {
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

void checkWritten(std::string_view mountPoint, std::string_view agent) {
    const auto point = '/' + std::string(mountPoint);
    const auto line = "31 25 0:27 / " + octalEscaped(point, " \t\n\\") +
                      " rw,nosuid shared:9 master:1 - cgroup cgroup rw,xattr,release_agent=" +
                      octalEscaped(agent, ", \t\n\\") + ",name=openrc";
    const auto mount = parseCgroupMount(line);
    require(mount && !mount->unified && !mount->readOnly && mount->root == "/",
            "a kernel's line is understood", line);
    require(unescapeMount(mount->mountPoint) == point, "a mount point is what it is", line);
    require(hierarchyName(*mount) == "name=openrc", "no agent is taken for a part of the name", line);
    require(releaseAgentOption(*mount).value_or("") == agent, "an agent is what it is", line);
}

void checkHierarchies(const std::string& text) {
    BytesSystem system(text);
    const auto all = mountedHierarchies(system);
    require(all.ok(), "any text can be read");
    std::set<std::string> names;
    for (const auto& hierarchy : all.value())
        require(names.insert(hierarchy.name).second, "each hierarchy is there once", hierarchy.name);
    const auto mine = hierarchiesByAgent(system, "/sbin/agent");
    require(mine.ok() && mine.value().size() <= all.value().size(), "those of one agent are some of all");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t mostAtOnce = input.byte() * 64U + 1;
    const auto text = stretched(input.rest(), kLongestLine / 2, 3);
    checkLines(text, mostAtOnce);
    for (const auto line : split(text, '\n')) checkMount(line);
    const auto mountPoint = input.block();
    const auto agent = input.block();
    checkWritten(mountPoint, agent);
    checkHierarchies(text);
    return 0;
}

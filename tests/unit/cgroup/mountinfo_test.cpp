// SPDX-License-Identifier: MIT
// Lines as kernels write them, and lines that are none.
#include "cgroup/mountinfo.h"

#include "support/catch.h"

using namespace prune;

namespace {

constexpr std::string_view kFreezerLine =
    "36 31 0:33 / /sys/fs/cgroup/freezer rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup "
    "rw,freezer";
constexpr std::string_view kUnifiedLine =
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate";

CgroupMount mountOf(std::string_view line) {
    const auto mount = parseCgroupMount(line);
    REQUIRE(mount);
    return *mount;
}

std::string lineWith(std::string_view superOptions) {
    return "36 31 0:33 / /cg rw,relatime - cgroup cgroup " + std::string(superOptions);
}

/// The name of a hierarchy with these options.
std::string nameWith(std::string_view superOptions) {
    const std::string line = lineWith(superOptions);
    return hierarchyName(mountOf(line));
}

std::optional<std::string> agentWith(std::string_view superOptions) {
    const std::string line = lineWith(superOptions);
    return releaseAgentOption(mountOf(line));
}

bool hasAgent(std::string_view superOptions, std::string_view agent) {
    const std::string line = lineWith(superOptions);
    return hasReleaseAgent(mountOf(line), agent);
}

}  // namespace

TEST_CASE("a v1 mount line gives root and mount point and options") {
    const auto mount = mountOf(kFreezerLine);
    CHECK_FALSE(mount.unified);
    CHECK(mount.root == "/");
    CHECK(mount.mountPoint == "/sys/fs/cgroup/freezer");
    CHECK(mount.superOptions == "rw,freezer");
}

TEST_CASE("a v2 mount line gives a mount of the unified hierarchy") {
    const auto mount = mountOf(kUnifiedLine);
    CHECK(mount.unified);
    CHECK(mount.mountPoint == "/sys/fs/cgroup/unified");
    CHECK(hierarchyName(mount) == "unified");
}

TEST_CASE("a mount line may have no optional field or several") {
    const std::string optional = GENERATE("", "shared:1 ", "shared:1 master:2 ", "unbindable ",
                                          "shared:344 master:9 propagate_from:2 ");
    const std::string line = "52 40 0:47 / /cg rw " + optional + "- cgroup none rw,name=openrc";
    const auto mount = mountOf(line);
    CHECK(mount.mountPoint == "/cg");
    CHECK(hierarchyName(mount) == "name=openrc");
}

TEST_CASE("a mount of a part of a hierarchy keeps that part as its root") {
    CHECK(mountOf("9 8 0:33 /lxc/c1 /cg rw - cgroup cgroup rw,freezer").root == "/lxc/c1");
    CHECK(mountOf("9 8 0:33 /../.. /cg rw - cgroup cgroup rw,freezer").root == "/../..");
}

TEST_CASE("a mount line whose source is empty is read") {
    CHECK(hierarchyName(mountOf("9 8 0:33 / /cg rw - cgroup  rw,freezer")) == "freezer");
}

TEST_CASE("lines of other file systems are no cgroup mounts") {
    const std::string line = GENERATE(
        "22 27 0:21 / /proc rw,relatime - proc proc rw",
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs cgroup rw,mode=755", "31 23 0:28 / /x rw - cgroupfs x rw",
        "31 23 0:28 / /x rw - cgroup3 x rw", "31 23 0:28 / /x rw - cgroup22 x rw",
        "31 23 0:28 / /cgroup rw,x=cgroup - fuse.cgroup cgroup2 rw,freezer",
        "31 23 0:28 /cgroup /x\\040-\\040cgroup rw - ext4 /dev/vda rw");
    INFO(line);
    CHECK_FALSE(parseCgroupMount(line));
}

TEST_CASE("a line that is not well-formed is no cgroup mount") {
    const std::string line =
        GENERATE("", " ", "-", " - ", " - cgroup", " - cgroup ", " - cgroup cgroup rw",
                 "cgroup cgroup rw,freezer", "36 31 0:33 - cgroup cgroup rw,freezer",
                 "36 31 0:33 / - cgroup cgroup rw,freezer", "36 31 0:33 x /cg rw - cgroup cgroup rw,freezer",
                 "36 31 0:33 / cg rw - cgroup cgroup rw,freezer", "36 31 0:33 / /cg rw - cgroup cgroup",
                 "36 31 0:33 / /cg rw - cgroup cgroup ", "36 31 0:33 / /cg rw- cgroup cgroup rw,freezer");
    INFO(line);
    CHECK_FALSE(parseCgroupMount(line));
}

TEST_CASE("a mount line cut at any byte never gives another mount") {
    const std::string_view line = GENERATE(as<std::string_view>{}, kFreezerLine, kUnifiedLine);
    const auto whole = mountOf(line);
    const std::size_t optionsAt = line.size() - whole.superOptions.size();
    for (std::size_t size = 0; size < line.size(); ++size) {
        INFO("cut to " << size << " bytes");
        const auto cut = parseCgroupMount(std::string(line.substr(0, size)));
        CHECK(cut.has_value() == (size > optionsAt));
    }
    for (std::size_t size = optionsAt + 1; size < line.size(); ++size) {
        const auto cut = mountOf(line.substr(0, size));
        CHECK(cut.unified == whole.unified);
        CHECK(cut.root == whole.root);
        CHECK(cut.mountPoint == whole.mountPoint);
    }
}

TEST_CASE("a v1 hierarchy is named by its controllers") {
    CHECK(nameWith("rw,freezer") == "freezer");
    CHECK(nameWith("ro,cpu,cpuacct") == "cpu,cpuacct");
}

TEST_CASE("a named hierarchy is named by its name") { CHECK(nameWith("rw,name=openrc") == "name=openrc"); }

TEST_CASE("a named hierarchy with controllers is named by both") {
    CHECK(nameWith("rw,net_cls,net_prio,name=mine") == "net_cls,net_prio,name=mine");
}

TEST_CASE("options that are no controllers are no part of a hierarchy's name") {
    CHECK(nameWith("rw,cpuset,noprefix,clone_children,xattr,cpuset_v2_mode,favordynmods") == "cpuset");
    CHECK(nameWith("rw,xattr,release_agent=/lib/systemd/agent,name=systemd") == "name=systemd");
    CHECK(nameWith("rw,freezer,release_agent=/a\\054cpu") == "freezer");
}

TEST_CASE("options of the superblock and of security modules are no part of a hierarchy's name") {
    CHECK(nameWith("rw,seclabel,freezer") == "freezer");
    CHECK(nameWith("rw,sync,dirsync,mand,lazytime,memory") == "memory");
    CHECK(nameWith("rw,context=system_u:object_r:cgroup_t:s0,pids") == "pids");
    CHECK(nameWith("rw,smackfsroot=x,name=openrc") == "name=openrc");
}

TEST_CASE("a mount without release_agent has none") {
    CHECK_FALSE(agentWith("rw,freezer"));
    CHECK_FALSE(agentWith("rw,name=release_agent"));
    CHECK_FALSE(agentWith("rw,xrelease_agent=/a"));
}

TEST_CASE("an empty release_agent option is none") {
    CHECK_FALSE(agentWith("rw,freezer,release_agent="));
    CHECK_FALSE(hasAgent("rw,freezer,release_agent=", ""));
}

TEST_CASE("the value of release_agent is found wherever the option stands") {
    CHECK(agentWith("release_agent=/a") == "/a");
    CHECK(agentWith("rw,release_agent=/a,name=x") == "/a");
    CHECK(agentWith("rw,freezer,release_agent=/a") == "/a");
}

TEST_CASE("the value of release_agent is unescaped") {
    CHECK(agentWith(R"(rw,release_agent=/a\040b\054c\011d\012e\134f)") == "/a b,c\td\ne\\f");
    CHECK(agentWith(R"(rw,release_agent=/a="x'y")") == R"(/a="x'y")");
}

TEST_CASE("an escape in release_agent that is none stays as it is") {
    CHECK(agentWith(R"(rw,release_agent=\)") == R"(\)");
    CHECK(agentWith(R"(rw,release_agent=/a\04)") == R"(/a\04)");
    CHECK(agentWith(R"(rw,release_agent=/a\08z)") == R"(/a\08z)");
}

TEST_CASE("a mount has exactly the agent that its option names") {
    CHECK(hasAgent("rw,freezer,release_agent=/a/b", "/a/b"));
    CHECK_FALSE(hasAgent("rw,freezer,release_agent=/a/b", "/a"));
    CHECK_FALSE(hasAgent("rw,freezer,release_agent=/a/b", "/a/bc"));
    CHECK_FALSE(hasAgent("rw,freezer,release_agent=/a/b", "/a/c"));
    CHECK_FALSE(hasAgent("rw,freezer,release_agent=/a/b", ""));
    CHECK_FALSE(hasAgent("rw,freezer", "/a"));
}

TEST_CASE("an agent is compared with the unescaped option") {
    CHECK(hasAgent(R"(rw,release_agent=/a\040b\054c"d)", "/a b,c\"d"));
    CHECK_FALSE(hasAgent(R"(rw,release_agent=/a\040b)", R"(/a\040b)"));
    CHECK_FALSE(hasAgent(R"(rw,release_agent=/a\054b)", "/a"));
}

TEST_CASE("octal escapes of every byte are undone") {
    for (int byte = 1; byte < 256; ++byte) {
        const char text[] = {'x',
                             '\\',
                             static_cast<char>('0' + byte / 64),
                             static_cast<char>('0' + byte / 8 % 8),
                             static_cast<char>('0' + byte % 8),
                             'y',
                             '\0'};
        INFO(text);
        CHECK(unescapeMount(text) == std::string{'x', static_cast<char>(byte), 'y'});
    }
}

TEST_CASE("a mount point's escapes are kept until they are undone") {
    const auto mount = mountOf(R"(9 8 0:33 /a\040b /mnt/c\011d rw - cgroup cgroup rw,freezer)");
    CHECK(mount.root == R"(/a\040b)");
    CHECK(unescapeMount(mount.root) == "/a b");
    CHECK(unescapeMount(mount.mountPoint) == "/mnt/c\td");
}

// SPDX-License-Identifier: MIT
// Cgroups whose path is too long to be named in one call.
#include "tool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>

namespace tool {
namespace {
constexpr std::size_t kComponent = 200;

// "/" and a name, again and again, to exactly bytes bytes: two such paths of other lengths share all but the
// last name, and the shorter is how the longer looks when it is cut.
std::vector<std::string> components(std::size_t bytes, std::size_t component) {
    std::vector<std::string> result;
    while (bytes >= 2) {
        std::size_t size = bytes - 1 < component ? bytes - 1 : component;
        if (bytes - 1 - size == 1) --size;  // else a lone "/" would be left
        result.emplace_back(size, 'd');
        bytes -= size + 1;
    }
    if (bytes != 0 || result.empty() || component < 2) {
        errno = EINVAL;
        fail("no such path can be made");
    }
    return result;
}

Fd walk(std::string_view top, const std::vector<std::string>& names, bool make) {
    Fd folder = openFolder(AT_FDCWD, std::string(top));
    for (const std::string& name : names) {
        if (!folder.ok()) break;
        if (make && mkdirat(folder.get(), name.c_str(), 0755) != 0 && errno != EEXIST) return Fd();
        folder = openFolder(folder.get(), name);
    }
    return folder;
}

int run(int cgroup) {
    const pid_t task = startDetached([&] { return writeFile(cgroup, "cgroup.procs", "0"); },
                                     []() -> int { sleepForEver(); });
    std::printf("%d\n", task);
    return 0;
}

int printId(int cgroup) {
    struct stat status {};
    if (fstat(cgroup, &status) != 0) fail("stat");
    std::printf("%ju\n", static_cast<uintmax_t>(status.st_ino));
    return 0;
}

int flag(int cgroup, const char* value) {
    if (!writeFile(cgroup, "notify_on_release", value)) fail("flag");
    return 0;
}

int act(std::string_view verb, int cgroup) {
    if (verb == "make" || verb == "exists") return 0;
    if (verb == "run") return run(cgroup);
    if (verb == "id") return printId(cgroup);
    if (verb == "flag0" || verb == "flag1") return flag(cgroup, verb == "flag1" ? "1" : "0");
    errno = EINVAL;
    fail("deep", verb);
}
}  // namespace

int runDeep(const Arguments& arguments) {
    const std::size_t component = arguments.size() > 3 ? number(arguments[3]) : kComponent;
    const auto names = components(number(arguments[2]), component);
    const Fd cgroup = walk(arguments[1], names, arguments[0] == "make");
    if (!cgroup.ok() && arguments[0] == "exists" && errno == ENOENT) return 1;
    if (!cgroup.ok()) {
        std::perror("guest-tool: deep");
        return 2;  // not 1, which is "exists: no"
    }
    return act(arguments[0], cgroup.get());
}
}  // namespace tool

// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>

namespace tool {
namespace {
// A frozen task does not die, and holds its cgroup. Where there is no such file there is no freezer.
void thaw(int cgroup) {
    writeFile(cgroup, "freezer.state", "THAWED");
    writeFile(cgroup, "cgroup.freeze", "0");
}

// A killed task still counts for a moment.
void removeOne(int parent, const std::string& name) {
    for (int tries = 0; unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0; ++tries) {
        if (errno == ENOENT || errno == ENODEV) return;
        if (errno != EBUSY || tries == 2000) fail("rmdir", name);
        sleepMicroseconds(10'000);
    }
}

void removeBelow(int folder) {
    for (const auto& [name, id] : folders(folder)) {
        const Fd child = openFolder(folder, name);
        if (!child.ok() && errno == ENOENT) continue;
        if (!child.ok()) fail("open", name);
        thaw(child.get());
        removeBelow(child.get());
        removeOne(folder, name);
    }
}
}  // namespace

int runRemoveTree(const Arguments& arguments) {
    allowManyFiles();
    for (const std::string_view argument : arguments) {
        const Fd top = openFolder(AT_FDCWD, std::string(argument));
        if (!top.ok()) fail("open", argument);
        removeBelow(top.get());
    }
    return 0;
}
}  // namespace tool

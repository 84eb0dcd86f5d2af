// SPDX-License-Identifier: MIT
#include "cgroup/stat_file.h"

#include <fcntl.h>

#include <cerrno>

#include "support/catch.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

Result<std::uint64_t> dyingWith(const char* text) {
    MemorySystem memory;
    memory.writeFile("/folder/cgroup.procs", "");
    if (text != nullptr) memory.writeFile("/folder/cgroup.stat", text);
    const Fd folder(memory, memory.openAt(AT_FDCWD, "/folder", O_RDONLY | O_DIRECTORY));
    return dyingDescendants(memory, folder.get());
}

}  // namespace

TEST_CASE("dying descendants are read from cgroup.stat, wherever they stand there") {
    CHECK(dyingWith("nr_descendants 3\nnr_dying_descendants 12\n").value() == 12);
    CHECK(dyingWith("nr_dying_descendants 0\nnr_subsys_cpu 5\nnr_dying_subsys_cpu 4\n").value() == 0);
}

TEST_CASE("a cgroup.stat that does not tell of dying descendants is an error, and so is none at all") {
    CHECK(dyingWith("nr_descendants 3\n").error().code == EBADMSG);
    CHECK(dyingWith("nr_dying_descendants x\n").error().code == EBADMSG);
    CHECK(dyingWith(nullptr).error().code == ENOENT);
}

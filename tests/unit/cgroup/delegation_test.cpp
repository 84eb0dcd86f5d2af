// SPDX-License-Identifier: MIT
#include "cgroup/delegation.h"

#include <fcntl.h>

#include "support/catch.h"
#include "support/memory_system.h"

namespace prune {

namespace {

struct DelegatedTree {
    MemorySystem kernel;
    Fd root;

    DelegatedTree() {
        kernel.addHierarchy("unified", "/cg", true);
        kernel.makeCgroup("unified", "/a/b/c");
        root = Fd(kernel, kernel.openAt(AT_FDCWD, "/cg", O_RDONLY | O_DIRECTORY));
    }
    void own(const std::string& path, std::uint32_t owner) {
        kernel.setOwner("/cg" + path, owner);
        kernel.setOwner("/cg" + path + "/cgroup.procs", owner);
    }
    bool inside(const std::string& path) {
        const auto answer = isInsideDelegation(kernel, root.get(), CgroupPath::parse(path).value());
        REQUIRE(answer.ok());
        return answer.value();
    }
};

}  // namespace

TEST_CASE("a tree that is all root's has no delegation boundary") {
    DelegatedTree tree;
    CHECK_FALSE(tree.inside("/a/b/c"));
}

TEST_CASE("what lies below a cgroup of another owner is inside, that cgroup itself is not") {
    DelegatedTree tree;
    tree.own("/a/b", 1000);
    CHECK(tree.inside("/a/b/c"));
    CHECK_FALSE(tree.inside("/a/b"));
    CHECK_FALSE(tree.inside("/a"));
}

TEST_CASE("a delegatee's own children are inside by the boundary above them") {
    DelegatedTree tree;
    tree.own("/a", 1000);
    tree.own("/a/b", 1000);
    tree.own("/a/b/c", 1000);
    CHECK(tree.inside("/a/b/c"));
}

TEST_CASE("a directory that was chowned without its cgroup.procs was not handed over") {
    DelegatedTree tree;
    tree.kernel.setOwner("/cg/a/b", 1000);
    CHECK_FALSE(tree.inside("/a/b/c"));
}

TEST_CASE("systemd's marks are boundaries, whoever owns the cgroup") {
    const std::string mark = GENERATE(as<std::string>{}, "trusted.delegate", "user.delegate");
    DelegatedTree tree;
    tree.kernel.setXattrOf("/cg/a", mark, "1");
    CHECK(tree.inside("/a/b"));
    CHECK_FALSE(tree.inside("/a"));
}

TEST_CASE("a way that is gone is inside nothing") {
    DelegatedTree tree;
    CHECK_FALSE(tree.inside("/gone/b/c"));
}

TEST_CASE("no descriptor stays open after the look at the way down") {
    DelegatedTree tree;
    tree.own("/a", 1000);
    tree.inside("/a/b/c");
    CHECK(tree.kernel.openFds().size() == 1);
}

}  // namespace prune

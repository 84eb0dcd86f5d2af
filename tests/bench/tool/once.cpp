// SPDX-License-Identifier: MIT
#include "once.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "commands.h"
#include "fail.h"
#include "stage.h"

namespace bench {
void executeAsAgent(const std::string& file, const std::vector<std::string>& words,
                    const std::vector<std::string>& environment) {
    auto argv = pointersTo(words);
    auto envp = pointersTo(environment);
    for (int fd = 0; fd <= 2; ++fd) close(fd);
    execve(file.c_str(), argv.data(), envp.data());
    _exit(127);
}

void runOnStage(const Case& about, const std::function<bool(const std::vector<std::string>&)>& run) {
    if (chdir("/") != 0) fail("cannot enter", "/");
    Stage stage(about, "once");
    const bool good = run(stage.words()) && stage.isAsExpected();
    stage.clear();
    if (!good) misuse("it did not do what it should:", about.name);
}

namespace {
/// What is wrapped is found by its first word; where the case says another file, that one has to be found
/// there.
void putInPlace(const Case& about, const std::string& word) {
    if (about.file.empty()) return;
    if (unshare(CLONE_NEWNS) != 0) fail("cannot unshare the mount namespace");
    if (mount(about.file.c_str(), word.c_str(), nullptr, MS_BIND, nullptr) != 0)
        fail("cannot mount over", word);
}
}  // namespace

int runOnce(const Arguments& arguments) {
    const auto plan = readPlan(arguments[0]);
    const Case& about = caseNamed(plan, arguments[1]);
    runOnStage(about, [&](const std::vector<std::string>& words) {
        putInPlace(about, words.front());
        std::vector<std::string> all(arguments.begin() + 2, arguments.end());
        all.insert(all.end(), words.begin(), words.end());
        Case wrapped = about;
        wrapped.file = all.front();
        return costOf(wrapped, all).succeeded;
    });
    return 0;
}
}  // namespace bench

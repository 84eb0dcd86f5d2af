// SPDX-License-Identifier: MIT
#include "cgprune/start_drainer.h"

#include <fcntl.h>

#include <csignal>
#include <cstdlib>

#include "base/text.h"
#include "cgprune/agent_text.h"

namespace prune {

namespace {

constexpr int kLastStdio = 2;

/// The child: on its own, with nothing of ours open. Does not return.
[[noreturn]] void becomeAgent(System& system, const std::string& agent) {
    system.newSession();
    std::signal(SIGPIPE, SIG_DFL);  // what is ignored stays so
    const int null = system.openAt(AT_FDCWD, "/dev/null", O_RDWR);
    for (int fd = 0; fd <= kLastStdio; ++fd) system.duplicateTo(null, fd);
    system.closeFrom(kLastStdio + 1);
    const char* const arguments[] = {agent.c_str(), "--drain", nullptr};
    system.replaceProcess(agent.c_str(), arguments);
    std::_Exit(kFailed);
}

}  // namespace

void startDrainerFor(Session& session, const Context& context, const std::string& hierarchy) {
    if (!context.conf.agent.drainer || session.dryRun || !session.root.empty()) return;
    const auto agent = runnableAgent(session.system, hierarchy);
    FileStat stat;
    const bool there = session.system.statAt(AT_FDCWD, agent.c_str(), 0, stat) == 0;
    const int child = there ? session.system.forkProcess() : -1;
    if (child == 0) becomeAgent(session.system, agent);
    if (child < 0)
        session.out.problem("no drainer could be started (" + escapeForPeople(agent) +
                            "); run cgprune retry when something is due, see cgprune list");
}

}  // namespace prune

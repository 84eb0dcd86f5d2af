// SPDX-License-Identifier: MIT
// cgprune: what people run. cgprune(8) tells what its verbs do.
#include <fcntl.h>

#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "base/text.h"
#include "cgprune/command_line.h"
#include "cgprune/help.h"
#include "sys/real_system.h"
#include "sys/terminal.h"

namespace {

using namespace prune;

int write(System& system, int fd, const std::string& text) {
    return system.writeFd(fd, text) == static_cast<ssize_t>(text.size()) ? kDone : kFailed;
}

/// Started without stdin, stdout or stderr: no file of ours may become one of them.
void makeStdioValid(System& system) {
    int fd = 0;
    do fd = system.openAt(AT_FDCWD, "/dev/null", O_RDWR);
    while (fd >= 0 && fd <= kStderr);
    if (fd > kStderr) system.closeFd(fd);
}

int runVerb(const CommandLine& line) {
    RealSystem system(line.root);
    Log log(system, "cgprune");
    Output out(system, "cgprune " + std::string(line.verb->name), line.json);
    Session session{system, log, out, line.root, line.dryRun};
    if (line.verb->needsRoot && system.effectiveUser() != 0) {
        out.problem("only root can do this; run it as root");
        return kFailed;
    }
    // What was begun is not left half done since nobody reads on.
    if (line.verb->changes) std::signal(SIGPIPE, SIG_IGN);
    const int exit = line.verb->run(session, line.arguments);
    return out.flush() ? exit : kFailed;
}

int run(const std::vector<std::string>& words) {
    RealSystem system;
    makeStdioValid(system);
    const auto line = parseCommandLine(words);
    if (!line.ok()) {
        write(system, kStderr, line.error().doing + '\n');
        return kUsage;
    }
    if (line.value().version) return write(system, kStdout, "cgprune " CGPRUNE_VERSION "\n");
    if (!line.value().help) return runVerb(line.value());
    const auto* verb = line.value().verb;
    return write(system, kStdout, verb == nullptr ? programHelp() : verbHelp(*verb));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + (argc > 0 ? 1 : 0), argv + argc});
    } catch (const std::exception& problem) {
        RealSystem system;
        write(system, kStderr,
              "cgprune: stopped by an error that it did not expect: " + escapeForPeople(problem.what()) +
                  "; please report it\n");
        return kFailed;
    }
}

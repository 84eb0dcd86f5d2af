// SPDX-License-Identifier: MIT
#include "release_agent/people.h"

#include <string>

#include "sys/terminal.h"

namespace prune {

namespace {

constexpr std::string_view kHelp =
    "Usage: release-agent PATH\n"
    "       release-agent --version | --help\n"
    "\n"
    "Run by the kernel, not by people: when a cgroup of a v1 hierarchy becomes empty and its "
    "notify_on_release is 1,\n"
    "the kernel runs the program named in the hierarchy's release_agent file, with the cgroup's path. This "
    "one asks\n"
    "the policy of /etc/cgprune/cgprune.conf whether the cgroup is finished with, and removes it, keeps it, "
    "or\n"
    "remembers it for later. What is remembered is looked at again by one background process (--drain), "
    "which this\n"
    "program starts and which ends when nothing is left.\n"
    "\n"
    "To set it up:  cgprune enable HIERARCHY\n"
    "To see what it would do to a cgroup:  cgprune explain PATH\n"
    "Exit: 0 done, deferred or kept; 1 failed; 2 usage. See release-agent(8).\n";

void say(System& system, int fd, std::string_view text) { static_cast<void>(system.writeFd(fd, text)); }

}  // namespace

void printVersion(System& system) { say(system, kStdout, "release-agent (cgprune) " CGPRUNE_VERSION "\n"); }

void printHelp(System& system) { say(system, kStdout, kHelp); }

void explainUsage(System& system, std::string_view problem) {
    std::string line("release-agent: ");
    line += problem;
    line += "; it is run by the kernel, see release-agent --help\n";
    say(system, kStderr, line);
}

}  // namespace prune

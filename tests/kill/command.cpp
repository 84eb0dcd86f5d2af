// SPDX-License-Identifier: MIT
#include "command.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace prune::stepping {

namespace {

constexpr int kNotRun = 127;

void redirect(const std::string& saidTo) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    const int said = ::open(saidTo.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(said, STDOUT_FILENO);
    ::dup2(said, STDERR_FILENO);
    ::close(nothing);
    ::close(said);
}

}  // namespace

std::string Command::text() const {
    if (words.empty()) return program;
    std::string text = words.front() == program ? program : "(" + words.front() + ") " + program;
    for (std::size_t i = 1; i < words.size(); ++i) text += ' ' + words[i];
    return text;
}

void become(const Command& command, const std::string& saidTo) {
    redirect(saidTo);
    std::vector<char*> words;
    auto own = command.words.empty() ? std::vector<std::string>{command.program} : command.words;
    for (auto& word : own) words.push_back(word.data());
    words.push_back(nullptr);
    ::execv(command.program.c_str(), words.data());
    ::_exit(kNotRun);
}

int run(const Command& command) {
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) become(command);
    const int status = waitFor(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == kNotRun)
        throw std::runtime_error(command.program + " cannot be run");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string said(const std::string& saidTo) {
    std::ifstream file(saidTo);
    return {std::istreambuf_iterator<char>(file), {}};
}

int waitFor(pid_t pid, int flags) {
    int status = 0;
    while (::waitpid(pid, &status, flags) < 0)
        if (errno != EINTR) fail("wait for a process");
    return status;
}

void fail(const std::string& doing) { throw std::system_error(errno, std::generic_category(), doing); }

}  // namespace prune::stepping

// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace tool {
Fd& Fd::operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
}

int Fd::release() { return std::exchange(fd_, -1); }

void Fd::reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
}

void fail(std::string_view what, std::string_view about) {
    const int error = errno;
    std::fprintf(stderr, "guest-tool: %.*s%s%.*s: %s\n", static_cast<int>(what.size()), what.data(),
                 about.empty() ? "" : " ", static_cast<int>(about.size()), about.data(),
                 std::strerror(error));
    std::exit(1);
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
    errno = EINVAL;
    fail("not a number:", text);
}

Fd openFolder(int at, const std::string& path) {
    return Fd(openat(at, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool writeFile(int at, const char* name, std::string_view text) {
    const Fd file(openat(at, name, O_WRONLY | O_CLOEXEC));
    return file.ok() && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

pid_t startDetached(const std::function<bool()>& first, const std::function<int()>& body) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) fail("pipe");
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        if (!first()) fail("could not begin");
        dup2(STDERR_FILENO, STDOUT_FILENO);
        if (write(ready[1], "!", 1) != 1) fail("pipe");
        close(ready[1]);
        _exit(body());
    }
    close(ready[1]);
    char byte;
    if (read(ready[0], &byte, 1) != 1) std::exit(1);  // the child has said why
    close(ready[0]);
    return child;
}

std::vector<char*> execArguments(const Arguments& arguments, std::size_t from) {
    std::vector<char*> result;
    for (std::size_t i = from; i < arguments.size(); ++i)
        result.push_back(const_cast<char*>(arguments[i].data()));  // main's argv: ends with NUL
    result.push_back(nullptr);
    return result;
}

void sleepMicroseconds(std::uint64_t microseconds) {
    timespec time{static_cast<time_t>(microseconds / 1'000'000),
                  static_cast<long>(microseconds % 1'000'000) * 1000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR) {
    }
}

void sleepForEver() {
    for (;;) pause();
}
}  // namespace tool

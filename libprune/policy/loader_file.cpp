// SPDX-License-Identifier: MIT
#include "policy/loader_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/result.h"
#include "base/text.h"

namespace prune {

namespace {

constexpr unsigned kWritableByOthers = S_IWGRP | S_IWOTH;
constexpr unsigned kPermissions = 07777;

/// Permission bits as people write them: 0664.
std::string octal(unsigned mode) {
    std::string text = "0000";
    for (std::size_t i = text.size(); i > 0; mode >>= 3) text[--i] = static_cast<char>('0' + (mode & 7));
    return text;
}

}  // namespace

std::string_view ConfFileReader::read(const char* path) {
    // Not to be held up by a fifo that somebody put there, nor given a terminal.
    const Fd fd(system_, system_.openAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (fd.get() == -ENOENT) {
        noteMissing(path);
        return {};
    }
    FileStat stat;
    const int problem = fd.valid() ? system_.statFd(fd.get(), stat) : fd.get();
    if (problem < 0) {
        failed(path, "cannot be opened", -problem);
        return {};
    }
    if (!S_ISREG(stat.mode)) {
        if (!S_ISCHR(stat.mode) || !isNullLink(path)) wrong(path, "not a regular file; expected one");
        return {};
    }
    if (!isRootsOnly(path, stat)) return {};
    const auto size = static_cast<std::size_t>(stat.size);
    if (size <= kMaxConfBytes) return readAll(path, fd.get(), size);
    wrong(path, decimalUnsigned(size) + " bytes; expected at most " + decimalUnsigned(kMaxConfBytes));
    return {};
}

Fd ConfFileReader::openFolder(const char* path) {
    Fd fd(system_, system_.openAt(AT_FDCWD, path, O_RDONLY | O_DIRECTORY));
    if (fd.get() == -ENOENT) return {};
    FileStat stat;
    const int problem = fd.valid() ? system_.statFd(fd.get(), stat) : fd.get();
    if (problem < 0) failed(path, "cannot be opened", -problem);
    if (problem < 0 || !isRootsOnly(path, stat)) return {};
    return fd;
}

bool ConfFileReader::isTrustedFolder(const char* path) {
    FileStat stat;
    const int problem = system_.statAt(AT_FDCWD, path, 0, stat);
    if (problem < 0 && problem != -ENOENT) failed(path, "cannot be looked at", -problem);
    return problem == 0 && isRootsOnly(path, stat);
}

void ConfFileReader::failed(const char* path, const char* doing, int code) {
    wrong(path, Error{doing, code}.text());
}

void ConfFileReader::wrong(const char* path, std::string message) {
    errors_.push_back({{path, 0, 0}, std::move(message)});
}

bool ConfFileReader::isRootsOnly(const char* path, const FileStat& stat) {
    const bool foreign = stat.owner != 0;
    const bool writable = (stat.mode & kWritableByOthers) != 0;
    if (foreign) wrong(path, "owned by user " + decimalUnsigned(stat.owner) + "; expected root to own it");
    if (writable)
        wrong(path, "writable by others than its owner (mode " + octal(stat.mode & kPermissions) +
                        "); expected root alone to be able to write it");
    return !foreign && !writable;
}

bool ConfFileReader::isNullLink(const char* path) {
    constexpr std::string_view kNull = "/dev/null";
    char target[kNull.size() + 1];
    const ssize_t length = system_.readLinkAt(AT_FDCWD, path, target, sizeof target);
    return length > 0 && std::string_view(target, static_cast<std::size_t>(length)) == kNull;
}

/// A file that is not there is no error, but a link to nowhere is: somebody meant to say something.
void ConfFileReader::noteMissing(const char* path) {
    char byte = 0;
    const bool isLink = system_.readLinkAt(AT_FDCWD, path, &byte, sizeof byte) > 0;
    if (isLink && !isNullLink(path))
        wrong(path, "a symbolic link that leads nowhere; expected a file, or /dev/null");
}

std::string_view ConfFileReader::readAll(const char* path, int fd, std::size_t size) {
    char* buffer = small_;
    if (size > kSmall) {
        large_.resize(size);
        buffer = large_.data();
    }
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t count = system_.readFd(fd, buffer + filled, size - filled);
        if (count == -EINTR) continue;
        if (count < 0) failed(path, "cannot be read", static_cast<int>(-count));
        if (count < 0) return {};
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    return {buffer, filled};
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "sys/files.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/text.h"

namespace prune {

namespace {

template <class Call>
auto untilNotInterrupted(Call call) {
    auto result = call();
    while (result == -EINTR) result = call();
    return result;
}

template <class Number>
Error failed(std::string_view doing, std::string_view name, Number negativeErrno) {
    std::string text(doing);
    text += ' ';
    text += escapeForPeople(name);
    return {std::move(text), static_cast<int>(-negativeErrno)};
}

int openFile(System& system, int directory, const char* path, int flags, unsigned mode = 0) {
    return untilNotInterrupted([&] { return system.openAt(directory, path, flags, mode); });
}

/// Reads to the end of the file or of the buffer: the number of bytes, or -errno.
ssize_t readToEnd(System& system, int fd, std::span<char> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const auto room = buffer.subspan(filled);
        const auto count = untilNotInterrupted([&] { return system.readFd(fd, room.data(), room.size()); });
        if (count < 0) return count;
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(filled);
}

/// Writes all of `text`: 0 or -errno.
int writeAll(System& system, int fd, std::string_view text) {
    while (!text.empty()) {
        const auto count = untilNotInterrupted([&] { return system.writeFd(fd, text); });
        if (count < 0) return static_cast<int>(count);
        if (count == 0) return -EIO;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return 0;
}

/// A new file that other names than `name` cannot be mistaken for; its name in `temporary`.
Fd makeTemporary(System& system, int directory, unsigned mode, std::string& temporary, int& problem) {
    constexpr int kTries = 100;
    const std::string prefix = kTemporary + decimal(system.processId()) + ".";
    problem = -EEXIST;
    for (int n = 0; n < kTries && problem == -EEXIST; ++n) {
        temporary = prefix + decimal(n);
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
        problem = openFile(system, directory, temporary.c_str(), flags, mode);
        if (problem >= 0) return {system, problem};
    }
    return {};
}

/// By a temporary name and rename: 0 or -errno.
int replaceWhole(System& system, int directory, const char* name, std::string_view text, unsigned mode) {
    std::string temporary;
    int problem = 0;
    Fd fd = makeTemporary(system, directory, mode, temporary, problem);
    if (!fd.valid()) return problem;
    problem = writeAll(system, fd.get(), text);
    fd.reset();
    if (problem == 0) problem = system.renameAt(directory, temporary.c_str(), directory, name);
    if (problem < 0) system.unlinkAt(directory, temporary.c_str(), 0);
    return problem;
}

/// By a file that has no name until it is whole: 0 or -errno; -EEXIST where the name is taken.
int linkWhole(System& system, int directory, const char* name, std::string_view text, unsigned mode) {
    const Fd fd(system, openFile(system, directory, ".", O_TMPFILE | O_WRONLY, mode));
    if (!fd.valid()) return fd.get();
    const int problem = writeAll(system, fd.get(), text);
    return problem < 0 ? problem : system.linkFd(fd.get(), directory, name);
}

/// What O_TMPFILE says where the filesystem (EOPNOTSUPP) or the kernel (EISDIR) does not know it.
bool knowsNoNamelessFile(int problem) { return problem == -EOPNOTSUPP || problem == -EISDIR; }

}  // namespace

Result<std::string_view> readSmall(System& system, int directory, const char* path, std::span<char> buffer) {
    const Fd fd(system, openFile(system, directory, path, O_RDONLY));
    if (!fd.valid()) return failed("open", path, fd.get());
    const ssize_t count = readToEnd(system, fd.get(), buffer);
    if (count < 0) return failed("read", path, count);
    const auto size = static_cast<std::size_t>(count);
    if (size == buffer.size()) return failed("read", path, -EFBIG);
    return std::string_view(buffer.data(), size);
}

Result<std::string> readWhole(System& system, int directory, const char* path, std::size_t limit) {
    const Fd fd(system, openFile(system, directory, path, O_RDONLY));
    if (!fd.valid()) return failed("open", path, fd.get());
    char first[4096];  // nearly every file fits in, and a string of that room would be cleared first
    const ssize_t begin =
        readToEnd(system, fd.get(), std::span(first, limit < sizeof first ? limit + 1 : sizeof first));
    if (begin < 0) return failed("read", path, begin);
    std::string text(first, static_cast<std::size_t>(begin));
    if (text.size() < sizeof first && text.size() <= limit) return text;
    for (std::size_t filled = text.size(); filled <= limit;) {
        const std::size_t step = std::min(filled, limit - filled) + 1;
        text.resize(filled + step);
        const ssize_t count = readToEnd(system, fd.get(), std::span(text).subspan(filled));
        if (count < 0) return failed("read", path, count);
        filled += static_cast<std::size_t>(count);
        text.resize(filled);
        if (static_cast<std::size_t>(count) < step) return text;
    }
    return failed("read", path, -EFBIG);
}

Status writeWhole(System& system, int directory, const char* name, std::string_view text, unsigned mode) {
    int problem = linkWhole(system, directory, name, text, mode);
    if (problem == -EEXIST || knowsNoNamelessFile(problem))
        problem = replaceWhole(system, directory, name, text, mode);
    if (problem < 0) return failed("write", name, problem);
    return {};
}

Status writeNew(System& system, int directory, const char* name, std::string_view text, unsigned mode) {
    const int problem = linkWhole(system, directory, name, text, mode);
    if (problem < 0) return failed("write", name, problem);
    return {};
}

Result<bool> hasXattr(System& system, int fd, const char* name) {
    const auto size = system.getXattr(fd, name, nullptr, 0);
    if (size >= 0) return true;
    if (size == -ENODATA || size == -EOPNOTSUPP) return false;
    return Error{std::string("read the attribute ") + name, static_cast<int>(-size)};
}

Result<std::optional<std::string>> readXattr(System& system, int fd, const char* name) {
    auto size = system.getXattr(fd, name, nullptr, 0);
    std::string value(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
    if (size > 0) size = system.getXattr(fd, name, value.data(), value.size());
    if (size == -ENODATA || size == -EOPNOTSUPP) return std::optional<std::string>();
    if (size < 0) return Error{std::string("read the attribute ") + name, static_cast<int>(-size)};
    value.resize(static_cast<std::size_t>(size));
    return std::optional<std::string>(std::move(value));
}

Status writeText(System& system, int directory, const char* path, std::string_view text) {
    const Fd fd(system, openFile(system, directory, path, O_WRONLY));
    if (!fd.valid()) return failed("open", path, fd.get());
    const auto count = untilNotInterrupted([&] { return system.writeFd(fd.get(), text); });
    if (count < 0) return failed("write", path, count);
    if (static_cast<std::size_t>(count) != text.size()) return failed("write", path, -EIO);
    return {};
}

}  // namespace prune

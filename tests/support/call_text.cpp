// SPDX-License-Identifier: MIT
#include "support/call_text.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cstring>

#include "base/text.h"

namespace prune {

std::string directoryText(int directory) { return directory == AT_FDCWD ? "AT_FDCWD" : decimal(directory); }

std::string nameText(std::string_view name) { return "'" + escapeForPeople(name) + "'"; }

std::string openFlagsText(int flags) {
    struct Flag {
        int bits;
        const char* name;
    };
    constexpr Flag kFlags[] = {
        {O_TMPFILE, "TMPFILE"},   {O_DIRECTORY, "DIRECTORY"}, {O_CREAT, "CREAT"},
        {O_EXCL, "EXCL"},         {O_TRUNC, "TRUNC"},         {O_APPEND, "APPEND"},
        {O_NOFOLLOW, "NOFOLLOW"}, {O_NONBLOCK, "NONBLOCK"},   {O_PATH, "PATH"},
        {O_CLOEXEC, "CLOEXEC"},
    };
    constexpr const char* kAccess[] = {"RDONLY", "WRONLY", "RDWR", "?"};
    std::string text = kAccess[flags & O_ACCMODE];
    for (const auto& flag : kFlags) {
        if ((flags & flag.bits) != flag.bits) continue;
        text += std::string("|") + flag.name;
        flags &= ~flag.bits;
    }
    return text;
}

std::string lockText(int operation) {
    const int kind = operation & ~LOCK_NB;
    std::string text = kind == LOCK_EX ? "LOCK_EX" : kind == LOCK_SH ? "LOCK_SH" : "LOCK_UN";
    return (operation & LOCK_NB) != 0 ? text + "|NB" : text;
}

std::string errnoText(int code) {
    const char* name = ::strerrorname_np(code);
    return name == nullptr ? decimal(code) : name;
}

}  // namespace prune

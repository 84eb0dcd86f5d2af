// SPDX-License-Identifier: MIT
#include "fault.h"

#include <cerrno>
#include <cstring>
#include <map>
#include <stdexcept>

namespace prune::faults {

namespace {

/// What a call can fail with, by its manual page, besides what tells an outcome (ENOENT, ESRCH, EBUSY,
/// EEXIST) and what a kernel does not have (ENOSYS).
using Codes = std::vector<int>;

const Codes kNaming = {EIO, ENOSPC, ENOMEM, EROFS, EACCES, ESTALE, ELOOP};
const Codes kMarking = {EIO, ENOSPC, ENOMEM, EROFS, EACCES, ESTALE};
const Codes kLooking = {EIO, EINTR, ENOMEM, EACCES, ESTALE, ELOOP};
const Codes kDescriptor = {EMFILE, ENFILE, ENOMEM};

const std::map<std::string_view, Codes>& table() {
    static const std::map<std::string_view, Codes> codes = {
        {"openAt", {EIO, ENOSPC, EMFILE, ENFILE, ENOMEM, EINTR, EROFS, EACCES, ESTALE, ELOOP}},
        {"openBeneath", {EIO, EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN, EACCES, ESTALE, ELOOP}},
        {"readFd", {EIO, EINTR, EAGAIN, ENOMEM, ESTALE}},
        {"writeFd", {EIO, ENOSPC, EINTR, EAGAIN, ENOMEM, EROFS}},
        {"readDirectory", {EIO, EINTR, ENOMEM, ESTALE}},
        {"statFd", {EIO, ENOMEM, ESTALE}},
        {"statAt", kLooking},
        {"filesystemType", {EIO, EINTR, ENOMEM}},
        {"freeSpace", {EIO, EINTR, ENOMEM}},
        {"readLinkAt", kLooking},
        {"getXattr", {EIO, ENOMEM, EACCES, ESTALE}},
        {"setXattr", kMarking},
        {"removeXattr", kMarking},
        {"handleOf", {EIO, ENOMEM, EACCES}},
        {"openHandle", {EIO, EMFILE, ENFILE, ENOMEM, EACCES}},
        {"unlinkAt", {EIO, EINTR, ENOMEM, EROFS, EACCES, ESTALE, ELOOP}},
        {"makeDirectoryAt", kNaming},
        {"renameAt", kNaming},
        {"linkFd", kNaming},
        {"symlinkAt", kNaming},
        {"changeModeFd", kMarking},
        {"changeOwnerAt", kNaming},
        {"truncateFd", {EIO, ENOSPC, EINTR, EROFS}},
        {"setTimeFd", {EIO, EROFS, EACCES, ESTALE}},
        {"lockFd", {EINTR, EAGAIN, ENOMEM, EIO, ENOLCK}},
        {"mapFd", {ENOMEM}},
        {"waitReadable", {EINTR}},
        {"inotifyOpen", kDescriptor},
        {"inotifyAdd", {ENOSPC, ENOMEM, EACCES, EMFILE}},
        {"inotifyRemove", {EINVAL}},
        {"fanotifyOpen", kDescriptor},
        {"fanotifyMark", {ENOSPC, ENOMEM, EACCES}},
        {"datagramSocket", kDescriptor},
        {"sendTo", {EAGAIN, ENOMEM, EINTR, EACCES}},
        {"openPidfd", kDescriptor},
        {"pidFromNamespace", {EIO, ENOMEM}},
        {"namespaceId", {EIO, ENOMEM}},
        {"findMountNamespace", {EPERM, ENOMEM}},
        {"peerPidfd", {EMFILE, ENFILE, ENOMEM, EINVAL}},
        {"peerPid", {ENOTCONN, ENOMEM}},
        {"changeDirectory", {EIO, ENOMEM, EACCES, ELOOP}},
        {"duplicateTo", {EBADF, EBUSY, EINTR, EMFILE}},
        {"forkProcess", {EAGAIN, ENOMEM}},
        {"newSession", {EPERM}},
        {"setNice", {EPERM, EACCES}},
        {"closeFrom", {EINVAL, ENOMEM}},
        {"replaceProcess", {EIO, EMFILE, ENFILE, ENOMEM, EACCES, ETXTBSY, ELOOP, ENOEXEC}},
    };
    return codes;
}

/// What is tried again at once, as it has to be, would be so for ever.
bool canLast(int code) { return code != EINTR && code != EAGAIN; }

const Codes& codesOf(std::string_view name) {
    const auto known = table().find(name);
    if (known == table().end()) throw std::logic_error("no errno is known of " + std::string(name));
    return known->second;
}

}  // namespace

std::string Fault::text() const {
    if (kind == Kind::part) return "only a part";
    return std::string(strerrorname_np(code)) + (kind == Kind::lasting ? " from then on" : "");
}

std::vector<Fault> faultsOf(int number, std::string_view name) {
    std::vector<Fault> faults;
    for (const int code : codesOf(name)) {
        faults.push_back({number, Kind::once, code});
        if (canLast(code)) faults.push_back({number, Kind::lasting, code});
    }
    if (name == "readFd" || name == "writeFd") faults.push_back({number, Kind::part, 0});
    return faults;
}

}  // namespace prune::faults

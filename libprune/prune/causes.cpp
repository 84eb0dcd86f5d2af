// SPDX-License-Identifier: MIT
#include "prune/causes.h"

#include <cerrno>
#include <cstddef>
#include <iterator>

namespace prune {

namespace {

struct Group {
    Reason first;
    std::uint32_t place;
};
/// As verdict.h has them, each with room to grow.
constexpr Group kGroups[] = {{Reason::populated, 0}, {Reason::policyAlways, 16}, {Reason::creatorAlive, 32}};

constexpr std::uint32_t numberOf(Reason reason) { return static_cast<std::uint32_t>(reason); }

struct Failure {
    int code;
    const char* word;
};
/// The order is that of the places in the file: new ones are only added at the end.
constexpr Failure kFailures[] = {
    {0, "other"},
    {EBUSY, "busy"},
    {EROFS, "read-only-filesystem"},
    {EACCES, "access-denied"},
    {EPERM, "not-permitted"},
    {ENOENT, "renamed-meanwhile"},
    {ENOMEM, "no-memory"},
    {EMFILE, "too-many-open-files"},
    {ENFILE, "too-many-open-files-on-the-host"},
    {EIO, "input-output"},
    {EXDEV, "mount-on-the-way"},
    {ELOOP, "link-on-the-way"},
    {ENOTDIR, "not-a-directory"},
    {EBADMSG, "broken-state"},
    {ENOSPC, "no-space"},
};

}  // namespace

std::uint32_t causeOf(Reason reason) {
    const auto* group = std::end(kGroups);
    while (--group != std::begin(kGroups) && numberOf(reason) < numberOf(group->first)) continue;
    return group->place + numberOf(reason) - numberOf(group->first);
}

Reason reasonOfCause(std::uint32_t cause) {
    for (std::uint32_t number = 0; number < numberOf(Reason::count_); ++number)
        if (causeOf(static_cast<Reason>(number)) == cause) return static_cast<Reason>(number);
    return Reason::count_;
}

std::uint32_t causeOfFailure(int code) {
    for (std::uint32_t place = 1; place < std::size(kFailures); ++place)
        if (kFailures[place].code == code) return place;
    return 0;
}

std::string_view failureWord(std::uint32_t cause) {
    return cause < std::size(kFailures) ? kFailures[cause].word : std::string_view();
}

}  // namespace prune

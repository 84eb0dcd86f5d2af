// SPDX-License-Identifier: MIT
/// Events of inotify and fanotify, in the bytes in which the kernel tells them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prune {

/// One struct inotify_event, with its name padded as the kernel does.
std::string inotifyRecord(int watch, std::uint32_t mask, std::string_view name = {},
                          std::uint32_t cookie = 0);

/// One fanotify event: its head, and `records` behind it.
std::string fanotifyEvent(std::uint64_t mask, std::string_view records = {});
/// A record that names a cgroup by its handle; `type`: FAN_EVENT_INFO_TYPE_DFID_NAME, ...
std::string fanotifyId(int type, std::uint64_t id);
std::string fanotifyNamedId(int type, std::uint64_t id, std::string_view name);
/// `pidfd` can be FAN_NOPIDFD or FAN_EPIDFD.
std::string fanotifyMaker(int pidfd);
/// A record of any type.
std::string fanotifyRecord(int type, std::string_view bytes);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Cgroups of the private hierarchy, by plain system calls: none of this goes through the code that is
/// tested.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prune::stepping {

/// `at`, here and below: the directory's path in the file system.
void makeCgroup(const std::string& at, bool flag);
void setFlag(const std::string& at, bool flag);
void setMark(const std::string& at, const char* attribute);
std::uint64_t idOf(const std::string& at);

/// All below `top`, parents first; as "/a", "/a/b".
std::vector<std::string> cgroupsBelow(const std::string& top);
/// Removes all below `top`; their flags are cleared first, so that nothing is called for a parent.
void removeAllBelow(const std::string& top);

/// The flag, owners and marks of a cgroup, as text.
std::string describe(const std::string& at);

std::string readText(const std::string& path);
void writeText(const std::string& path, std::string_view text);

}  // namespace prune::stepping

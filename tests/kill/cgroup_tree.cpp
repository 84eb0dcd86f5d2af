// SPDX-License-Identifier: MIT
#include "cgroup_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "command.h"

namespace prune::stepping {

namespace {

void addBelow(const std::string& top, const std::string& path, std::vector<std::string>& found) {
    for (const auto& entry : std::filesystem::directory_iterator(top + path)) {
        if (!entry.is_directory()) continue;
        const auto below = path + '/' + entry.path().filename().string();
        found.push_back(below);
        addBelow(top, below, found);
    }
}

std::string ownersOf(const std::string& at) {
    struct stat stat {};
    if (::stat(at.c_str(), &stat) < 0) fail("look at " + at);
    return std::to_string(stat.st_uid) + ':' + std::to_string(stat.st_gid);
}

}  // namespace

void makeCgroup(const std::string& at, bool flag) {
    if (::mkdir(at.c_str(), 0755) < 0) fail("make " + at);
    setFlag(at, flag);
}

void setFlag(const std::string& at, bool flag) { writeText(at + "/notify_on_release", flag ? "1" : "0"); }

void setMark(const std::string& at, const char* attribute) {
    if (::setxattr(at.c_str(), attribute, "1", 1, 0) < 0) fail("mark " + at);
}

std::uint64_t idOf(const std::string& at) {
    struct stat stat {};
    if (::stat(at.c_str(), &stat) < 0) fail("look at " + at);
    return stat.st_ino;
}

std::vector<std::string> cgroupsBelow(const std::string& top) {
    std::vector<std::string> found;
    addBelow(top, "", found);
    std::sort(found.begin(), found.end());
    return found;
}

void removeAllBelow(const std::string& top) {
    auto all = cgroupsBelow(top);
    for (const auto& path : all) setFlag(top + path, false);
    for (auto path = all.rbegin(); path != all.rend(); ++path)
        if (::rmdir((top + *path).c_str()) < 0) fail("remove " + *path);
}

std::string describe(const std::string& at) {
    if (!std::filesystem::exists(at + "/notify_on_release")) return "covered by a mount";
    std::string text = "flag " + readText(at + "/notify_on_release");
    text.back() = ',';  // it ends with a newline
    text += " owner " + ownersOf(at) + ", tasks' owner " + ownersOf(at + "/tasks") + " and " +
            ownersOf(at + "/cgroup.procs");
    for (const char* attribute : {"trusted.cgprune.keep", "user.cgprune.keep"})
        if (::getxattr(at.c_str(), attribute, nullptr, 0) >= 0) text += std::string(", ") + attribute;
    return text;
}

std::string readText(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) fail("open " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void writeText(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0) fail("open " + path);
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    if (!written) fail("write " + path);
}

}  // namespace prune::stepping

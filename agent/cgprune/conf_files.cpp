// SPDX-License-Identifier: MIT
#include "cgprune/conf_files.h"

#include <map>

#include <boost/filesystem.hpp>

namespace prune {

namespace {

namespace fs = boost::filesystem;

constexpr const char* kMainFile = "/etc/cgprune/cgprune.conf";
/// The higher first.
constexpr const char* kDropInFolders[] = {"/etc/cgprune/cgprune.conf.d", "/run/cgprune/cgprune.conf.d",
                                          "/usr/lib/cgprune/cgprune.conf.d"};

std::string inFolder(std::string folder, const std::string& name) {
    folder += '/';
    return folder += name;
}

/// A link to /dev/null masks its namesakes and says nothing itself.
bool saysSomething(const fs::path& file) {
    boost::system::error_code ignored;
    return fs::is_regular_file(file, ignored);
}

}  // namespace

std::vector<std::string> confFiles(const std::string& root) {
    std::map<std::string, std::string> byName;
    boost::system::error_code problem;
    for (const std::string folder : kDropInFolders)
        for (fs::directory_iterator file(root + folder, problem), end; !problem && file != end;
             file.increment(problem)) {
            const auto name = file->path().filename().string();
            if (name.ends_with(".conf") && !name.starts_with('.'))
                byName.emplace(name, inFolder(folder, name));
        }
    std::vector<std::string> files;
    for (const auto& [name, path] : byName)
        if (saysSomething(root + path)) files.push_back(path);
    if (saysSomething(root + std::string(kMainFile))) files.emplace_back(kMainFile);
    return files;
}

}  // namespace prune

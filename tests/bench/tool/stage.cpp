// SPDX-License-Identifier: MIT
#include "stage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

#include "fail.h"

namespace bench {
namespace {
bool isThere(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

void writeInto(const std::string& path, int flags, const std::string& text) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0600);
    if (fd < 0) fail("cannot open", path);
    if (write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) fail("cannot write", path);
    close(fd);
}

void removeFile(const std::string& path) {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) fail("cannot remove", path);
}
}  // namespace

void writeText(const std::string& path, const std::string& text) { writeInto(path, O_CREAT | O_TRUNC, text); }

Stage::Stage(const Case& about, std::string name) : about_(&about), name_(std::move(name)) {
    if (about_->absent) return;
    makeCgroup();
    if (!about_->registry.empty()) makeFact();
}

void Stage::makeCgroup() {
    const auto path = directory();
    if (mkdir(path.c_str(), 0755) != 0) fail("cannot make", path);
    writeInto(path + "/notify_on_release", 0, "1");
    if (about_->keep && setxattr(path.c_str(), "trusted.cgprune.keep", "1", 1, 0) != 0)
        fail("cannot mark", path);
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) fail("cannot look at", path);
    id_ = std::to_string(status.st_ino);
}

void Stage::makeFact() {
    const auto named = filledIn(about_->fact, "{name}", name_);
    writeText(factFile(), filledIn(named, "{id}", id_));
}

std::vector<std::string> Stage::words() const {
    auto words = about_->words;
    for (auto& word : words) word = filledIn(word, "{name}", name_);
    return words;
}

bool Stage::isAsExpected() const {
    if (about_->absent) return true;
    if (!about_->journal.empty() && !isThere(entryFile())) return false;
    return isThere(directory()) == about_->stays;
}

void Stage::clear() {
    if (about_->absent) return;
    if (rmdir(directory().c_str()) != 0 && errno != ENOENT) fail("cannot remove", directory());
    if (!about_->registry.empty()) removeFile(factFile());
    if (!about_->journal.empty()) removeFile(entryFile());
}
}  // namespace bench

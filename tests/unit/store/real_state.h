// SPDX-License-Identifier: MIT
/// The real system with a state folder of its own in a temporary directory.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "support/intercepted_system.h"
#include "sys/real_system.h"

namespace prune {

/// A folder "<parent>/cgprune-test.XXXXXX" with a "run" in it, gone with its end.
class TemporaryRoot {
public:
    explicit TemporaryRoot(const std::string& parent = std::filesystem::temp_directory_path().string()) {
        path_ = parent + "/cgprune-test.XXXXXX";
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
        std::filesystem::create_directory(path_ + "/run");
    }
    TemporaryRoot(const TemporaryRoot&) = delete;
    TemporaryRoot& operator=(const TemporaryRoot&) = delete;
    ~TemporaryRoot() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    std::string state(const std::string& relative) const { return path_ + "/run/cgprune/" + relative; }

private:
    std::string path_;
};

/// The real system below a root. Whoever runs the tests passes for root there.
class RealState final : public InterceptedSystem {
public:
    explicit RealState(const TemporaryRoot& root) : InterceptedSystem(real_), real_(root.path()) {}

    int statAt(int directory, const char* path, int flags, FileStat& out) override {
        const int result = InterceptedSystem::statAt(directory, path, flags, out);
        if (result == 0 && out.owner == ::geteuid()) out.owner = 0;
        return result;
    }

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    RealSystem real_;
};

}  // namespace prune

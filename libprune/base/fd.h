// SPDX-License-Identifier: MIT
/// An owned file descriptor. Since 1.0. Not shared between threads.
#pragma once

#include <utility>

namespace prune {

/// Whoever opened a descriptor closes it: the system behind an Fd.
class FdCloser {
public:
    virtual void closeFd(int fd) = 0;

protected:
    ~FdCloser() = default;
};

/// Owns one descriptor and closes it through the system that opened it, which must outlive it.
class Fd {
public:
    Fd() = default;
    Fd(FdCloser& closer, int fd) : closer_(&closer), fd_(fd) {}
    Fd(Fd&& other) noexcept : closer_(other.closer_), fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) {
            reset();
            closer_ = other.closer_;
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    bool valid() const { return fd_ >= 0; }
    int get() const { return fd_; }
    /// Gives up ownership; the caller closes it.
    int release() { return std::exchange(fd_, -1); }
    void reset() {
        if (fd_ >= 0) closer_->closeFd(std::exchange(fd_, -1));
    }

private:
    FdCloser* closer_ = nullptr;
    int fd_ = -1;
};

}  // namespace prune

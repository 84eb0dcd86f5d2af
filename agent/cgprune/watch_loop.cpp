// SPDX-License-Identifier: MIT
#include "cgprune/watch_loop.h"

#include <algorithm>
#include <chrono>
#include <csignal>

#include <boost/asio/post.hpp>

#include "base/text.h"
#include "policy/loader.h"

namespace prune {

WatchLoop::WatchLoop(Session& session, Context& context)
    : session_(session),
      context_(context),
      manager_(session.system),
      signals_(io_, SIGTERM, SIGINT, SIGHUP),
      timer_(io_),
      watchdog_(io_),
      watcher_(context, *this) {}

/// The descriptors are the watcher's, who closes them.
WatchLoop::~WatchLoop() {
    for (auto& [fd, stream] : streams_) stream.release();
}

int WatchLoop::run(const std::vector<std::string>& hierarchies) {
    if (const auto begun = watcher_.begin(hierarchies); !begun.ok())
        return session_.out.problem(begun.error().text()), kFailed;
    waitForSignals();
    waitForWatchdog();
    boost::asio::post(io_, [this] { work(); });
    io_.run();
    return kDone;
}

void WatchLoop::watch(int fd) {
    streams_.emplace(fd, Stream(io_, fd));
    wait(fd);
}

void WatchLoop::unwatch(int fd) {
    const auto found = streams_.find(fd);
    if (found == streams_.end()) return;
    found->second.release();
    streams_.erase(found);
}

void WatchLoop::wait(int fd) {
    streams_.at(fd).async_wait(Stream::wait_read, [this, fd](const boost::system::error_code& error) {
        if (error) return;  // it is watched no more
        watcher_.onReadable(fd);
        if (streams_.find(fd) != streams_.end()) wait(fd);
        work();
    });
}

void WatchLoop::work() {
    const auto next = watcher_.work();
    sayReady();
    const auto pause = std::max<std::int64_t>(next - context_.system.bootTimeMs(), 0);
    timer_.expires_after(std::chrono::milliseconds(pause));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) work();
    });
}

void WatchLoop::sayReady() {
    if (ready_ || !watcher_.isReady()) return;
    ready_ = true;
    manager_.tell("READY=1\nSTATUS=" + watcher_.status());
    context_.log.event(LogLevel::notice, "watch-ready", {{"what", watcher_.status()}});
}

void WatchLoop::waitForSignals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        if (signal != SIGHUP) {
            manager_.tell("STOPPING=1");
            watcher_.hearOut();
            return io_.stop();
        }
        readConfAnew();
        waitForSignals();
    });
}

void WatchLoop::readConfAnew() {
    manager_.tell("RELOADING=1\nMONOTONIC_USEC=" + manager_.monotonicUsec());
    auto conf = loadConf(context_.system);
    if (conf.errors.empty()) {
        watcher_.useConf(std::move(conf));
        context_.log.event(LogLevel::notice, "conf-read", {});
        work();
    } else {
        context_.log.event(LogLevel::warning, "conf-refused",
                           {{"why", conf.errors.front().text()},
                            {"do", "the conf as it was stays in force; cgprune check lists all errors"}});
    }
    if (ready_) manager_.tell("READY=1\nSTATUS=" + watcher_.status());
}

void WatchLoop::waitForWatchdog() {
    if (!manager_.watchdog()) return;
    watchdog_.expires_after(*manager_.watchdog() / 2);
    watchdog_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        manager_.tell("WATCHDOG=1");
        waitForWatchdog();
    });
}

}  // namespace prune

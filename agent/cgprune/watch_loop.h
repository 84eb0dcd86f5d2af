// SPDX-License-Identifier: MIT
/// The loop of cgprune watch: readiness, timers and signals, by Boost.Asio.
#pragma once

#include <map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cgprune/service_manager.h"
#include "cgprune/verb.h"
#include "watch/watcher.h"

namespace prune {

class WatchLoop final : public Descriptors {
public:
    WatchLoop(Session& session, Context& context);
    ~WatchLoop();
    WatchLoop(const WatchLoop&) = delete;
    WatchLoop& operator=(const WatchLoop&) = delete;

    /// Watches until a signal ends it: an exit code.
    int run(const std::vector<std::string>& hierarchies);

    void watch(int fd) override;
    void unwatch(int fd) override;

private:
    using Stream = boost::asio::posix::stream_descriptor;

    void wait(int fd);
    void work();
    void waitForSignals();
    void waitForWatchdog();
    void readConfAnew();
    void sayReady();

    Session& session_;
    Context& context_;
    ServiceManager manager_;
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer watchdog_;
    std::map<int, Stream> streams_;
    Watcher watcher_;
    bool ready_ = false;
};

}  // namespace prune

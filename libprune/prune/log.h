// SPDX-License-Identifier: MIT
/// The log: one datagram a line to /dev/log, else to /dev/kmsg, else nowhere; it never waits. Since 1.0.
/// Form: "msg=WORD key=value ...", values escaped, so that no name can forge a line. Words: release-agent(8).
#pragma once

#include <initializer_list>
#include <string_view>

#include "policy/conf.h"
#include "sys/system.h"

namespace prune {

/// One key=value of a log line; the value may be any bytes.
struct LogField {
    std::string_view key;
    std::string_view value;
};

/// One thread per System.
class Log {
public:
    /// `program` stands before the pid in each line.
    Log(System& system, std::string_view program) : system_(system), program_(program) {}

    /// Gets each line, with its syslog level, in place of the system's log.
    using Sink = void(void* data, int level, const char* line);
    /// nullptr: the system's log again. `level` of syslog holds, whatever setLevel() says.
    void setSink(Sink* sink, void* data, int level);
    /// What is below `level` is not sent.
    void setLevel(LogLevel level) { level_ = level; }
    bool wants(LogLevel level) const;
    /// Sends one line if its level is wanted; that it could not be sent is no error.
    void event(LogLevel level, std::string_view message, std::initializer_list<LogField> fields);

private:
    System& system_;
    std::string_view program_;
    LogLevel level_ = LogLevel::notice;
    Sink* sink_ = nullptr;
    void* sinkData_ = nullptr;
    int sinkLevel_ = 0;
};

}  // namespace prune

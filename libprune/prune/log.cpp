// SPDX-License-Identifier: MIT
#include "prune/log.h"

#include <fcntl.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace prune {

namespace {

constexpr std::size_t kMaxValue = 2'048;  // a datagram should stay below what journald takes as one line
constexpr std::size_t kMaxKernelRecord =
    900;                                 // /dev/kmsg refuses what does not fit one record of 1,024 bytes
constexpr int kDaemonFacility = 3 << 3;  // LOG_DAEMON

int severity(LogLevel level) {
    switch (level) {
        case LogLevel::error:
            return 3;
        case LogLevel::warning:
            return 4;
        case LogLevel::notice:
            return 5;
        case LogLevel::info:
            return 6;
        case LogLevel::debug:
            break;
    }
    return 7;
}

std::string escapedValue(std::string_view value) {
    if (value.size() <= kMaxValue) return escape(value);
    return escape(value.substr(0, kMaxValue)) + "...";
}

}  // namespace

void Log::setSink(Sink* sink, void* data, int level) {
    sink_ = sink;
    sinkData_ = data;
    sinkLevel_ = level;
}

bool Log::wants(LogLevel level) const {
    return sink_ != nullptr ? severity(level) <= sinkLevel_ : level <= level_;
}

void Log::event(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (!wants(level)) return;
    std::string text = fmt::format("msg={}", message);
    for (const auto& field : fields) text += fmt::format(" {}={}", field.key, escapedValue(field.value));
    if (sink_ != nullptr) return sink_(sinkData_, severity(level), text.c_str());
    const int priority = kDaemonFacility | severity(level);
    std::string line = fmt::format("<{}>{}[{}]: {}", priority, program_, system_.processId(), text);

    const Fd socket(system_, system_.datagramSocket());
    if (socket.valid() && system_.sendTo(socket.get(), "/dev/log", line) >= 0) return;
    const Fd kernelLog(system_, system_.openAt(AT_FDCWD, "/dev/kmsg", O_WRONLY | O_NONBLOCK));
    line.resize(std::min(line.size(), kMaxKernelRecord));
    if (kernelLog.valid()) static_cast<void>(system_.writeFd(kernelLog.get(), line + '\n'));
}

}  // namespace prune

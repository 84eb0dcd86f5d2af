// SPDX-License-Identifier: MIT
#include "cgprune/output.h"

#include <cerrno>

#include "base/result.h"
#include "sys/terminal.h"

namespace prune {

namespace {

constexpr std::size_t kHeld = 64 * 1024;

}  // namespace

void Output::say(std::string_view line, const Json& object) {
    if (json_)
        this->object(object);
    else
        this->line(line);
}

void Output::line(std::string_view text) {
    if (!json_) write(text);
}

void Output::object(const Json& object) {
    constexpr int kOneLine = -1;
    constexpr bool kAsciiOnly = true;
    if (json_) write(object.dump(kOneLine, ' ', kAsciiOnly, Json::error_handler_t::replace));
}

void Output::problem(std::string_view text) {
    flush();  // in the order of events where both go to one place
    std::string line = program_;
    line += ": ";
    line += text;
    line += '\n';
    writeAll(kStderr, line);
}

bool Output::flush() {
    const std::string text = std::exchange(held_, {});
    if (!broken_ && !writeAll(kStdout, text)) {
        broken_ = true;
        problem("the output could not be written");
    }
    return !broken_;
}

void Output::write(std::string_view text) {
    held_ += text;
    held_ += '\n';
    if (held_.size() >= kHeld) flush();
}

bool Output::writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto count = system_.writeFd(fd, text);
        if (count == -EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace prune

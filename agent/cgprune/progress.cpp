// SPDX-License-Identifier: MIT
#include "cgprune/progress.h"

#include "sys/terminal.h"

namespace prune {

namespace {

constexpr std::int64_t kEachMs = 200;

}  // namespace

Progress::Progress(System& system, Output& out)
    : system_(system),
      out_(out),
      shows_(isTerminal(kStderr) && !isTerminal(kStdout)),
      flows_(isTerminal(kStdout)),
      nextMs_(system.bootTimeMs() + kEachMs) {}

Progress::~Progress() { end(); }

void Progress::at(const std::string& text) {
    if (!shows_ && !flows_) return;
    const auto now = system_.bootTimeMs();
    if (now < nextMs_) return;
    nextMs_ = now + kEachMs;
    if (flows_) out_.flush();
    if (shows_) show(text);
}

void Progress::end() {
    if (shown_ == 0) return;
    show("");
    shown_ = 0;
}

void Progress::show(const std::string& text) {
    std::string line = '\r' + text;
    if (text.size() < shown_) line.append(shown_ - text.size(), ' ');
    if (text.empty()) line += '\r';
    shown_ = text.size();
    system_.writeFd(kStderr, line);
}

}  // namespace prune

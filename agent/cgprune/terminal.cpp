// SPDX-License-Identifier: MIT
#include "cgprune/terminal.h"

#include <algorithm>
#include <string>

#include "cgprune/environment.h"
#include "sys/terminal.h"

namespace prune {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool isUtf8(std::string_view lcAll, std::string_view lcCtype, std::string_view lang) {
    const auto locale = !lcAll.empty() ? lcAll : !lcCtype.empty() ? lcCtype : lang;
    if (locale.empty()) return true;
    std::string text(locale);
    std::transform(text.begin(), text.end(), text.begin(), lower);
    return text.find(".utf-8") != std::string::npos || text.find(".utf8") != std::string::npos;
}

bool isUtf8Locale() { return isUtf8(variable("LC_ALL"), variable("LC_CTYPE"), variable("LANG")); }

bool takesColour() {
    return isTerminal(kStdout) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

}  // namespace prune

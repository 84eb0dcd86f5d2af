// SPDX-License-Identifier: MIT
// The escaping that keeps any byte from being more than a value, in logs, state files and messages; and
// numbers.
#include "base/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "cgroup/mountinfo.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

void checkEscape(std::string_view bytes) {
    const auto escaped = escape(bytes);
    require(isOneLine(escaped), "what is escaped is printable", escaped);
    require(escaped.find_first_of(" \"=") == std::string::npos, "what is escaped is one value", escaped);
    require(unescape(escaped) == bytes, "escaping can be undone", escaped);
    require(isOneLine(escapeForPeople(bytes)), "what people see is printable", bytes);
}

void checkUnescape(std::string_view text) {
    const auto plain = unescape(text);
    if (plain) require(escape(*plain) == text, "only what escape() gives is undone", text);
}

std::string octal(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        for (const char part :
             {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
              static_cast<char>('0' + (byte & 7))})
            out += part;
    }
    return out;
}

void checkNumber(std::string_view text) {
    const auto number = parseUnsigned(text);
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
    const std::string terminated(text);
    errno = 0;
    const auto expected = std::strtoull(terminated.c_str(), nullptr, 10);
    require(number.has_value() == (digits && errno == 0), "a number is digits, and fits", text);
    if (!number) return;
    require(*number == expected, "a number is what its digits say", text);
    require(parseUnsigned(decimalUnsigned(*number)) == number, "a number is read as it was written", text);
}

void checkTrim(std::string_view text) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    auto expected = text;
    while (!expected.empty() && isBlank(expected.front())) expected.remove_prefix(1);
    while (!expected.empty() && isBlank(expected.back())) expected.remove_suffix(1);
    require(trim(text) == expected, "no blank is left at an end, and nothing else goes", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = Input(data, size).rest();
    checkEscape(text);
    checkUnescape(text);
    require(unescapeMount(octal(text)) == text, "octal escapes can be undone", text);
    checkNumber(text);
    checkTrim(text);
    return 0;
}

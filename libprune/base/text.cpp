// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <charconv>

namespace prune {

namespace {

template <class Number>
std::string digits(Number number) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return {buffer, end};
}

bool isPrintable(char c) { return c > ' ' && c <= '~'; }

void appendEscaped(std::string& out, char c) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
}

std::string escapeUnless(std::string_view bytes, std::string_view alsoPlain) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
        const bool special = c == '"' || c == '\\' || c == '=' || !isPrintable(c);
        if (special && alsoPlain.find(c) == std::string_view::npos)
            appendEscaped(out, c);
        else
            out += c;
    }
    return out;
}

}  // namespace

std::string decimal(std::int64_t number) { return digits(number); }

std::string decimalUnsigned(std::uint64_t number) { return digits(number); }

std::optional<std::uint64_t> parseUnsigned(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view cutField(std::string_view& rest, char separator) {
    const auto at = rest.find(separator);
    const auto field = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
    return field;
}

std::string escape(std::string_view bytes) { return escapeUnless(bytes, ""); }

std::string escapeForPeople(std::string_view bytes) { return escapeUnless(bytes, " \"="); }

std::optional<std::string> unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            if (!isPrintable(text[i])) return std::nullopt;
            out += text[i];
            continue;
        }
        if (i + 3 >= text.size() || text[i + 1] != 'x') return std::nullopt;
        const auto high = kHex.find(text[i + 2]);
        const auto low = kHex.find(text[i + 3]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        out += static_cast<char>(high << 4 | low);
        i += 3;
    }
    if (escape(out) != text) return std::nullopt;
    return out;
}

bool isAtOrBelow(std::string_view path, std::string_view top) {
    if (top == "/") return path.starts_with('/');
    if (!path.starts_with(top)) return false;
    return path.size() == top.size() || path[top.size()] == '/';
}

}  // namespace prune

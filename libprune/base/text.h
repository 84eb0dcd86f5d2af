// SPDX-License-Identifier: MIT
/// Small text helpers: escaping of hostile bytes, numbers, splitting. Pure functions. Since 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prune {

/// Decimal digits of a number, without locale.
std::string decimal(std::int64_t number);
std::string decimalUnsigned(std::uint64_t number);

/// The whole of `text` as a decimal number without sign, or nothing (empty, other bytes, overflow).
std::optional<std::uint64_t> parseUnsigned(std::string_view text);

/// Text without blanks and tabs at both ends.
std::string_view trim(std::string_view text);

/// Cuts the part before the first `separator` (or all) from `rest` and returns it.
std::string_view cutField(std::string_view& rest, char separator);

/// What bytes are written with, by escape() and wherever else they are.
constexpr std::string_view kHex = "0123456789abcdef";

/// For logs and state files: printable ASCII stays; blank, `"`, `\`, `=` and all else become \xHH.
/// The result holds no blank and no newline, so it can stand as the value of key=value.
std::string escape(std::string_view bytes);

/// Undoes escape(). Nothing, if `text` is no output of escape().
std::optional<std::string> unescape(std::string_view text);

/// For people: like escape(), but blank, `"` and `=` stay.
std::string escapeForPeople(std::string_view bytes);

/// True if `path` is `top` itself or below it, by whole components ("/ab" is not below "/a").
bool isAtOrBelow(std::string_view path, std::string_view top);

}  // namespace prune

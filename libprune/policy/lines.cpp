// SPDX-License-Identifier: MIT
#include "policy/lines.h"

#include <utility>

#include "base/text.h"

namespace prune {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// A part of `piece`, without blanks at its ends.
Piece part(Piece piece, std::size_t from, std::size_t length = std::string_view::npos) {
    const auto text = piece.text.substr(from, length);
    const auto trimmed = trim(text);
    const auto skipped =
        trimmed.empty() ? std::size_t{0} : static_cast<std::size_t>(trimmed.data() - text.data());
    return {trimmed, piece.column + static_cast<int>(from + skipped)};
}

bool isBlank(char c) { return c == ' ' || c == '\t'; }

/// Where the comment begins: a `#` at the start or after a blank; npos if there is none.
std::size_t commentIn(std::string_view line) {
    for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
        if (at == 0 || isBlank(line[at - 1])) return at;
    return std::string_view::npos;
}

}  // namespace

LineReader::LineReader(std::string_view text, ErrorList& errors) : rest_(text), errors_(errors) {
    if (!rest_.starts_with(kByteOrderMark)) return;
    errors_.add(1, 1, "byte order mark; expected text that begins without one");
    rest_.remove_prefix(kByteOrderMark.size());
    firstColumn_ += static_cast<int>(kByteOrderMark.size());
}

bool LineReader::next(ConfLine& out) {
    while (!rest_.empty()) {
        const auto line = cutField(rest_, '\n');
        ++number_;
        const bool said = read(line, out);
        firstColumn_ = 1;
        if (said) return true;
    }
    return false;
}

bool LineReader::read(std::string_view line, ConfLine& out) {
    if (hasBadByte(line)) return false;
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
        complain(firstColumn_ + static_cast<int>(line.size()),
                 "line ends in a carriage return; expected a newline alone");
    }
    const Piece whole = part({line, firstColumn_}, 0);
    out = {};
    out.number = number_;
    if (whole.text.starts_with('[')) return readSection(whole, out);
    out.whole = part(whole, 0, commentIn(whole.text));
    return !out.whole.text.empty() && readSetting(out);
}

bool LineReader::hasBadByte(std::string_view line) {
    if (line.size() > kMaxLineBytes) {
        complain(static_cast<int>(kMaxLineBytes) + 1, "line of " + decimalUnsigned(line.size()) +
                                                          " bytes; expected at most " +
                                                          decimalUnsigned(kMaxLineBytes));
        return true;
    }
    const auto nul = line.find('\0');
    if (nul == std::string_view::npos) return false;
    complain(firstColumn_ + static_cast<int>(nul), "NUL byte; expected text");
    return true;
}

bool LineReader::readSetting(ConfLine& out) {
    const auto equals = out.whole.text.find('=');
    if (equals == std::string_view::npos) {
        complain(out.whole.column, "no \"=\" in " + quoted(out.whole.text) + "; expected key = value");
        return false;
    }
    out.key = part(out.whole, 0, equals);
    out.value = part(out.whole, equals + 1);
    if (out.key.text.empty()) {
        complain(out.whole.column, "nothing before \"=\"; expected key = value");
        return false;
    }
    return true;
}

bool LineReader::readSection(Piece line, ConfLine& out) {
    out.form = ConfLine::Form::section;
    const auto end = line.text.find(']');
    if (end == std::string_view::npos) {
        out.form = ConfLine::Form::brokenSection;
        out.whole = part(line, 0, commentIn(line.text));
        complain(out.whole.column + static_cast<int>(out.whole.text.size()),
                 "section line without its end; expected \"]\"");
        return true;
    }
    out.whole = {line.text.substr(0, end + 1), line.column};
    const auto inside = part(line, 1, end - 1);
    const auto blank = inside.text.find_first_of(" \t");
    out.key = part(inside, 0, blank);
    out.value = blank == std::string_view::npos ? part(inside, inside.text.size()) : part(inside, blank);

    const auto comment = commentIn(line.text.substr(end));
    const auto surplus = part(line, end + 1, comment == std::string_view::npos ? comment : comment - 1);
    if (!surplus.text.empty())
        complain(surplus.column,
                 quoted(surplus.text) + " after \"]\"; expected the end of the line, or a comment");
    return true;
}

}  // namespace prune

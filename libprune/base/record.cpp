// SPDX-License-Identifier: MIT
#include "base/record.h"

#include "base/text.h"

namespace prune {

namespace {

/// As number() writes it: without zeros before it.
std::optional<std::uint64_t> numberIn(std::string_view value) {
    if (value.size() > 1 && value.front() == '0') return std::nullopt;
    return parseUnsigned(value);
}

}  // namespace

RecordWriter::RecordWriter(std::string_view kind, unsigned version) {
    text_.reserve(512);
    text_ += kind;
    text_ += ' ';
    text_ += decimalUnsigned(version);
    text_ += '\n';
}

void RecordWriter::text(std::string_view key, std::string_view value) {
    text_ += key;
    text_ += '=';
    text_ += escape(value);
    text_ += '\n';
}

void RecordWriter::number(std::string_view key, std::uint64_t value) { text(key, decimalUnsigned(value)); }

void RecordWriter::flag(std::string_view key, bool value) {
    if (value) text(key, "yes");
}

RecordReader::RecordReader(std::string_view record, std::string_view kind, unsigned version) : rest_(record) {
    const auto first = std::string(kind) + ' ' + decimalUnsigned(version) + '\n';
    ok_ = rest_.starts_with(first) && rest_.ends_with('\n');
    if (ok_) rest_.remove_prefix(first.size());
}

RecordReader::RecordReader(std::string_view lines)
    : rest_(lines), ok_(lines.empty() || lines.ends_with('\n')) {}

std::optional<std::string_view> RecordReader::take(std::string_view key) {
    const auto line = rest_.substr(0, rest_.find('\n'));
    if (!ok_ || line.size() <= key.size() || !line.starts_with(key) || line[key.size()] != '=')
        return std::nullopt;
    rest_.remove_prefix(line.size() + 1);
    return line.substr(key.size() + 1);
}

std::string RecordReader::text(std::string_view key) {
    const auto value = take(key);
    auto plain = value ? unescape(*value) : std::nullopt;
    if (plain) return std::move(*plain);
    ok_ = false;
    return {};
}

std::optional<std::string> RecordReader::optionalText(std::string_view key) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    auto plain = unescape(*value);
    if (!plain) ok_ = false;
    return plain;
}

std::uint64_t RecordReader::number(std::string_view key) {
    const auto value = take(key);
    const auto number = value ? numberIn(*value) : std::nullopt;
    if (number) return *number;
    ok_ = false;
    return 0;
}

std::optional<std::uint64_t> RecordReader::optionalNumber(std::string_view key) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    const auto number = numberIn(*value);
    if (!number) ok_ = false;
    return number;
}

bool RecordReader::flag(std::string_view key) {
    const auto value = take(key);
    if (value && *value != "yes") ok_ = false;
    return value.has_value();
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The text format of state files: a first line "KIND VERSION", then "key=value" lines, values escaped as by
/// escape(). Strict: whatever does not fit exactly is broken. Pure functions. Since 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prune {

/// Builds a record's text.
class RecordWriter {
public:
    RecordWriter(std::string_view kind, unsigned version);
    /// For lines without a first one, that another record will hold.
    RecordWriter() = default;
    void text(std::string_view key, std::string_view value);
    void number(std::string_view key, std::uint64_t value);
    /// A line "key=yes"; false writes nothing.
    void flag(std::string_view key, bool value);
    const std::string& str() const { return text_; }

private:
    std::string text_;
};

/// Reads a record's fields in the order they were written.
class RecordReader {
public:
    /// ok() is false at once where the first line is not "KIND VERSION".
    RecordReader(std::string_view record, std::string_view kind, unsigned version);
    /// For lines without a first one, that another record holds.
    explicit RecordReader(std::string_view lines);

    /// The value of the next line, which must be `key`; "" and !ok() if it is not.
    std::string text(std::string_view key);
    std::uint64_t number(std::string_view key);
    /// The next line if it is `key`, else nothing and it stays.
    std::optional<std::string> optionalText(std::string_view key);
    std::optional<std::uint64_t> optionalNumber(std::string_view key);
    bool flag(std::string_view key);

    /// What has not been read yet.
    std::string_view rest() const { return rest_; }
    bool ok() const { return ok_; }
    /// True if all was well and nothing is left.
    bool finished() const { return ok_ && rest_.empty(); }

private:
    std::optional<std::string_view> take(std::string_view key);

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Second stage of the conf parser, settings: which key it is, whether it may stand there, what it says.
/// Since 1.0. Not shared between threads.
#pragma once

#include <cstddef>
#include <string_view>

#include "policy/error_list.h"
#include "policy/keys.h"
#include "policy/lines.h"
#include "policy/parser.h"

namespace prune {

enum class SectionKind { none, agent, defaults, rule, unknown };

/// Where a key of the section under way was first said.
struct KeyPlace {
    int line = 0;  ///< 0 = it was not
    int keyColumn = 0;
    int valueColumn = 0;
};

/// Reads the settings of one section after the other.
class SettingReader {
public:
    explicit SettingReader(ErrorList& errors) : errors_(errors) {}

    /// Begins a section, in which no key was said yet.
    void begin(SectionKind kind);
    /// Reads one setting into the section's values, or reports what is wrong with it.
    void read(const ConfLine& line, ParsedSection<AgentConf>& section) { readInto(line, section); }
    void read(const ConfLine& line, ParsedSection<Rule>& section) { readInto(line, section); }
    /// Reports a setting that stands before any section.
    void refuseOutside(const ConfLine& line);

    /// The place of a key of [rule NAME] in the section under way.
    KeyPlace placeOf(std::string_view ruleKey) const;

private:
    template <class Values>
    void readInto(const ConfLine& line, ParsedSection<Values>& section);
    template <class Values>
    void refuse(const ConfLine& line, const Values& values);
    void noteKey(const ConfLine& line, std::size_t key);
    void wrong(const ConfLine& line, int column, std::string message) {
        errors_.add(line.number, column, std::move(message));
    }

    ErrorList& errors_;
    SectionKind kind_ = SectionKind::none;
    KeyPlace places_[kMaxKeys];
};

}  // namespace prune

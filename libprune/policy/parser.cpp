// SPDX-License-Identifier: MIT
#include "policy/parser.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "policy/lines.h"
#include "policy/path_pattern.h"
#include "policy/setting_reader.h"

namespace prune {

namespace {

bool isRuleName(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~' && c != '['; });
}

std::string inLine(int number) { return "; the first is in line " + decimal(number); }

/// Second stage of the parser, sections: what the lines mean, and whether they may.
class SectionReader {
public:
    SectionReader(std::string_view text, std::string_view file)
        : errors_(file), lines_(text, errors_), settings_(errors_) {}

    ParsedConf run();

private:
    void begin(const ConfLine& line);
    SectionKind kindOf(const ConfLine& line);
    void beginOnly(const ConfLine& line, int& firstLine);
    void beginDefaults(const ConfLine& line);
    void beginRule(const ConfLine& line);
    void endRule();
    void checkUnified();
    void set(const ConfLine& line);
    void wrong(const ConfLine& line, int column, std::string message) {
        errors_.add(line.number, column, std::move(message));
    }

    ErrorList errors_;
    LineReader lines_;
    SettingReader settings_;
    ParsedConf out_;
    SectionKind kind_ = SectionKind::none;
    int agentLine_ = 0;
    int defaultLine_ = 0;
    ParsedSection<Rule> rule_;  // the one under way
};

ParsedConf SectionReader::run() {
    for (ConfLine line; lines_.next(line);) {
        if (line.form == ConfLine::Form::setting)
            set(line);
        else
            begin(line);
    }
    endRule();
    out_.errors = errors_.takeSorted();
    return std::move(out_);
}

void SectionReader::begin(const ConfLine& line) {
    endRule();
    kind_ = line.form == ConfLine::Form::section ? kindOf(line) : SectionKind::unknown;
    settings_.begin(kind_);
    if (kind_ == SectionKind::agent) beginOnly(line, agentLine_);
    if (kind_ == SectionKind::defaults) beginDefaults(line);
    if (kind_ == SectionKind::rule) beginRule(line);
}

SectionKind SectionReader::kindOf(const ConfLine& line) {
    if (line.key.text == "agent") return SectionKind::agent;
    if (line.key.text == "default") return SectionKind::defaults;
    if (line.key.text == "rule") return SectionKind::rule;
    wrong(line, line.whole.column,
          "unknown section " + quoted(line.whole.text) + "; expected [agent], [rule NAME] or [default]");
    return SectionKind::unknown;
}

/// A section that a file has once, and that has no name.
void SectionReader::beginOnly(const ConfLine& line, int& firstLine) {
    const std::string section = '[' + std::string(line.key.text) + ']';
    if (!line.value.text.empty())
        wrong(line, line.value.column,
              "name " + quoted(line.value.text) + "; expected " + section + " alone");
    if (firstLine == 0)
        firstLine = line.number;
    else
        wrong(line, line.whole.column, "second " + section + inLine(firstLine));
}

void SectionReader::beginDefaults(const ConfLine& line) {
    beginOnly(line, defaultLine_);
    out_.defaults.values.where = errors_.position(line.number, line.whole.column);
}

void SectionReader::beginRule(const ConfLine& line) {
    const auto name = line.value.text;
    rule_ = {};
    rule_.values.name = std::string(name);
    rule_.values.where = errors_.position(line.number, line.whole.column);
    if (name.empty()) wrong(line, line.value.column, "a rule without a name; expected [rule NAME]");
    if (!isRuleName(name))
        wrong(line, line.value.column,
              "bad rule name " + quoted(name) + "; expected printable ASCII without blanks and brackets");
}

void SectionReader::endRule() {
    if (kind_ != SectionKind::rule) return;
    checkUnified();
    const auto& where = rule_.values.where;
    for (const auto& rule : out_.rules) {
        if (rule.values.name != rule_.values.name || rule.values.name.empty()) continue;
        errors_.add(where.line, where.column,
                    "second rule " + quoted(rule.values.name) + inLine(rule.values.where.line));
        return;
    }
    out_.rules.push_back(std::move(rule_));
}

/// v2 has no flag by which a cgroup was offered for removal: a rule must say how far it reaches there.
void SectionReader::checkUnified() {
    const auto& names = rule_.values.hierarchies;
    const bool unified = std::find(names.begin(), names.end(), kUnifiedName) != names.end();
    const auto hierarchy = settings_.placeOf("hierarchy");
    const auto path = settings_.placeOf("path");
    const auto inside = settings_.placeOf("inside-delegation");
    if (unified && path.line == 0)
        errors_.add(hierarchy.line, hierarchy.valueColumn,
                    "\"unified\" without a path; expected a path whose first component has no \"*\"");
    if (unified && !rule_.values.path.empty() && !beginsWithLiteral(rule_.values.path))
        errors_.add(path.line, path.valueColumn,
                    "path " + quoted(rule_.values.path) +
                        " with hierarchy \"unified\"; expected its first component to have no \"*\"");
    if (!unified && inside.line != 0 && (hierarchy.line == 0 || !names.empty()))
        errors_.add(inside.line, inside.keyColumn,
                    "\"inside-delegation\" without hierarchy \"unified\"; expected both or none");
}

void SectionReader::set(const ConfLine& line) {
    switch (kind_) {
        case SectionKind::none:
            return settings_.refuseOutside(line);
        case SectionKind::agent:
            return settings_.read(line, out_.agent);
        case SectionKind::defaults:
            return settings_.read(line, out_.defaults);
        case SectionKind::rule:
            return settings_.read(line, rule_);
        case SectionKind::unknown:
            return;  // its head was reported; what its keys should be nobody knows
    }
}

}  // namespace

ParsedConf parseConf(std::string_view text, std::string_view file) { return SectionReader(text, file).run(); }

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "policy/setting_reader.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"

namespace prune {

namespace {

constexpr auto kNoKey = std::string_view::npos;

std::string_view nameOf(SectionKind kind) {
    switch (kind) {
        case SectionKind::agent:
            return "[agent]";
        case SectionKind::defaults:
            return "[default]";
        default:
            return "[rule NAME]";
    }
}

/// The sections that know `key`, for people; empty if none does.
std::string_view homeOf(std::string_view key) {
    if (findKey(keysOf(AgentConf()), key) != kNoKey) return "[agent]";
    const auto keys = keysOf(Rule());
    const auto found = findKey(keys, key);
    if (found == kNoKey) return {};
    return keys[found].inDefault ? "[rule NAME] or [default]" : "[rule NAME]";
}

std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (const auto word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

}  // namespace

void SettingReader::begin(SectionKind kind) {
    kind_ = kind;
    std::fill(std::begin(places_), std::end(places_), KeyPlace());
}

void SettingReader::refuseOutside(const ConfLine& line) {
    wrong(line, line.key.column,
          "key " + quoted(line.key.text) +
              " before any section; expected [agent], [rule NAME] or [default] above it");
}

KeyPlace SettingReader::placeOf(std::string_view ruleKey) const {
    const auto key = findKey(keysOf(Rule()), ruleKey);
    return key == kNoKey ? KeyPlace() : places_[key];
}

template <class Values>
void SettingReader::readInto(const ConfLine& line, ParsedSection<Values>& section) {
    const auto keys = keysOf(section.values);
    const auto key = findKey(keys, line.key.text);
    if (key == kNoKey || (kind_ == SectionKind::defaults && !keys[key].inDefault))
        return refuse(line, section.values);
    noteKey(line, key);
    if (line.value.text.empty())
        return wrong(line, line.value.column,
                     "nothing after \"=\"; expected a value for " + quoted(line.key.text));
    const Value value{line.value, line.number, errors_};
    if (keys[key].read(value, section.values)) section.said |= KeySet{1} << key;
}

void SettingReader::noteKey(const ConfLine& line, std::size_t key) {
    KeyPlace& place = places_[key];
    if (place.line != 0)
        return wrong(line, line.key.column,
                     "second " + quoted(line.key.text) + " in this section; the first is in line " +
                         decimal(place.line));
    place = {line.number, line.key.column, line.value.column};
}

template <class Values>
void SettingReader::refuse(const ConfLine& line, const Values& values) {
    const auto home = homeOf(line.key.text);
    if (!home.empty())
        return wrong(line, line.key.column,
                     quoted(line.key.text) + " is no key of " + std::string(nameOf(kind_)) +
                         "; expected it in " + std::string(home));
    std::vector<std::string_view> known;
    for (const auto& key : keysOf(values))
        if (key.inDefault || kind_ != SectionKind::defaults) known.push_back(key.name);
    const auto nearest = nearestWord(line.key.text, known);
    const auto hint =
        nearest.empty() ? "expected one of " + listed(known) : "did you mean " + quoted(nearest) + "?";
    wrong(line, line.key.column, "unknown key " + quoted(line.key.text) + "; " + hint);
}

template void SettingReader::readInto(const ConfLine&, ParsedSection<AgentConf>&);
template void SettingReader::readInto(const ConfLine&, ParsedSection<Rule>&);

}  // namespace prune

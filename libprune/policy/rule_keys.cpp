// SPDX-License-Identifier: MIT
#include "policy/rule_keys.h"

#include "policy/error_list.h"
#include "policy/keys.h"
#include "policy/lines.h"
#include "policy/setting_reader.h"

namespace prune {

std::vector<ConfError> applyRuleKeys(std::string_view lines, std::string_view origin, Rule& rule) {
    ErrorList errors(origin);
    LineReader reader(lines, errors);
    SettingReader settings(errors);
    settings.begin(SectionKind::rule);
    ParsedSection<Rule> section;
    for (ConfLine line; reader.next(line);) {
        if (line.form == ConfLine::Form::setting)
            settings.read(line, section);
        else
            errors.add(line.number, line.whole.column,
                       "section " + quoted(line.whole.text) + "; expected key = value alone");
    }
    // They say which cgroups a rule is for: with others it would not be this cgroup's any more.
    for (const std::string_view key : {"hierarchy", "path"})
        if (const auto place = settings.placeOf(key); place.line != 0)
            errors.add(place.line, place.keyColumn,
                       quoted(key) + " chooses the rule; expected a key that says what it does");
    auto all = errors.takeSorted();
    if (all.empty()) copyKeys(rule, section.values, section.said);
    return all;
}

}  // namespace prune

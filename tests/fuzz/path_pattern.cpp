// SPDX-License-Identifier: MIT
// Patterns of rules: two of them and a path, parted by NULs. A slow matcher that tries everything says what
// they fit.
#include "policy/path_pattern.h"

#include <optional>
#include <string>
#include <vector>

#include "cgroup/path.h"
#include "common/input.h"
#include "common/reference.h"
#include "common/target.h"
#include "policy/covers.h"
#include "policy/parser.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

/// The pattern as a conf would have it; nothing where a conf may not say it.
std::optional<std::string> patternOf(std::string_view text) {
    const auto conf = parseConf("[rule r]\npath = " + std::string(text) + '\n', "conf");
    if (!conf.errors.empty() || conf.rules.size() != 1 || conf.rules.front().values.path.empty())
        return std::nullopt;
    return conf.rules.front().values.path;
}

struct Unit {
    char byte;
    bool star;
};

int digit(char c) {
    return static_cast<int>(std::string_view("0123456789abcdef").find(static_cast<char>(c | 32)));
}

/// Of a valid component: there a backslash begins an escape.
std::vector<Unit> unitsOf(std::string_view component) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < component.size(); ++i) {
        if (component[i] != '\\') {
            units.push_back({component[i], component[i] == '*'});
            continue;
        }
        units.push_back({static_cast<char>(digit(component[i + 2]) * 16 + digit(component[i + 3])), false});
        i += 3;
    }
    return units;
}

/// Whether so many first units fit so many first bytes, for all numbers of both.
bool nameFits(std::string_view component, std::string_view name) {
    const auto units = unitsOf(component);
    std::vector<std::vector<bool>> fits(units.size() + 1, std::vector<bool>(name.size() + 1, false));
    fits[0][0] = true;
    for (std::size_t u = 0; u < units.size(); ++u)
        for (std::size_t n = 0; n <= name.size(); ++n) {
            if (!fits[u][n]) continue;
            if (units[u].star)
                for (std::size_t end = n; end <= name.size(); ++end) fits[u + 1][end] = true;
            else if (n < name.size() && units[u].byte == name[n])
                fits[u + 1][n + 1] = true;
        }
    return fits[units.size()][name.size()];
}

/// The same with components for bytes.
bool fitsSlowly(std::string_view pattern, std::string_view path) {
    const auto wanted = split(pattern.substr(1), '/');
    const auto names = split(path.substr(1), '/');
    std::vector<std::vector<bool>> fits(wanted.size() + 1, std::vector<bool>(names.size() + 1, false));
    fits[0][0] = true;
    for (std::size_t w = 0; w < wanted.size(); ++w)
        for (std::size_t n = 0; n < names.size(); ++n) {
            if (!fits[w][n]) continue;
            if (wanted[w] == "**")
                for (std::size_t end = n + 1; end <= names.size(); ++end) fits[w + 1][end] = true;
            else if (nameFits(wanted[w], names[n]))
                fits[w + 1][n + 1] = true;
        }
    return fits[wanted.size()][names.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const auto text = input.block();
    const auto other = input.block();
    const auto path = input.rest();
    pathFits(text, path);  // whatever they are
    const auto pattern = patternOf(text);
    if (!pattern) return 0;
    const auto first = split(std::string_view(*pattern).substr(1), '/').front();
    require(beginsWithLiteral(*pattern) == (first.find('*') == std::string_view::npos),
            "a literal has no star", *pattern);
    if (!CgroupPath::parse(path).ok()) return 0;

    const bool fits = pathFits(*pattern, path);
    require(fits == fitsSlowly(*pattern, path), "a path fits where the slow matcher says so", *pattern);
    const auto wide = patternOf(other);
    if (wide && fits && pathCovers(*wide, *pattern))
        require(pathFits(*wide, path), "what covers a pattern fits all that it fits", *wide);
    return 0;
}

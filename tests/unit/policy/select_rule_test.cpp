// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "policy/conf.h"
#include "support/catch.h"

using namespace prune;

namespace {

Rule rule(const std::string& name, std::vector<std::string> hierarchies, const std::string& path) {
    Rule made;
    made.name = name;
    made.hierarchies = std::move(hierarchies);
    made.path = path;
    return made;
}

Conf conf(std::vector<Rule> rules) {
    Conf made;
    made.rules = std::move(rules);
    return made;
}

/// The name of the rule that is selected; "" for none.
std::string selected(const Conf& conf, const std::string& hierarchy, const std::string& path) {
    const Rule* rule = selectRule(conf, hierarchy, hierarchy == "unified", path);
    return rule == nullptr ? "" : rule->name;
}

}  // namespace

TEST_CASE("without rules, the default rule is for v1") {
    CHECK(selected(conf({}), "freezer", "/a") == "default");
}

TEST_CASE("without rules, none is for v2") { CHECK(selected(conf({}), "unified", "/a").empty()); }

TEST_CASE("the selected rule is the one in the conf") {
    const Conf made = conf({rule("r", {}, "/a")});
    CHECK(selectRule(made, "freezer", false, "/a") == &made.rules[0]);
    CHECK(selectRule(made, "freezer", false, "/b") == &made.defaults);
}

TEST_CASE("the first rule that fits is selected, not the best") {
    const Conf made = conf({rule("first", {}, "/lxc/**"), rule("second", {}, "/lxc/a")});
    CHECK(selected(made, "freezer", "/lxc/a") == "first");
}

TEST_CASE("a rule that does not fit is passed over") {
    const Conf made = conf({rule("first", {}, "/lxc/**"), rule("second", {}, "/slurm/**")});
    CHECK(selected(made, "freezer", "/slurm/job") == "second");
}

TEST_CASE("a rule without hierarchies is for every v1 hierarchy") {
    const Conf made = conf({rule("r", {}, "/a/**")});
    CHECK(selected(made, "freezer", "/a/b") == "r");
    CHECK(selected(made, "cpu,cpuacct", "/a/b") == "r");
    CHECK(selected(made, "name=openrc", "/a/b") == "r");
}

TEST_CASE("a rule that does not fit is told with the reason") {
    CHECK(fitOf(rule("r", {}, ""), "freezer", false, "/a") == Fit::fits);
    CHECK(fitOf(rule("r", {"cpu"}, "/a"), "freezer", false, "/a") == Fit::otherHierarchy);
    CHECK(fitOf(rule("r", {}, "/a"), "unified", true, "/a") == Fit::otherHierarchy);
    CHECK(fitOf(rule("r", {"unified"}, "/*"), "unified", true, "/a") == Fit::pathNotLiteral);
    CHECK(fitOf(rule("r", {}, "/b"), "freezer", false, "/a") == Fit::otherPath);
}

TEST_CASE("a rule with hierarchies is for those only") {
    const Conf made = conf({rule("r", {"freezer", "name=openrc"}, "")});
    CHECK(selected(made, "freezer", "/a") == "r");
    CHECK(selected(made, "name=openrc", "/a") == "r");
    CHECK(selected(made, "memory", "/a") == "default");
}

TEST_CASE("the name of a hierarchy fits as a whole only") {
    const Conf made = conf({rule("r", {"cpu"}, "")});
    CHECK(selected(made, "cpu,cpuacct", "/a") == "default");
    CHECK(selected(made, "name=cpu", "/a") == "default");
}

TEST_CASE("a rule without a path is for every path") {
    CHECK(selected(conf({rule("r", {}, "")}), "freezer", "/a/b/c") == "r");
}

TEST_CASE("a rule without hierarchies does not reach v2") {
    CHECK(selected(conf({rule("r", {}, "/a/**")}), "unified", "/a/b").empty());
}

TEST_CASE("a rule that names unified reaches v2") {
    CHECK(selected(conf({rule("r", {"unified"}, "/a/**")}), "unified", "/a/b") == "r");
}

TEST_CASE("a rule that names unified only is for no v1 hierarchy") {
    CHECK(selected(conf({rule("r", {"unified"}, "/a/**")}), "freezer", "/a/b") == "default");
}

TEST_CASE("a rule that names both is for both") {
    const Conf made = conf({rule("r", {"freezer", "unified"}, "/a/**")});
    CHECK(selected(made, "freezer", "/a/b") == "r");
    CHECK(selected(made, "unified", "/a/b") == "r");
}

TEST_CASE("on v2 a rule whose first component has a star reaches nothing") {
    CHECK(selected(conf({rule("r", {"unified"}, "/*/b")}), "unified", "/a/b").empty());
    CHECK(selected(conf({rule("r", {"unified"}, "/a*/b")}), "unified", "/a/b").empty());
    CHECK(selected(conf({rule("r", {"unified"}, "")}), "unified", "/a/b").empty());
}

TEST_CASE("on v1 a rule's first component may have a star") {
    CHECK(selected(conf({rule("r", {"freezer"}, "/*/b")}), "freezer", "/a/b") == "r");
}

TEST_CASE("an error of the conf reads as file:line:column: message") {
    CHECK(ConfError{{"f.conf", 3, 14}, "no"}.text() == "f.conf:3:14: no");
}

TEST_CASE("an error without a line reads as file: message") {
    CHECK(ConfError{{"f.conf", 0, 0}, "no"}.text() == "f.conf: no");
}

TEST_CASE("the file of an error is shown without its control bytes") {
    CHECK(ConfError{{"a\x1b[31m.conf", 1, 1}, "no"}.text() == "a\\x1b[31m.conf:1:1: no");
}

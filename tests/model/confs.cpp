// SPDX-License-Identifier: MIT
#include "confs.h"

#include <map>

namespace prune::model {

namespace {

Conf shipped() { return {"", false, {}, {}}; }

Conf always() {
    Conf conf{"policy = always\nlinger = 0\n", false, {}, {}};
    conf.rule.always = true;
    conf.rule.creatorGone = conf.rule.delegated = false;
    conf.rule.linger = 0;
    return conf;
}

Conf patient() {
    auto conf = always();
    conf.text = "policy = always\nlinger = 5s\nretry = 1s..4s\nowner-keep = no\n";
    conf.rule.linger = 5'000;
    conf.rule.retryMax = 4'000;
    conf.rule.ownerKeep = false;
    return conf;
}

Conf hostKeeps() {
    Conf conf{"policy = creator-gone\nunknown-creator = keep\nlinger = 0\n", false, {}, {}};
    conf.rule.delegated = conf.rule.removeUnknown = false;
    conf.rule.linger = 0;
    return conf;
}

Conf delegated() {
    Conf conf{
        "policy = delegated\ndelegated-by-owner = yes\nlinger = 500ms\nowner-keep = no\nsweep-linger = 10s\n",
        false,
        {},
        {}};
    conf.rule.creatorGone = conf.rule.ownerKeep = false;
    conf.rule.delegatedByOwner = true;
    conf.rule.linger = 500;
    conf.rule.sweepLinger = 10'000;
    return conf;
}

Conf never() {
    Conf conf{"policy = never\n", false, {}, {}};
    conf.rule.never = true;
    conf.rule.creatorGone = conf.rule.delegated = false;
    return conf;
}

Conf eager() {
    Conf conf{
        "sweep = yes\nsweep-linger = 30s\ndelegated-by-owner = yes\nretry = 100ms..1s\n", false, {}, {}};
    conf.rule.sweep = conf.rule.delegatedByOwner = true;
    conf.rule.sweepLinger = 30'000;
    conf.rule.retryFirst = 100;
    conf.rule.retryMax = 1'000;
    return conf;
}

Conf givesUp() {
    Conf conf{"linger = 0\nretry = 500ms..2s\ngive-up = 5s\n", false, {}, {}};
    conf.rule.linger = 0;
    conf.rule.retryFirst = 500;
    conf.rule.retryMax = 2'000;
    conf.rule.giveUp = 5'000;
    return conf;
}

Conf byPath() {
    Conf conf{
        "policy = creator-gone\nlinger = 1s\n[rule below]\npath = /a/*\npolicy = always\nlinger = 10s\n",
        false,
        {},
        {}};
    conf.rule.delegated = false;
    conf.rule.linger = 1'000;
    conf.below = conf.rule;
    conf.below->always = true;
    conf.below->creatorGone = false;
    conf.below->linger = 10'000;
    return conf;
}

Conf broken() { return {"policy = sometimes\n", true, {}, {}}; }

}  // namespace

const Conf& confNamed(const std::string& name) {
    static const std::map<std::string, Conf> all = {
        {"shipped", shipped()},     {"always", always()}, {"patient", patient()}, {"host-keeps", hostKeeps()},
        {"delegated", delegated()}, {"never", never()},   {"eager", eager()},     {"gives-up", givesUp()},
        {"by-path", byPath()},      {"broken", broken()},
    };
    return all.at(name);
}

}  // namespace prune::model

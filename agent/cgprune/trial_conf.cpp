// SPDX-License-Identifier: MIT
#include "cgprune/trial_conf.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "policy/loader_file.h"
#include "policy/merger.h"
#include "policy/parser.h"
#include "policy/rule_keys.h"
#include "sys/files.h"

namespace prune {

namespace {

void complain(Session& session, const std::vector<ConfError>& errors) {
    for (const auto& error : errors) session.out.problem(error.text());
}

int takeFile(Session& session, const std::string& path, Context& context) {
    const auto text = readWhole(session.system, AT_FDCWD, path.c_str(), kMaxConfBytes);
    if (!text.ok())
        return session.out.problem(Error{"read " + escapeForPeople(path), text.error().code}.text()), kFailed;
    auto parsed = parseConf(text.value(), path);
    complain(session, parsed.errors);
    if (!parsed.errors.empty()) return kFailed;
    Merger merger;
    merger.addMain(std::move(parsed));
    context.conf = merger.finish();
    return kDone;
}

/// The rule that decides on the cgroup, to be changed; nullptr: none reaches it.
Rule* rulingOn(Conf& conf, const Subject& subject) {
    const auto& about = subject.hierarchy.about;
    const auto* found = selectRule(conf, about.name, about.unified, subject.path);
    for (auto& rule : conf.rules)
        if (&rule == found) return &rule;
    return found == nullptr ? nullptr : &conf.defaults;
}

int takeKeys(Session& session, const std::string& lines, const Subject& subject, Context& context) {
    auto* rule = rulingOn(context.conf, subject);
    if (rule == nullptr) {
        session.out.problem("no rule fits " + escapeForPeople(subject.path) + " of " +
                            escapeForPeople(subject.hierarchy.about.name) +
                            ", so there is none for --as-if; try a conf that has one with --conf FILE");
        return kFailed;
    }
    const auto errors = applyRuleKeys(lines, "--as-if", *rule);
    complain(session, errors);
    return errors.empty() ? kDone : kUsage;
}

}  // namespace

int tryConf(Session& session, const Arguments& arguments, const Subject& subject, Context& context) {
    int exit = kDone;
    if (arguments.has(kConfOption.name)) exit = takeFile(session, arguments.value(kConfOption.name), context);
    if (exit == kDone && arguments.has(kAsIfOption.name))
        exit = takeKeys(session, arguments.value(kAsIfOption.name), subject, context);
    return exit;
}

}  // namespace prune

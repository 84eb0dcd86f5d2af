// SPDX-License-Identifier: MIT
// cgprune exec: runs a command inside cgroups, as cgexec does, and loses no race against an agent.
#include <fcntl.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "prune/enter.h"

namespace prune {

namespace {

// As env(1) and shells say it.
constexpr int kCannotRun = 126;
constexpr int kNotFound = 127;

/// A cgroup that need not be there yet.
struct Place {
    OpenHierarchy hierarchy;
    std::string path;

    std::string name() const {
        return escapeForPeople(path) + " of " + escapeForPeople(hierarchy.about.name);
    }
};

/// The directory without the last components that are missing.
Result<std::string> partThatIsThere(System& system, std::string_view directory) {
    while (true) {
        FileStat stat;
        const std::string part(directory);
        const int failed = system.statAt(AT_FDCWD, part.c_str(), 0, stat);
        if (failed < 0 && failed != -ENOENT) return Error{"look at " + escapeForPeople(part), -failed};
        const auto slash = directory.rfind('/');
        if (failed == 0 || slash == std::string_view::npos || slash == 0) return part;
        directory = directory.substr(0, slash);
    }
}

/// A directory below a cgroup mount, of which the last components may be missing.
Result<Place> placeOfDirectory(System& system, std::string_view directory) {
    const auto above = partThatIsThere(system, directory);
    if (!above.ok()) return above.error();
    auto placed = placeDirectory(system, above.value().c_str());
    if (!placed.ok() && placed.error().code != 0 && placed.error().code != ENOENT) return placed.takeError();
    if (!placed.ok() || !placed.value().wholeMount)
        return Error{escapeForPeople(directory) +
                         " is not below the mount of a whole hierarchy here; name it as "
                         "HIERARCHY:PATH, such as freezer:/a/b",
                     0};
    auto hierarchy = openNamed(system, placed.value().hierarchy.name);
    if (!hierarchy.ok()) return hierarchy.takeError();
    const auto& found = placed.value().path;
    return Place{std::move(hierarchy.value()),
                 (found == "/" ? "" : found) + std::string(directory.substr(above.value().size()))};
}

/// "freezer:/a/b", or a directory.
Result<Place> placeOf(Session& session, const std::string& operand) {
    if (operand.starts_with('/') || operand.starts_with('.'))
        return placeOfDirectory(session.system, operand);
    const auto colon = operand.find(':');
    if (colon == std::string::npos)
        return Error{
            escapeForPeople(operand) + ": expected HIERARCHY:PATH, or a directory below a cgroup mount", 0};
    auto hierarchy = openNamed(session.system, operand.substr(0, colon));
    if (!hierarchy.ok()) return hierarchy.takeError();
    return Place{std::move(hierarchy.value()), operand.substr(colon + 1)};
}

Status enter(Session& session, Context& context, const Arguments& arguments, const std::string& operand) {
    auto place = placeOf(session, operand);
    if (!place.ok()) return place.takeError();
    const auto path = CgroupPath::parse(place.value().path);
    if (!path.ok()) return path.error();
    EnterOptions options;
    options.mayMake = options.bare = arguments.has("create");
    options.notify = arguments.has("notify");
    auto entered = enterCgroup(context, place.value().hierarchy, path.value(), options);
    if (!entered.ok() && entered.error().code == ENOENT && !options.mayMake)
        return Error{place.value().name() + " is not there; make it, or use --create", 0};
    if (!entered.ok()) return entered.takeError();
    if (entered.value()) session.out.problem("made " + place.value().name());
    return {};
}

/// As execvp(3) does: what is no program, and has no #!, is a script of sh.
int become(System& system, const std::string& path, std::vector<const char*> words) {
    const int failed = system.replaceProcess(path.c_str(), words.data());
    if (failed != -ENOEXEC) return failed;
    words.front() = path.c_str();
    words.insert(words.begin(), "sh");
    return system.replaceProcess("/bin/sh", words.data());
}

/// Returns only where it could not be run: -errno.
int runCommand(System& system, const std::vector<std::string>& command) {
    std::vector<const char*> words;
    words.reserve(command.size() + 2);
    for (const auto& word : command) words.push_back(word.c_str());
    words.push_back(nullptr);
    const auto& name = command.front();
    if (name.find('/') != std::string::npos) return become(system, name, words);
    const char* folders = std::getenv("PATH");
    std::string_view rest = folders == nullptr ? "/usr/bin:/bin" : folders;
    int failed = -ENOENT;
    for (bool more = true; more;) {
        more = rest.find(':') != std::string_view::npos;
        const std::string folder(cutField(rest, ':'));
        const int tried = become(system, (folder.empty() ? "." : folder) + '/' + name, words);
        if (tried != -ENOENT && tried != -ENOTDIR) failed = tried;
    }
    return failed;
}

int runExec(Session& session, const Arguments& arguments) {
    if (arguments.command.empty())
        return session.out.problem("COMMAND is missing; it stands behind --"), kUsage;
    auto context = contextOf(session);
    for (const auto& operand : arguments.operands)
        if (const auto status = enter(session, context, arguments, operand); !status.ok())
            return session.out.problem(status.error().text()), kFailed;
    if (!session.out.flush()) return kFailed;
    const int failed = runCommand(session.system, arguments.command);
    session.out.problem(Error{"run " + escapeForPeople(arguments.command.front()), -failed}.text());
    return failed == -ENOENT ? kNotFound : kCannotRun;
}

}  // namespace

Verb execVerb() {
    Verb verb;
    verb.name = "exec";
    verb.operands = "CGROUP...";
    verb.fewest = 1;
    verb.most = SIZE_MAX;
    verb.printsJson = false;
    verb.takesCommand = true;
    verb.summary = "run a command inside cgroups";
    verb.details =
        "Moves itself into each CGROUP, which is HIERARCHY:PATH (freezer:/a/b) or a directory below a "
        "cgroup\n"
        "mount, and becomes COMMAND. No release-agent of ours removes the cgroup in between. Exits as "
        "COMMAND\n"
        "does; 126 if it cannot be run, 127 if it is not found.";
    verb.options = {{"create", "", "make what is missing, and make it anew where it vanishes; it is said"},
                    {"notify", "", "set notify_on_release in what is made"}};
    verb.needsRoot = false;
    verb.run = runExec;
    return verb;
}

}  // namespace prune

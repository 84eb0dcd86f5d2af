// SPDX-License-Identifier: MIT
// Steps on a host: what others do.
#include "world.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "cgroup/hierarchy.h"
#include "confs.h"
#include "store/state_folder.h"

namespace prune::model {

namespace {

const std::string kOurAgent = std::string(kAliasFolder) + "freezer";
const std::string kState = kStateFolder;

}  // namespace

World::World(std::unique_ptr<Host> host)
    : host_(std::move(host)), system_(host_->system()), ctx_(new prune_ctx(system_), &prune_unref) {
    prune_set_log(
        ctx_.get(), [](void*, int, const char*) {}, nullptr, PRUNE_LOG_ERR);
    for (const auto& folder :
         {kState, kState + "/agents", kState + "/registry", kState + "/registry/freezer"})
        must(system_.makeDirectoryAt(AT_FDCWD, folder.c_str(), 0700), "make " + folder);
    // No program: what the kernel calls for is a step of its own.
    must(system_.symlinkAt("/no/program", AT_FDCWD, kOurAgent.c_str()), "link");
    must(system_.symlinkAt(host_->mountPoint().c_str(), AT_FDCWD, (kOurAgent + ".mount").c_str()), "link");
    must(write(directoryOf("/release_agent"), kOurAgent, O_WRONLY), "set the agent");
    must(write(directoryOf("/notify_on_release"), "1", O_WRONLY), "set the flag for all that is made");
    must(system_.makeDirectoryAt(AT_FDCWD, "/etc/cgprune", 0755), "make /etc/cgprune");
}

std::string World::directoryOf(const std::string& path) const { return host_->mountPoint() + path; }

void World::must(int result, const std::string& doing) const {
    if (result < 0) throw std::runtime_error("could not " + doing + ": " + ::strerror(-result));
}

int World::write(const std::string& file, const std::string& text, int flags) {
    constexpr unsigned kMode = 0644;
    const Fd fd(system_, system_.openAt(AT_FDCWD, file.c_str(), flags, kMode));
    return fd.valid() ? static_cast<int>(system_.writeFd(fd.get(), text)) : fd.get();
}

std::uint64_t World::idOf(const std::string& path) {
    FileStat stat;
    return system_.statAt(AT_FDCWD, directoryOf(path).c_str(), AT_SYMLINK_NOFOLLOW, stat) == 0 ? stat.inode
                                                                                               : 0;
}

Answer World::take(const Step& step, const std::string& call) {
    auto answer = step.kind < Kind::join ? Answer() : takeByLibrary(step, call);
    if (step.kind < Kind::join) takeByHand(step);
    auto calls = host_->takeCalls(kOurAgent, tellsCalls_);
    std::sort(calls.begin(), calls.end());  // between cgroups there is no order
    for (const auto& path : calls) answer.lines.push_back("the kernel calls for " + path);
    return answer;
}

void World::changeOwner(const std::string& path, std::uint32_t user) {
    for (const char* file : {"/cgroup.procs", "/tasks", ""})
        must(system_.changeOwnerAt(AT_FDCWD, (directoryOf(path) + file).c_str(), user, user),
             "chown " + path);
}

void World::spoil(const std::string& path, const std::string& kind) {
    const auto file = kState + "/registry/freezer/" + std::to_string(idOf(path)) + '.' + kind;
    must(write(file, "no such version\n", O_WRONLY | O_CREAT | O_TRUNC), "spoil " + file);
}

void World::takeByHand(const Step& step) {
    const auto& words = step.words;
    const auto target = words.empty() ? "" : directoryOf(words[0]);
    const auto act = [&](int result) { must(result, textOf(step)); };
    constexpr unsigned kMode = 0755;
    switch (step.kind) {
        case Kind::make:
            return act(system_.makeDirectoryAt(AT_FDCWD, target.c_str(), kMode));
        case Kind::remove:
            host_->failRemovals(false);
            act(system_.unlinkAt(AT_FDCWD, target.c_str(), AT_REMOVEDIR));
            return host_->failRemovals(rmdirsFail_);
        case Kind::rename:
            return act(system_.renameAt(AT_FDCWD, target.c_str(), AT_FDCWD,
                                        directoryOf(parentOf(words[0]) + '/' + words[1]).c_str()));
        case Kind::flag:
            return act(write(target + "/notify_on_release", words[1], O_WRONLY));
        case Kind::owner:
            return changeOwner(words[0], static_cast<std::uint32_t>(std::stoul(words[1])));
        case Kind::start:
            return host_->start(words[0]);
        case Kind::end:
            return host_->end(words[0]);
        case Kind::enter:
            return act(write(directoryOf(words[1]) + "/cgroup.procs", std::to_string(host_->pidOf(words[0])),
                             O_WRONLY));
        case Kind::leave:
            return act(write(directoryOf("/cgroup.procs"), std::to_string(host_->pidOf(words[0])), O_WRONLY));
        case Kind::lock: {
            Fd directory(system_, system_.openAt(AT_FDCWD, target.c_str(), O_RDONLY | O_DIRECTORY));
            act(system_.lockFd(directory.get(), LOCK_SH | LOCK_NB));
            locks_[idOf(words[0])] = std::move(directory);
            return;
        }
        case Kind::unlock: {
            // By name: processes that were started since have copies of the descriptor.
            const auto lock = locks_.extract(idOf(words[0]));
            return act(system_.lockFd(lock.mapped().get(), LOCK_UN));
        }
        case Kind::rmdirs:
            rmdirsFail_ = words[0] == "fail";
            return host_->failRemovals(rmdirsFail_);
        case Kind::takeOver:
            return act(write(directoryOf("/release_agent"), words[0] == "ours" ? kOurAgent : "/sbin/other",
                             O_WRONLY));
        case Kind::spoil:
            return spoil(words[0], words[1]);
        case Kind::clock:
            return host_->advance(std::stoll(words[0]));
        case Kind::conf:
            return act(
                write("/etc/cgprune/cgprune.conf",
                      "[agent]\nlog-level = error\ndrainer = no\n[default]\n" + confNamed(words[0]).text,
                      O_WRONLY | O_CREAT | O_TRUNC));
        default:
            return;  // a lost call is one that nobody hears
    }
}

}  // namespace prune::model

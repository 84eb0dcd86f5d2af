// SPDX-License-Identifier: MIT
#include "prune/enter.h"

#include <fcntl.h>

#include <cerrno>
#include <string>

#include "base/text.h"
#include "cgroup/state.h"
#include "sys/files.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr int kMaxTries = 100;
constexpr unsigned kMode = 0755;

class Entering {
public:
    Entering(Context& context, const OpenHierarchy& hierarchy, CgroupPath path, const EnterOptions& options)
        : context_(context), hierarchy_(hierarchy), path_(path), options_(options) {}

    Result<bool> run() {
        for (int tries = 0; tries < kMaxTries; ++tries) {
            auto entered = tryOnce(tries > 0);
            if (!entered.ok()) return entered.takeError();
            if (entered.value()) return everMade_;
        }
        return error("enter", EAGAIN);
    }

private:
    Error error(const char* doing, int code) const {
        return {std::string(doing) + " cgroup " + escapeForPeople(path_.text()) + " of " +
                    escapeForPeople(hierarchy_.about.name),
                code};
    }

    /// False: it vanished meanwhile.
    Result<bool> tryOnce(bool anew) {
        // Made anew without its limits it would leave the process unconfined.
        mayMakeNow_ = options_.mayMake && (!anew || options_.setup != nullptr || options_.bare);
        auto parent = mayMakeNow_ ? makeParents() : openParentOf(context_.system, root(), path_);
        if (!parent.ok()) return parent.error().code == ENOENT ? vanished() : parent.takeError();
        if (options_.setup == nullptr) return tryIn(parent.value());
        // One at a time: else another enters what we have made, and not set up yet.
        const Fd locked(context_.system,
                        context_.system.openAt(parent.value().get(), ".", O_RDONLY | O_DIRECTORY));
        if (locked.get() == -ENOENT) return vanished();
        if (!locked.valid()) return error("open the parent of", -locked.get());
        const ExclusiveLock alone(context_.system, locked.get());
        if (!alone.held()) sayWithoutLock();
        return tryIn(parent.value());
    }

    Result<bool> tryIn(const Fd& parent) {
        const auto made = mayMakeNow_ ? makeIn(parent.get(), path_) : Result<Made>(Made::thereAlready);
        if (!made.ok()) return made.error();
        if (made.value() == Made::vanished) return false;
        const bool isNew = made.value() == Made::made;
        everMade_ |= isNew;
        auto opened = openCgroup(context_.system, root(), path_);
        if (!opened.ok()) return opened.takeError();
        if (!opened.value()) return vanished();
        return move(*opened.value(), isNew);
    }

    int root() const { return hierarchy_.root.get(); }

    /// It is not there: to be tried again, or an error.
    Result<bool> vanished() const {
        if (mayMakeNow_) return false;
        return options_.mayMake ? error("enter anew", ESTALE) : error("find", ENOENT);
    }

    enum class Made { made, thereAlready, vanished };

    /// The cgroup's parent, with what is missing of the way there made.
    Result<Fd> makeParents() {
        auto parent = openParentOf(context_.system, root(), path_);
        if (parent.ok() || parent.error().code != ENOENT) return parent;
        Fd folder(context_.system, context_.system.openAt(root(), ".", O_RDONLY | O_DIRECTORY));
        if (!folder.valid()) return error("open the root for", -folder.get());
        auto rest = path_.parentBelowRoot();
        while (!rest.empty()) {
            const auto component = '/' + std::string(cutField(rest, '/'));
            const auto below = CgroupPath::parse(component);
            if (!below.ok()) return below.error();
            const auto made = makeIn(folder.get(), below.value());
            if (!made.ok()) return made.error();
            auto opened = openCgroup(context_.system, folder.get(), below.value());
            if (!opened.ok()) return opened.takeError();
            if (!opened.value()) return error("keep the way to", ENOENT);
            folder = std::move(opened.value()->directory);
        }
        return folder;
    }

    Result<Made> makeIn(int parent, CgroupPath path) {
        const std::string name(path.name());
        const int failed = context_.system.makeDirectoryAt(parent, name.c_str(), kMode);
        if (failed == -EEXIST) return Made::thereAlready;
        if (failed == -ENOENT || failed == -ENODEV) return Made::vanished;
        if (failed < 0) return error("make", -failed);
        if (!options_.notify || hierarchy_.about.unified) return Made::made;
        const auto flagged = writeText(context_.system, parent, (name + "/notify_on_release").c_str(), "1");
        if (flagged.ok()) return Made::made;
        const int code = flagged.error().code;
        if (code == ENOENT || code == ENODEV) return Made::vanished;
        return flagged.error();
    }

    /// False: it vanished meanwhile.
    Result<bool> move(const OpenCgroup& cgroup, bool isNew) {
        auto& system = context_.system;
        const int directory = cgroup.directory.get();
        const SharedLock lock(system, directory);
        if (!lock.held()) sayWithoutLock();
        if (hasDied(system, directory)) return false;
        if (isNew && options_.setup != nullptr) {
            auto status = options_.setup->setUp({hierarchy_, cgroup, path_.text()});
            if (!status.ok() && hasDied(system, directory)) return false;
            if (!status.ok()) {
                // Left as it is, the next one to enter would find it there, and not set up.
                if (const auto id = cgroupId(system, directory); id.ok())
                    removeCgroup(system, cgroup, id.value());
                return status.takeError();
            }
        }
        const auto written = writeText(system, directory, "cgroup.procs", decimal(options_.pid));
        if (written.ok()) return true;
        if (hasDied(system, directory)) return false;
        return error(("move process " + decimal(options_.pid) + " into").c_str(), written.error().code);
    }

    void sayWithoutLock() {
        context_.log.event(LogLevel::warning, "entered-without-lock",
                           {{"hierarchy", hierarchy_.about.name}, {"cgroup", path_.text()}});
    }

    Context& context_;
    const OpenHierarchy& hierarchy_;
    CgroupPath path_;
    const EnterOptions& options_;
    bool everMade_ = false;
    bool mayMakeNow_ = false;
};

}  // namespace

Result<bool> enterCgroup(Context& context, const OpenHierarchy& hierarchy, CgroupPath path,
                         const EnterOptions& options) {
    return Entering(context, hierarchy, path, options).run();
}

}  // namespace prune

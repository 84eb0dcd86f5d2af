// SPDX-License-Identifier: MIT
// prune.h: making and entering a cgroup.
#include <fcntl.h>

#include <algorithm>
#include <cstring>

#include "api/handles.h"
#include "base/text.h"
#include "prune/enter.h"

using namespace prune;

namespace {

/// The caller's callback, given a cgroup of ours for as long as it runs.
class CallersSetup final : public CgroupSetup {
public:
    CallersSetup(prune_ctx& ctx, prune_setup_fn* setup, void* data) : ctx_(ctx), setup_(setup), data_(data) {}

    Status setUp(const Subject& subject) override {
        auto& system = ctx_.system;
        prune_cgroup lent;
        lent.lent = true;
        lent.ctx = &ctx_;
        lent.path = subject.path;
        lent.hierarchy.about = subject.hierarchy.about;
        lent.hierarchy.root =
            Fd(system, system.openAt(subject.hierarchy.root.get(), ".", O_RDONLY | O_DIRECTORY));
        if (!lent.hierarchy.root.valid())
            return Error{"open the root for a setup", -lent.hierarchy.root.get()};
        auto again = openAgain(system, subject.cgroup);
        if (!again.ok()) return again.takeError();
        lent.cgroup = std::move(again.value());
        const int answer = setup_(data_, &lent, lent.cgroup.directory.get());
        if (answer >= 0) return {};
        constexpr int kLastErrno = 4'095;
        const int code = answer < -kLastErrno ? EINVAL : -answer;
        return Error{"set up cgroup " + escapeForPeople(subject.path), code};
    }

private:
    prune_ctx& ctx_;
    prune_setup_fn* setup_;
    void* data_;
};

/// What the caller's struct says. Errors: EINVAL: its size is not that of 0.1, the oldest, or more; E2BIG: it
/// says something in members that a later version has added.
Result<prune_enter_options> readOptions(const prune_enter_options* options) {
    prune_enter_options known{};
    if (options == nullptr) return known;
    if (options->size < sizeof known) return Error{"enter a cgroup by options whose size is not set", EINVAL};
    const auto* bytes = reinterpret_cast<const unsigned char*>(options);
    const bool saysMore =
        std::any_of(bytes + sizeof known, bytes + options->size, [](int byte) { return byte != 0; });
    if (saysMore)
        return Error{"enter a cgroup by options that this version of libprune does not know", E2BIG};
    std::memcpy(&known, options, sizeof known);
    return known;
}

EnterOptions optionsOf(const prune_enter_options& asked) {
    EnterOptions options;
    options.pid = asked.pid;
    options.mayMake = (asked.flags & PRUNE_EXISTING) == 0;
    options.notify = (asked.flags & PRUNE_NOTIFY) != 0;
    options.bare = (asked.flags & PRUNE_BARE) != 0;
    return options;
}

int enter(prune_ctx& ctx, const char* hierarchy, const char* path, const EnterOptions& options) {
    const auto open = api::openByName(ctx, hierarchy);
    if (!open.ok()) return api::fail(ctx, open.error());
    const auto parsed = CgroupPath::parse(path);
    if (!parsed.ok()) return api::fail(ctx, parsed.error());
    auto context = ctx.context();
    const auto made = enterCgroup(context, open.value(), parsed.value(), options);
    if (!made.ok()) return api::fail(ctx, made.error());
    return made.value() ? 1 : 0;
}

}  // namespace

int prune_enter(prune_ctx* ctx, const char* hierarchy, const char* path, const prune_enter_options* options) {
    return api::guarded(ctx, [&] {
        const auto read = readOptions(options);
        if (!read.ok()) return api::fail(*ctx, read.error());
        const auto& asked = read.value();
        if (!api::areKnown(*ctx, asked.flags, PRUNE_BARE | PRUNE_NOTIFY | PRUNE_EXISTING)) return -EINVAL;
        if (path == nullptr || asked.pid < 0) return api::fail(*ctx, {"enter a cgroup: path or pid", EINVAL});
        CallersSetup callers(*ctx, asked.setup, asked.data);
        auto entering = optionsOf(asked);
        entering.setup = asked.setup == nullptr ? nullptr : &callers;
        return enter(*ctx, hierarchy, path, entering);
    });
}

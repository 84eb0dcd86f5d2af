// SPDX-License-Identifier: MIT
#include "creator/capture.h"
#include "job.h"
#include "prune/keep.h"
#include "prune/register_facts.h"

namespace prune::faults {

namespace {

using OnSubject = std::function<Result<Change>(Context&, const Subject&)>;

Job onCgroup(const std::string& name, const std::string& path, OnSubject act, bool forgets = false) {
    Job job;
    job.name = name;
    job.act = [path, act](Context& context, Host&) {
        readConf(context);
        return withCgroup(context.system, kFreezer, path,
                          [&](const Subject& subject) { return act(context, subject); });
    };
    job.isAskedAgain = true;
    job.forgets = forgets;
    return job;
}

}  // namespace

std::vector<Job> factJobs() {
    return {
        onCgroup("a creator's registration", "/litter",
                 [](Context& context, const Subject& subject) -> Result<Change> {
                     const auto creator = captureByPid(context.system, Host::kLiving, {});
                     if (!creator.ok()) return creator.error();
                     return registerCreator(context, subject, creator.value(), FactSource::registered);
                 }),
        onCgroup("a creator's registration anew", "/ended",
                 [](Context& context, const Subject& subject) -> Result<Change> {
                     const auto creator = captureByPid(context.system, Host::kLiving, {});
                     if (!creator.ok()) return creator.error();
                     return registerCreator(context, subject, creator.value(), FactSource::registered);
                 }),
        onCgroup("a delegation", "/tree",
                 [](Context& context, const Subject& subject) {
                     return delegateCgroup(context, subject, {1000, 1000}, true);
                 }),
        onCgroup(
            "a forget", "/living",
            [](Context& context, const Subject& subject) {
                return forget(context, subject, FactKind::creator);
            },
            true),
        onCgroup(
            "an undelegation", "/given",
            [](Context& context, const Subject& subject) {
                return forget(context, subject, FactKind::delegated);
            },
            true),
        onCgroup("a keep", "/tree",
                 [](Context& context, const Subject& subject) {
                     return setKeep(context.system, subject.cgroup, KeepMark::root);
                 }),
        onCgroup(
            "an unkeep", "/kept",
            [](Context& context, const Subject& subject) {
                return removeKeep(context.system, subject.cgroup, KeepMark::root);
            },
            true),
    };
}

}  // namespace prune::faults

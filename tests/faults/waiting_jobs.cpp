// SPDX-License-Identifier: MIT
// Releases that cannot be acted on at once: a lock is held, the linger is not over, there is no room for the
// entry, another hierarchy may be meant.
#include <limits>
#include <stdexcept>

#include "job.h"

namespace prune::faults {

namespace {

constexpr std::int64_t kSoonMs = 30'000;

Job waiting(const std::string& name, const std::string& path, std::function<void(Host&)> prepare,
            const std::string& agent = kAlias) {
    return {name, std::move(prepare),
            [path, agent](Context& context, Host&) { return releaseAs(context, agent, path); }};
}

/// A manager works in it, for less than lock-patience.
void lockLitter(Host& host) {
    constexpr std::int64_t kAtWorkMs = 2'000;
    const auto directory = host.kernel.cgroupDirectory(kFreezer, "/litter");
    host.kernel.lock(directory, false);
    host.kernel.at(host.kernel.bootTimeMs() + kAtWorkMs,
                   [&host, directory] { host.kernel.unlock(directory); });
}

void setLinger(Host& host) {
    const std::string file = "/etc/cgprune/cgprune.conf";
    const std::string none = "linger = 0";
    auto text = host.kernel.fileText(file).value();
    if (text.find(none) == std::string::npos) throw std::logic_error("no linger to set in " + file);
    text.replace(text.find(none), none.size(), "linger = 5s");
    host.kernel.writeFile(file, text);
}

void fillRun(Host& host) {
    host.kernel.limitSpace("/run", 0);
    host.kernel.at(host.kernel.bootTimeMs() + kSoonMs,
                   [&host] { host.kernel.limitSpace("/run", std::numeric_limits<std::size_t>::max()); });
}

/// A hierarchy that is mounted nowhere may have called as well.
void setPlainAgent(Host& host) {
    const std::string mountPoint = "/sys/fs/cgroup/devices";
    host.kernel.addHierarchy("devices", mountPoint);
    host.kernel.makeCgroup("devices", "/a");
    host.kernel.unmount(mountPoint);
    host.kernel.setAgent(kFreezer, kPlainAgent);
}

}  // namespace

std::vector<Job> waitingJobs() {
    return {waiting("the release of /litter while its lock is held", "/litter", lockLitter),
            waiting("the release of /litter with a linger", "/litter", setLinger),
            waiting("the release of /living while /run is full", "/living", fillRun),
            waiting("the release of /litter that may be another hierarchy's", "/litter", setPlainAgent,
                    kPlainAgent)};
}

}  // namespace prune::faults

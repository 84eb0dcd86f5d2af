// SPDX-License-Identifier: MIT
#include "host.h"

#include <stdexcept>

#include "base/record.h"
#include "base/text.h"
#include "creator/capture.h"
#include "creator/creator.h"
#include "prune/keep.h"
#include "prune/register_facts.h"
#include "prune/release.h"
#include "store/journal.h"
#include "store/registry.h"
#include "store/state_folder.h"
#include "support/enabled_hierarchy.h"
#include "sys/files.h"

namespace prune::faults {

namespace {

constexpr const char* kConf =
    "[default]\npolicy = creator-gone delegated\nlinger = 0\nsweep = yes\nsweep-linger = 1s\nretry = 1s..8s\n"
    "give-up = 30d\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = creator-gone\nlinger = 0\n"
    "sweep = yes\nsweep-linger = 1s\nretry = 1s..8s\n";

void must(const Status& status) {
    if (!status.ok()) throw std::logic_error(status.error().text());
}

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::logic_error(result.error().text());
    return std::move(result.value());
}

std::vector<std::string> cgroupsOf(const std::string& hierarchy) {
    if (hierarchy == kUnified) return {"/w/litter", "/w/living"};
    return {"/litter", "/ended", "/living", "/kept", "/given", "/full", "/tree", "/tree/leaf"};
}

}  // namespace

Host::Host() {
    kernel.setClock(1'000'000);
    kernel.hasFanotify = true;
    kernel.makeSocket("/dev/log");
    kernel.makeFolder("/etc/cgprune");
    kernel.writeFile("/etc/cgprune/cgprune.conf", kConf);
    kernel.makeSymlink("/.", "/proc/1/root");  // this is no container
    makeAll();
    rememberAll();
}

void Host::makeAll() {
    enableHierarchy(kernel, kFreezer);
    kernel.addHierarchy(kUnified, "/sys/fs/cgroup/unified", true);
    for (const auto& path : cgroupsOf(kFreezer)) {
        kernel.makeCgroup(kFreezer, path);
        kernel.setNotify(kFreezer, path);
    }
    for (const auto& path : cgroupsOf(kUnified)) kernel.makeCgroup(kUnified, path);
    kernel.enter(900, kFreezer, "/full");
}

void Host::rememberAll() {
    Log log(tasks, "faults");
    Context context{tasks, log, {}};
    tasks.start(kLiving, 100);
    tasks.start(kEnded, 101);
    const auto registers = [&](const std::string& hierarchy, const std::string& path, int pid) {
        const auto creator = captureByPid(tasks, pid, {});
        must(withCgroup(tasks, hierarchy, path, [&](const Subject& subject) {
            return registerCreator(context, subject, creator.value(), FactSource::registered);
        }));
    };
    registers(kFreezer, "/living", kLiving);
    registers(kFreezer, "/ended", kEnded);
    registers(kUnified, "/w/living", kLiving);
    must(withCgroup(tasks, kFreezer, "/kept",
                    [&](const Subject& subject) { return setKeep(tasks, subject.cgroup, KeepMark::root); }));
    must(withCgroup(tasks, kFreezer, "/given", [&](const Subject& subject) {
        return registerDelegation(context, subject, {1000, 1000}, FactSource::registered);
    }));
    tasks.end(kEnded);
    kernel.datagrams.clear();
}

void Host::callAgents() {
    if (isTreeCalled_ || kernel.hasCgroup(kFreezer, "/tree/leaf")) return;
    isTreeCalled_ = true;
    Log log(tasks, "release-agent");
    Context context{tasks, log, {}};
    static_cast<void>(release(context, kAlias, "/tree"));
}

void Host::visit(const std::string& hierarchy, const std::string& path) {
    constexpr int kTask = 9'999;
    if (!kernel.hasCgroup(hierarchy, path)) return;
    kernel.enter(kTask, hierarchy, path);
    kernel.useCpu(kUnified, "/w", 5);
    kernel.leave(kTask);
}

namespace {

void addCgroups(Host& host, const std::string& hierarchy, Snapshot& there) {
    auto paths = cgroupsOf(hierarchy);
    paths.push_back("/litter/new");  // is entered
    for (const auto& path : paths) {
        if (!host.kernel.hasCgroup(hierarchy, path)) continue;
        there["cgroup " + path] = decimalUnsigned(host.kernel.cgroupId(hierarchy, path));
        const auto directory = host.kernel.cgroupDirectory(hierarchy, path);
        for (const auto mark : {KeepMark::root, KeepMark::owner})
            if (const auto value = host.kernel.xattr(directory, xattrOf(mark)))
                there["mark " + path + ' ' + xattrOf(mark)] = *value;
    }
}

/// What a fact has to say. Of a creator kernels of several ages tell more or less than what decides.
std::string meaning(FactKind kind, const Fact& fact) {
    RecordReader reader(fact.body);
    const auto creator = kind == FactKind::creator ? readCreator(reader) : std::nullopt;
    if (!creator) return fact.path + '\n' + fact.body;
    return fact.path + ' ' + decimal(creator->task.pid) + ' ' + decimalUnsigned(creator->task.startTicks);
}

void addFacts(System& system, const std::string& hierarchy, Snapshot& there) {
    Registry registry(system, false);
    for (const auto& key : must(registry.keys(hierarchy))) {
        const auto fact = registry.find(key);
        const auto name = hierarchy + ' ' + decimalUnsigned(key.id) + ' ' + std::string(word(key.kind));
        there["fact " + name] = fact.ok() && fact.value() ? meaning(key.kind, *fact.value()) : "broken";
    }
}

void addEntries(System& system, const std::string& hierarchy, Snapshot& there) {
    Journal journal(system, false);
    for (const auto& key : must(journal.keys(hierarchy))) {
        const auto entry = journal.find(key);
        there["entry " + hierarchy + ' ' + decimalUnsigned(key.id)] =
            entry.ok() && entry.value() ? entry.value()->path : "broken";
    }
}

/// What enable and disable change.
void addAgents(Host& host, Snapshot& there) {
    for (const std::string hierarchy : {"freezer", "devices"})
        for (const std::string file : {"release_agent", "notify_on_release"})
            if (const auto path = "/sys/fs/cgroup/" + hierarchy + '/' + file; host.kernel.exists(path))
                there[file + ' ' + hierarchy] = host.kernel.fileText(path).value();
    for (const auto& name : host.kernel.names("/run/cgprune/agents"))
        if (!name.starts_with(kTemporary)) there["agents " + name] = "";
}

void addSweeps(Host& host, Snapshot& there) {
    for (const std::string folder : {"sweep-needed", "sweep-begun"})
        for (const auto& hierarchy : host.kernel.names("/run/cgprune/" + folder))
            there[folder + ' ' + hierarchy] = "";
}

void collectTemporaries(Host& host, const std::string& folder, std::vector<std::string>& found) {
    for (const auto& name : host.kernel.names(folder)) {
        const auto path = folder + '/' + name;
        if (name.starts_with(kTemporary)) found.push_back(path);
        collectTemporaries(host, path, found);
    }
}

}  // namespace

Snapshot snapshotOf(Host& host) {
    Snapshot there;
    for (const auto& hierarchy : {kFreezer, kUnified}) {
        addCgroups(host, hierarchy, there);
        addFacts(host.tasks, hierarchy, there);
        addEntries(host.tasks, hierarchy, there);
    }
    addSweeps(host, there);
    addAgents(host, there);
    return there;
}

std::set<std::string> sweepsIn(const Snapshot& there) {
    std::set<std::string> hierarchies;
    for (const auto& [key, value] : there)
        if (key.starts_with("sweep-")) hierarchies.insert(key.substr(key.find(' ') + 1));
    return hierarchies;
}

void askForSweeps(Host& host, const std::set<std::string>& hierarchies) {
    for (const auto& hierarchy : hierarchies) must(setSweepNeeded(host.tasks, hierarchy));
}

std::vector<std::string> temporaries(Host& host) {
    std::vector<std::string> found;
    collectTemporaries(host, "/run/cgprune", found);
    return found;
}

std::vector<std::string> complaints(const Host& host) {
    std::vector<std::string> lines;
    // "<28>...": facility daemon (24) and a level up to warning (4).
    for (const auto& datagram : host.kernel.datagrams)
        if (datagram.bytes.starts_with("<2") && datagram.bytes[2] >= '4' && datagram.bytes[2] <= '8')
            lines.push_back(datagram.bytes);
    for (const auto& line : host.kernel.kernelMessages) lines.push_back(line);
    return lines;
}

}  // namespace prune::faults

// SPDX-License-Identifier: MIT
#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/record.h"
#include "cgroup_tree.h"
#include "creator/capture.h"
#include "prune/defer.h"

namespace prune::stepping {

namespace {

namespace files = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set; the scripts set it");
    return value;
}

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error(result.error().text());
    return std::move(result.value());
}

std::string bodyFor(System& system, pid_t pid) {
    RecordWriter writer;
    writeCreator(writer, must(captureByPid(system, pid, {})));
    return writer.str();
}

}  // namespace

World::World()
    : mount_(environment("STEP_MOUNT")),
      hierarchy_(environment("STEP_HIERARCHY")),
      bin_(environment("STEP_BIN")) {
    // What a killed program leaves behind becomes our child, and so cannot be lost.
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) fail("become a subreaper");
    creator_ = startCreator();
    alive_ = bodyFor(system_, creator_);
    const pid_t ended = startCreator();
    gone_ = bodyFor(system_, ended);
    endCreator(ended);
    files::copy_file(inBin("release-agent"), inBin("other-agent"), files::copy_options::overwrite_existing);
}

World::~World() {
    ::kill(creator_, SIGKILL);
    ::waitpid(creator_, nullptr, 0);
    releaseHeld();
}

pid_t World::startCreator() {
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child != 0) return *creators_.insert(child).first;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (true) ::pause();
}

void World::endCreator(pid_t pid) {
    ::kill(pid, SIGKILL);
    waitFor(pid);
    creators_.erase(pid);
}

void World::makeAnew() {
    releaseHeld();
    setAgent("");
    removeAllBelow(mount_);
    setFlag(mount_, false);
    files::remove_all(kStateFolder);
    files::remove_all("/etc/cgprune");
    paths_.clear();
    mustStay_.clear();
    enable();
    makeSentinels();
}

void World::makeSentinels() {
    for (const char* path : {"/unflagged", "/targe", "/target2", "/target-x"}) make(path, false);
    make("/kept");
    setMark(at("/kept"), "trusted.cgprune.keep");
    make("/alive");
    registerAlive("/alive");
    make("/parent", false);
    make("/parent/child", false);
    setFlag(at("/parent"), true);
    for (const auto& [id, path] : paths_) mustStay_.push_back(path);
}

void World::make(const std::string& path, bool flag) {
    makeCgroup(at(path), flag);
    paths_[idOf(at(path))] = path;
}

void World::remove(const std::string& path) const {
    if (::rmdir(at(path).c_str()) < 0) fail("remove " + path);
}

void World::conf(Drainer drainer, const std::string& rule) {
    drainer_ = drainer;
    rule_ = rule;
    files::create_directories("/etc/cgprune");
    writeConf(drainer != Drainer::none);
}

/// In one step: a drainer reads it at any moment.
void World::writeConf(bool drainer) const {
    const std::string agent = "[agent]\nlog-level = error\nambiguous-linger = 0\ndrainer = ";
    writeText("/etc/cgprune/next", agent + (drainer ? "yes" : "no") + "\n[default]\n" + rule_);
    files::rename("/etc/cgprune/next", "/etc/cgprune/cgprune.conf");
}

/// As `cgprune enable` leaves it; only its own operations call that.
void World::enable() const {
    files::create_directories(std::string(kStateFolder) + "/agents");
    files::permissions(kStateFolder, files::perms::owner_all);
    files::create_symlink(inBin("release-agent"), alias());
    files::create_symlink(mount_, alias() + ".mount");
    setAgent(alias());
}

void World::disable(const std::string& agent, bool facts) const {
    files::remove_all(std::string(kStateFolder) + (facts ? "/agents" : ""));
    setAgent(agent);
}

void World::setAgent(const std::string& text) const { writeText(at("/release_agent"), text + '\n'); }

void World::registerAlive(const std::string& path) { registerFact(path, FactKind::creator, alive_); }

void World::registerGone(const std::string& path) { registerFact(path, FactKind::creator, gone_); }

Fact World::factOf(const std::string& path, std::string body) {
    const auto instance = must(instanceOf(system_, hierarchy_));
    return {instance.boot,          instance.hierarchyId, path,
            FactSource::registered, system_.bootTimeMs(), std::move(body)};
}

void World::registerFact(const std::string& path, FactKind kind, const std::string& body) {
    must(Registry(system_).put({hierarchy_, id(path), kind}, factOf(path, body)));
}

void World::leaveLitter() {
    constexpr std::uint64_t kNeverMade = 999'999'999;
    must(Registry(system_).put({hierarchy_, kNeverMade, FactKind::creator}, factOf("/never-made", gone_)));
}

void World::mountOn(const std::string& path) {
    if (::mount("none", at(path).c_str(), "tmpfs", 0, nullptr) < 0) fail("mount on " + path);
    mountedOn_ = at(path);
}

void World::lock(const std::string& path) {
    locked_ = ::open(at(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (locked_ < 0 || ::flock(locked_, LOCK_SH | LOCK_NB) < 0) fail("lock " + path);
    lockedPath_ = path;
}

void World::releaseHeld() {
    if (!mountedOn_.empty()) ::umount2(mountedOn_.c_str(), MNT_DETACH);
    if (locked_ >= 0) ::close(locked_);
    mountedOn_.clear();
    locked_ = -1;
}

Command World::agent(const std::string& path) const {
    auto text = readText(at("/release_agent"));
    text.pop_back();
    return {inBin("release-agent"), {text, path}};
}

Command World::cgprune(std::vector<std::string> words) const {
    words.insert(words.begin(), "cgprune");
    return {inBin("cgprune"), std::move(words)};
}

std::vector<pid_t> World::children() const {
    const auto self = std::to_string(::getpid());
    std::ifstream file("/proc/" + self + "/task/" + self + "/children");
    std::vector<pid_t> found;
    for (pid_t pid = 0; file >> pid;)
        if (!creators_.contains(pid)) found.push_back(pid);
    return found;
}

void World::endLeftBehind() {
    // A drainer reads the conf anew when it changes, and ends when there shall be none.
    const bool isTold = drainer_ == Drainer::goesOn;
    if (isTold) writeConf(false);
    for (const pid_t pid : children()) waitFor(pid);
    if (isTold) writeConf(true);
}

std::uint64_t World::id(const std::string& path) const {
    for (const auto& [id, known] : paths_)
        if (known == path) return id;
    throw std::logic_error("no cgroup " + path + " was made");
}

}  // namespace prune::stepping

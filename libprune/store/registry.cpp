// SPDX-License-Identifier: MIT
#include "store/registry.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "store/name_count.h"
#include "store/state_folder.h"
#include "store/temporaries.h"
#include "sys/files.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr std::size_t kMaxFactBytes = 65'536;

std::string folderOf(const std::string& hierarchy) { return "registry/" + hierarchy; }

std::string pathOf(const std::string& hierarchy) {
    return std::string(kStateFolder) + '/' + folderOf(hierarchy);
}

std::string nameOf(const FactKey& key) { return decimalUnsigned(key.id) + '.' + std::string(word(key.kind)); }

std::string fileOf(const FactKey& key) { return pathOf(key.hierarchy) + '/' + nameOf(key); }

std::string asideOf(const FactKey& key) { return fileOf(key) + kBroken; }

/// "17.creator", "17.delegated", with or without ".broken".
std::optional<FactKey> keyOf(const std::string& hierarchy, std::string_view name) {
    if (name.ends_with(kBroken)) name.remove_suffix(std::string_view(kBroken).size());
    const auto id = parseUnsigned(cutField(name, '.'));
    if (!id) return std::nullopt;
    for (const auto kind : {FactKind::creator, FactKind::delegated})
        if (name == word(kind)) return FactKey{hierarchy, *id, kind};
    return std::nullopt;
}

Error isBroken(const FactKey& key) {
    return {"understand " + escapeForPeople(fileOf(key)) +
                ", which is broken or of another version; its cgroup stays until " +
                std::string(verbThatDrops(key.kind)),
            EBADMSG};
}

Status hasRoom(System& system, int folder, const std::string& hierarchy) {
    const auto facts = countNames(system, folder, ".", isTmpfs(system, folder));
    if (!facts.ok()) return facts.error();
    if (facts.value() < kMaxFactsObserved) return {};
    return Error{"remember what was observed in " + escapeForPeople(hierarchy) + ", of which there are " +
                     decimalUnsigned(facts.value()) + " facts already",
                 ENOSPC};
}

Result<bool> removeFile(System& system, const std::string& path) {
    const int failed = system.unlinkAt(AT_FDCWD, path.c_str(), 0);
    if (failed < 0 && failed != -ENOENT) return Error{"remove " + escapeForPeople(path), -failed};
    return failed == 0;
}

}  // namespace

Result<bool> Registry::put(const FactKey& key, const Fact& fact) {
    auto folder = openStateSubfolder(system_, folderOf(key.hierarchy));
    if (!folder.ok()) return folder.takeError();
    if (fact.source == FactSource::observed)
        if (auto dropped = dropLitter(key, fact); !dropped.ok()) return dropped.takeError();
    const SharedLock lock(system_, folder.value().get());
    // Who holds it may be about to drop litter of the same name.
    if (!lock.held()) return Error{"lock " + escapeForPeople(pathOf(key.hierarchy)), lock.problem()};
    if (fact.source == FactSource::observed) return putObserved(folder.value().get(), key, fact);
    auto written =
        writeWhole(system_, folder.value().get(), nameOf(key).c_str(), formatFact(key, fact), kStateFileMode);
    if (!written.ok()) return written.takeError();
    return true;
}

/// Before the lock that put() takes, since nothing may be written between the look and the removal.
Status Registry::dropLitter(const FactKey& key, const Fact& fact) {
    const auto known = read(key);
    if (!known.ok() || !known.value()) return {};  // putObserved() sees to it
    if (known.value()->boot == fact.boot && known.value()->hierarchyId == fact.hierarchyId) return {};
    auto dropped = dropIfStill(key, known.value());
    if (!dropped.ok()) return dropped.takeError();
    const auto now = dropped.value() ? Result<std::optional<Fact>>(std::nullopt) : read(key);
    if (!now.ok() || now.value() != known.value()) return {};
    return Error{"drop " + escapeForPeople(fileOf(key)) + ", which is litter", EWOULDBLOCK};
}

Result<bool> Registry::putObserved(int folder, const FactKey& key, const Fact& fact) {
    const auto known = read(key);
    if (!known.ok() && known.error().code == EBADMSG) return false;
    if (!known.ok()) return known.error();
    if (known.value()) return false;
    if (auto room = hasRoom(system_, folder, key.hierarchy); !room.ok()) return room.takeError();
    auto written = writeNew(system_, folder, nameOf(key).c_str(), formatFact(key, fact), kStateFileMode);
    if (!written.ok() && written.error().code == EEXIST) return false;
    if (!written.ok()) return written.takeError();
    return true;
}

Result<std::optional<Fact>> Registry::read(const FactKey& key) {
    auto text = readWhole(system_, AT_FDCWD, fileOf(key).c_str(), kMaxFactBytes);
    if (!text.ok() && text.error().code == ENOENT) {
        FileStat stat;
        if (system_.statAt(AT_FDCWD, asideOf(key).c_str(), AT_SYMLINK_NOFOLLOW, stat) == 0)
            return isBroken(key);
        return std::optional<Fact>();
    }
    if (!text.ok() && text.error().code != EFBIG) return text.takeError();
    auto fact = text.ok() ? parseFact(key, text.value()) : std::nullopt;
    if (!fact) return isBroken(key);
    return fact;
}

Result<std::optional<Fact>> Registry::find(const FactKey& key) {
    auto fact = read(key);
    if (!mayChange_ || fact.ok() || fact.error().code != EBADMSG) return fact;
    setAside(key);
    return fact;
}

/// Under the lock that put() takes, so that it is the broken one that moves.
void Registry::setAside(const FactKey& key) {
    FileStat stat;
    if (system_.statAt(AT_FDCWD, fileOf(key).c_str(), AT_SYMLINK_NOFOLLOW, stat) < 0) return;
    const auto folder = openStateSubfolder(system_, folderOf(key.hierarchy));
    if (!folder.ok()) return;
    const ExclusiveLock lock(system_, folder.value().get());
    if (!lock.held() || read(key).ok()) return;
    system_.renameAt(AT_FDCWD, fileOf(key).c_str(), AT_FDCWD, asideOf(key).c_str());
}

Result<std::uint64_t> Registry::size(const std::string& hierarchy) {
    const auto folder = openStateSubfolder(system_, folderOf(hierarchy));
    if (!folder.ok()) return folder.error();
    return countNames(system_, folder.value().get(), ".", isTmpfs(system_, folder.value().get()));
}

Result<bool> Registry::dropIfStill(const FactKey& key, const std::optional<Fact>& seen) {
    const auto folder = openStateSubfolder(system_, folderOf(key.hierarchy));
    if (!folder.ok()) return folder.error();
    const ExclusiveLock lock(system_, folder.value().get());
    if (!lock.held()) return false;
    const auto now = read(key);
    const bool isSame = seen ? now.ok() && now.value() == seen : !now.ok() && now.error().code == EBADMSG;
    return isSame ? drop(key) : Result<bool>(false);
}

Result<bool> Registry::move(const FactKey& key, std::string_view path) {
    const auto folder = openStateSubfolder(system_, folderOf(key.hierarchy));
    if (!folder.ok()) return folder.error();
    const ExclusiveLock lock(system_, folder.value().get());
    if (!lock.held()) return false;
    auto known = read(key);
    if (!known.ok() && known.error().code != EBADMSG) return known.takeError();
    if (!known.ok() || !known.value()) return false;
    known.value()->path = path;
    auto written = writeWhole(system_, folder.value().get(), nameOf(key).c_str(),
                              formatFact(key, *known.value()), kStateFileMode);
    if (!written.ok()) return written.takeError();
    return true;
}

Result<bool> Registry::drop(const FactKey& key) {
    auto fact = removeFile(system_, fileOf(key));
    if (!fact.ok()) return fact;
    auto aside = removeFile(system_, asideOf(key));
    if (!aside.ok()) return aside;
    return fact.value() || aside.value();
}

Result<bool> Registry::dropForGood(const FactKey& key) {
    const auto path = pathOf(key.hierarchy);
    const Fd folder(system_, system_.openAt(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (folder.get() == -ENOENT) return false;
    if (!folder.valid()) return Error{"open the folder " + escapeForPeople(path), -folder.get()};
    const SharedLock lock(system_, folder.get());
    if (!lock.held()) return Error{"lock " + escapeForPeople(path), lock.problem()};
    return drop(key);
}

Result<std::uint64_t> Registry::dropTemporaries(const std::string& hierarchy) {
    return prune::dropTemporaries(system_, folderOf(hierarchy));
}

Result<std::vector<FactKey>> Registry::keys(const std::string& hierarchy) {
    const auto names = listStateSubfolder(system_, folderOf(hierarchy));
    if (!names.ok()) return names.error();
    std::vector<FactKey> found;
    for (const auto& name : names.value())
        if (auto key = keyOf(hierarchy, name)) found.push_back(std::move(*key));
    return found;
}

Result<std::vector<std::string>> Registry::hierarchies() { return listStateSubfolder(system_, "registry"); }

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "store/registry.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr unsigned kFactMode = 0600;
constexpr std::size_t kMaxFactBytes = 65'536;
constexpr std::string_view kBroken = ".broken";

std::string folderOf(const std::string& hierarchy) { return "registry/" + hierarchy; }

std::string nameOf(const FactKey& key) { return decimalUnsigned(key.id) + '.' + std::string(word(key.kind)); }

std::string fileOf(const FactKey& key) {
    return std::string(kStateFolder) + '/' + folderOf(key.hierarchy) + '/' + nameOf(key);
}

std::string asideOf(const FactKey& key) { return fileOf(key) + std::string(kBroken); }

/// "17.creator", "17.delegated", with or without ".broken".
std::optional<FactKey> keyOf(const std::string& hierarchy, std::string_view name) {
    if (name.ends_with(kBroken)) name.remove_suffix(kBroken.size());
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

Result<bool> removeFile(System& system, const std::string& path) {
    const int failed = system.unlinkAt(AT_FDCWD, path.c_str(), 0);
    if (failed < 0 && failed != -ENOENT) return Error{"remove " + escapeForPeople(path), -failed};
    return failed == 0;
}

}  // namespace

Result<bool> Registry::put(const FactKey& key, const Fact& fact) {
    auto folder = openStateSubfolder(system_, folderOf(key.hierarchy));
    if (!folder.ok()) return folder.takeError();
    const auto write = fact.source == FactSource::observed ? writeNew : writeWhole;
    auto written =
        write(system_, folder.value().get(), nameOf(key).c_str(), formatFact(key, fact), kFactMode);
    if (written.ok()) return true;
    if (fact.source == FactSource::observed && written.error().code == EEXIST) return false;
    return written.takeError();
}

Result<std::optional<Fact>> Registry::find(const FactKey& key) {
    const auto path = fileOf(key);
    auto text = readWhole(system_, AT_FDCWD, path.c_str(), kMaxFactBytes);
    if (!text.ok() && text.error().code == ENOENT) {
        FileStat stat;
        if (system_.statAt(AT_FDCWD, asideOf(key).c_str(), AT_SYMLINK_NOFOLLOW, stat) == 0)
            return isBroken(key);
        return std::optional<Fact>();
    }
    if (!text.ok() && text.error().code != EFBIG) return text.takeError();
    auto fact = text.ok() ? parseFact(key, text.value()) : std::nullopt;
    if (fact) return fact;
    if (mayChange_) system_.renameAt(AT_FDCWD, path.c_str(), AT_FDCWD, asideOf(key).c_str());
    return isBroken(key);
}

Result<bool> Registry::drop(const FactKey& key) {
    auto fact = removeFile(system_, fileOf(key));
    if (!fact.ok()) return fact;
    auto aside = removeFile(system_, asideOf(key));
    if (!aside.ok()) return aside;
    return fact.value() || aside.value();
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

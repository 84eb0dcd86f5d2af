// SPDX-License-Identifier: MIT
#include "snapshot.h"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <sstream>

#include "base/record.h"
#include "base/text.h"
#include "cgroup_tree.h"
#include "command.h"
#include "store/state_folder.h"
#include "sys/files.h"

namespace prune::stepping {

namespace {

namespace files = std::filesystem;

/// Values that differ from run to run.
constexpr std::string_view kVarying[] = {
    "recorded=", "empty-since=", "due=", "looks=", "lock-held-since=", "failing-since=", "id=", "pid="};

std::string withoutTimes(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        for (const auto key : kVarying)
            if (line.starts_with(key)) line = key;
        result += line + '\n';
    }
    return result;
}

std::string modified(const std::string& path) {
    struct stat stat {};
    if (::lstat(path.c_str(), &stat) < 0) fail("look at " + path);
    return std::to_string(stat.st_mtim.tv_sec) + '.' + std::to_string(stat.st_mtim.tv_nsec);
}

template <class Map>
std::string textOf(const char* title, const Map& map) {
    std::string text;
    for (const auto& [name, value] : map) text += std::string(title) + ' ' + name + ": " + value + '\n';
    return text;
}

std::string textOf(const char* title, const std::set<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += std::string(title) + ' ' + name + '\n';
    return text;
}

/// One look at the state folder.
class StateReader {
public:
    StateReader(World& world, Snapshot& snapshot) : world_(world), snapshot_(snapshot) {}

    void read() {
        if (!files::exists(kStateFolder)) return;
        for (const auto& entry : files::recursive_directory_iterator(kStateFolder)) {
            const auto relative = entry.path().lexically_relative(kStateFolder);
            if (entry.is_directory() && !entry.is_symlink())
                snapshot_.others.insert("folder " + relative.string());
            else
                readFile(entry.path().string(), {relative.begin(), relative.end()});
        }
    }

private:
    using Parts = std::vector<std::string>;

    void readFile(const std::string& path, const Parts& parts) {
        const auto& name = parts.back();
        if (name.starts_with(kTemporary)) return addTemporary(path);
        if (name.ends_with(kBroken)) return complain(path, "was set aside");
        const auto& folder = parts.front();
        if (folder == "registry" && parts.size() == 3) return readFact(path, parts[1], name);
        if (folder == "journal" && parts.size() == 4) return readEntry(path, parts[1], parts[2], name);
        if (folder == "agents" && parts.size() == 2) return readAgent(path, name);
        if (folder == "sweep-needed" && parts.size() == 2) {
            snapshot_.sweeps.insert(name);
            return;
        }
        readOther(path, folder);
    }

    void addTemporary(const std::string& path) {
        snapshot_.temporaries.insert(files::path(path).parent_path().string());
        snapshot_.raw += "temporary " + path + '\n';
    }

    void readOther(const std::string& path, const std::string& folder) {
        if (folder == "next-due")
            snapshot_.others.insert(nextDue(world_.system()) == kNever ? "next-due: never"
                                                                       : "next-due: some time");
        else
            snapshot_.others.insert(path);
        if (folder != "counters") snapshot_.raw += path + ' ' + modified(path) + '\n';
    }

    void complain(const std::string& path, const std::string& what) {
        snapshot_.broken.push_back(path + ": " + what);
    }

    std::string pathOf(std::uint64_t id) const {
        const auto known = world_.paths().find(id);
        return known == world_.paths().end() ? "no cgroup" : known->second;
    }

    void readFact(const std::string& path, const std::string& hierarchy, const std::string& name) {
        std::string_view rest = name;
        const auto id = parseUnsigned(cutField(rest, '.'));
        const auto text = readText(path);
        for (const auto kind : {FactKind::creator, FactKind::delegated}) {
            if (!id || rest != word(kind)) continue;
            if (!parseFact({hierarchy, *id, kind}, text)) complain(path, "no whole fact: " + text);
            snapshot_.facts[pathOf(*id) + '.' + std::string(rest)] = withoutTimes(text);
            snapshot_.raw += text;
            return;
        }
        complain(path, "not the name of a fact");
    }

    void readEntry(const std::string& path, const std::string& hierarchy, const std::string& owner,
                   const std::string& name) {
        const auto id = parseUnsigned(name);
        const auto uid = parseUnsigned(owner);
        const auto text = readText(path);
        if (!id || !uid) return complain(path, "not the name of an entry");
        if (!parseEntry({hierarchy, static_cast<std::uint32_t>(*uid), *id}, text))
            complain(path, "no whole entry: " + text);
        snapshot_.entries[pathOf(*id)] = withoutTimes(text);
        snapshot_.raw += text;
    }

    void readAgent(const std::string& path, const std::string& name) {
        const bool isLink = files::is_symlink(path);
        const auto text = isLink ? files::read_symlink(path).string() : readText(path);
        snapshot_.agents[name] = text;
        snapshot_.raw += name + ' ' + text + '\n';
        if (isLink) return;
        RecordReader reader(text, "cgprune-former", 1);
        reader.text("agent");
        reader.flag("root-flag");
        if (!reader.finished()) complain(path, "no whole record of a former agent: " + text);
    }

    World& world_;
    Snapshot& snapshot_;
};

}  // namespace

std::string Snapshot::outline() const {
    std::string text = "release_agent: " + agent + "root: " + rootFlag;
    text += textOf("cgroup", cgroups) + textOf("fact", facts) + textOf("agents", agents) +
            textOf("sweep needed", sweeps);
    for (const auto& [path, entry] : entries) text += "entry " + path + '\n';
    return text;
}

std::string Snapshot::lasting() const { return outline() + textOf("entry", entries); }

std::string Snapshot::everything() const {
    return lasting() + textOf("temporary in", temporaries) + textOf("other", others);
}

Snapshot look(World& world) {
    Snapshot snapshot;
    for (const auto& path : cgroupsBelow(world.mount())) snapshot.cgroups[path] = describe(world.at(path));
    snapshot.agent = readText(world.at("/release_agent"));
    snapshot.rootFlag = readText(world.at("/notify_on_release"));
    StateReader(world, snapshot).read();
    for (const auto& [path, text] : snapshot.cgroups) snapshot.raw += path + ' ' + text + '\n';
    snapshot.raw += snapshot.agent + snapshot.rootFlag;
    return snapshot;
}

}  // namespace prune::stepping

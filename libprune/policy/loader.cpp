// SPDX-License-Identifier: MIT
#include "policy/loader.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "policy/loader_file.h"
#include "policy/merger.h"
#include "policy/parser.h"
#include "sys/directory.h"

namespace prune {

namespace {

constexpr const char* kMainFolder = "/etc/cgprune";
constexpr const char* kMainFile = "/etc/cgprune/cgprune.conf";
constexpr const char* kMainDropIns = "/etc/cgprune/cgprune.conf.d";
constexpr std::string_view kSuffix = ".conf";

/// Where else drop-ins can lie, the higher first: what stands there masks its namesakes below.
struct LowerFolder {
    const char* folder;
    const char* dropIns;
};
constexpr LowerFolder kLowerFolders[] = {{"/run/cgprune", "/run/cgprune/cgprune.conf.d"},
                                         {"/usr/lib/cgprune", "/usr/lib/cgprune/cgprune.conf.d"}};

/// A drop-in, in the highest folder that has one of its name.
struct DropIn {
    std::string name;
    std::string path;
};

class Loader {
public:
    explicit Loader(System& system) : system_(system), files_(system, errors_) {}

    Conf run();

private:
    ParsedConf parse(const char* path);
    void findLowerDropIns(const LowerFolder& lower);
    void listDropIns(const char* folder, int fd);
    void noteDropIn(const char* folder, std::string_view name);

    System& system_;
    std::vector<ConfError> errors_;
    ConfFileReader files_;
    std::vector<DropIn> dropIns_;
};

Conf Loader::run() {
    Merger merger;
    if (files_.isTrustedFolder(kMainFolder)) {
        merger.addMain(parse(kMainFile));
        const Fd fd = files_.openFolder(kMainDropIns);
        if (fd.valid()) listDropIns(kMainDropIns, fd.get());
    }
    for (const auto& lower : kLowerFolders) findLowerDropIns(lower);
    const auto byName = [](const DropIn& a, const DropIn& b) { return a.name < b.name; };
    std::sort(dropIns_.begin(), dropIns_.end(), byName);
    for (const DropIn& dropIn : dropIns_) merger.addDropIn(parse(dropIn.path.c_str()));
    Conf conf = merger.finish();
    conf.errors = std::move(errors_);
    return conf;
}

ParsedConf Loader::parse(const char* path) {
    auto parsed = parseConf(files_.read(path), path);
    std::move(parsed.errors.begin(), parsed.errors.end(), std::back_inserter(errors_));
    return parsed;
}

/// /run/cgprune is there for other reasons too: it is looked at only where it has drop-ins.
void Loader::findLowerDropIns(const LowerFolder& lower) {
    const Fd fd = files_.openFolder(lower.dropIns);
    if (fd.valid() && files_.isTrustedFolder(lower.folder)) listDropIns(lower.dropIns, fd.get());
}

// Its buffer is large: it is not to be part of the frame of those who find no drop-ins.
[[gnu::noinline]] void Loader::listDropIns(const char* folder, int fd) {
    DirectoryReader reader(system_, fd);
    for (DirectoryReader::Entry entry;;) {
        const auto more = reader.next(entry);
        if (!more.ok()) return files_.failed(folder, "cannot be listed", more.error().code);
        if (!more.value()) return;
        if (entry.name.ends_with(kSuffix) && !entry.name.starts_with('.')) noteDropIn(folder, entry.name);
    }
}

void Loader::noteDropIn(const char* folder, std::string_view name) {
    for (const DropIn& higher : dropIns_)
        if (higher.name == name) return;
    dropIns_.push_back({std::string(name), std::string(folder).append("/").append(name)});
}

}  // namespace

Conf loadConf(System& system) { return Loader(system).run(); }

}  // namespace prune

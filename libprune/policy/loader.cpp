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
/// Where else drop-ins can lie, the higher first: what stands there masks its namesakes below.
constexpr const char* kLowerFolders[] = {"/run/cgprune", "/usr/lib/cgprune"};
constexpr std::string_view kDropInFolder = "/cgprune.conf.d";
constexpr std::string_view kSuffix = ".conf";

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
    ParsedConf parse(const std::string& path);
    void findDropIns(const std::string& base);
    void listDropIns(const std::string& folder, int fd);
    void noteDropIn(const std::string& folder, std::string_view name);

    System& system_;
    std::vector<ConfError> errors_;
    ConfFileReader files_;
    std::vector<DropIn> dropIns_;
};

Conf Loader::run() {
    Merger merger;
    if (files_.isTrustedFolder(kMainFolder)) {
        merger.addMain(parse(kMainFile));
        findDropIns(kMainFolder);
    }
    for (const char* folder : kLowerFolders) findDropIns(folder);
    const auto byName = [](const DropIn& a, const DropIn& b) { return a.name < b.name; };
    std::sort(dropIns_.begin(), dropIns_.end(), byName);
    for (const DropIn& dropIn : dropIns_) merger.addDropIn(parse(dropIn.path));
    Conf conf = merger.finish();
    conf.errors = std::move(errors_);
    return conf;
}

ParsedConf Loader::parse(const std::string& path) {
    auto parsed = parseConf(files_.read(path), path);
    std::move(parsed.errors.begin(), parsed.errors.end(), std::back_inserter(errors_));
    return parsed;
}

void Loader::findDropIns(const std::string& base) {
    const std::string folder = base + std::string(kDropInFolder);
    const Fd fd = files_.openFolder(folder);
    if (!fd.valid()) return;
    if (base == kMainFolder || files_.isTrustedFolder(base)) listDropIns(folder, fd.get());
}

// Its buffer is large: it is not to be part of the frame of those who find no drop-ins.
[[gnu::noinline]] void Loader::listDropIns(const std::string& folder, int fd) {
    DirectoryReader reader(system_, fd);
    for (DirectoryReader::Entry entry;;) {
        const auto more = reader.next(entry);
        if (!more.ok()) return files_.failed(folder, "cannot be listed", more.error().code);
        if (!more.value()) return;
        if (entry.name.ends_with(kSuffix) && !entry.name.starts_with('.')) noteDropIn(folder, entry.name);
    }
}

void Loader::noteDropIn(const std::string& folder, std::string_view name) {
    for (const DropIn& higher : dropIns_)
        if (higher.name == name) return;
    dropIns_.push_back({std::string(name), folder + '/' + std::string(name)});
}

}  // namespace

Conf loadConf(System& system) { return Loader(system).run(); }

}  // namespace prune

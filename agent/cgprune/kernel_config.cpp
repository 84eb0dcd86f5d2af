// SPDX-License-Identifier: MIT
#include "cgprune/kernel_config.h"

#include <fcntl.h>
#include <zlib.h>

#include "base/text.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr std::size_t kMost = std::size_t{4} << 20;
constexpr int kGzip = 16 + MAX_WBITS;  // zlib's way to say that a gzip header is expected

/// Nothing where it is no gzip text, or longer than kMost.
std::string unpacked(std::string packed) {
    z_stream stream{};
    if (inflateInit2(&stream, kGzip) != Z_OK) return {};
    std::string text(kMost, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const int ended = inflate(&stream, Z_FINISH);
    text.resize(ended == Z_STREAM_END ? stream.total_out : 0);
    inflateEnd(&stream);
    return text;
}

}  // namespace

Result<std::string> kernelConfig(System& system) {
    if (auto packed = readWhole(system, AT_FDCWD, "/proc/config.gz", kMost); packed.ok())
        if (auto text = unpacked(std::move(packed.value())); !text.empty()) return text;
    char buffer[256];
    const auto release = readSmall(system, AT_FDCWD, "/proc/sys/kernel/osrelease", buffer);
    if (!release.ok()) return release.error();
    const auto path =
        "/boot/config-" + std::string(trim(release.value().substr(0, release.value().find('\n'))));
    if (auto text = readWhole(system, AT_FDCWD, path.c_str(), kMost); text.ok()) return text;
    return Error{"neither /proc/config.gz nor " + escapeForPeople(path) + " can be read", 0};
}

std::string configValue(const std::string& config, std::string_view option) {
    std::string_view rest = config;
    while (!rest.empty()) {
        auto line = cutField(rest, '\n');
        if (cutField(line, '=') != option) continue;
        if (line.size() >= 2 && line.front() == '"' && line.back() == '"')
            line = line.substr(1, line.size() - 2);
        return std::string(line);
    }
    return {};
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// A file handle in a creator's lines, "254:0100000000000000": any text for it is one, or is not.
#include <climits>
#include <string>

#include "base/text.h"
#include "common/input.h"
#include "common/target.h"
#include "creator/creator.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

std::optional<FileHandle> parsed(std::string_view text) {
    RecordWriter writer;
    Creator creator;
    creator.task = {777, 100, 0, std::nullopt};
    writeCreator(writer, creator);
    const auto lines = writer.str() + "pidfd-handle=" + escape(text) + '\n';
    RecordReader reader(lines);
    const auto read = readCreator(reader);
    return read ? read->task.pidfdHandle : std::nullopt;
}

/// What it must be, byte by byte.
std::optional<FileHandle> expected(std::string_view text) {
    const auto colon = text.find(':');
    const auto type = parseUnsigned(text.substr(0, colon));
    if (colon == std::string_view::npos || !type || *type > INT_MAX) return std::nullopt;
    const auto hex = text.substr(colon + 1);
    FileHandle handle;
    handle.type = static_cast<std::int32_t>(*type);
    if (hex.empty() || hex.size() % 2 != 0 || hex.size() > 2 * sizeof handle.bytes) return std::nullopt;
    if (hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        handle.bytes[handle.size++] =
            static_cast<unsigned char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return handle;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = Input(data, size).rest();
    require(parsed(text) == expected(text), "a handle is a type and pairs of hex digits", text);
    return 0;
}

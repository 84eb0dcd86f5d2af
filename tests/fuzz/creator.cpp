// SPDX-License-Identifier: MIT
// The lines of a creator in a fact: any bytes; and creators of any values, written and read again.
#include "creator/creator.h"

#include <algorithm>
#include <string>

#include "common/input.h"
#include "common/record_check.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

std::optional<Creator> readBack(std::string_view lines) {
    RecordReader reader(lines);
    return readCreator(reader);
}

std::string written(const Creator& creator) {
    RecordWriter writer;
    writeCreator(writer, creator);
    return writer.str();
}

void checkAny(std::string_view lines) {
    const auto creator = readBack(lines);
    if (!creator) return;
    const bool hasWhatDecides = creator->decides == Decides::nameSpace ? creator->held.has_value()
                                                                       : decidingTask(*creator) != nullptr;
    require(hasWhatDecides, "a creator has what decides", lines);
    const auto text = written(*creator);
    requireReadable(text);
    require(readBack(text) == creator, "a creator that was read can be written and read again", text);
}

FileHandle anyHandle(Input& input) {
    FileHandle handle;
    handle.type = static_cast<std::int32_t>(input.byte());
    handle.size = 1U + input.byte() % sizeof handle.bytes;
    for (auto& byte : handle.bytes) byte = &byte - handle.bytes < handle.size ? input.byte() : 0;
    return handle;
}

Task anyTask(Input& input) {
    Task task;
    task.pid = 1 + static_cast<int>(input.number(4) % INT32_MAX);
    task.startTicks = input.number();
    if (input.byte() % 2 == 0) task.pidfdInode = input.number();
    if (input.byte() % 2 == 0) task.pidfdHandle = anyHandle(input);
    return task;
}

Namespace anyNamespace(Input& input) {
    Namespace held;
    held.type = static_cast<NamespaceType>(input.byte() % kNamespaceTypes);
    held.inode = input.number();
    if (input.byte() % 2 == 0) held.id = input.number();
    if (input.byte() % 2 == 0) held.handle = anyHandle(input);
    return held;
}

void checkWritten(Input input) {
    Creator creator;
    creator.decides = static_cast<Decides>(input.byte() % 4);
    creator.user = static_cast<std::uint32_t>(input.number(4));
    creator.task = anyTask(input);
    if (creator.decides == Decides::init || input.byte() % 2 == 1) creator.init = anyTask(input);
    if (creator.decides == Decides::session || input.byte() % 2 == 1) creator.session = anyTask(input);
    if (creator.decides == Decides::nameSpace || input.byte() % 2 == 1) creator.held = anyNamespace(input);
    for (auto& inode : creator.namespaces) inode = input.byte();
    creator.name = input.rest();
    const auto text = written(creator);
    requireReadable(text);
    require(readBack(text) == creator, "a creator is read as it was written", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Input input(data, size);
    checkAny(input.rest());
    checkWritten(input);
    return 0;
}

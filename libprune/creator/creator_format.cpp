// SPDX-License-Identifier: MIT
#include <climits>
#include <cstring>

#include "base/text.h"
#include "creator/creator.h"

namespace prune {

namespace {

/// "254:0100000000000000": the type, and the bytes in hex.
std::string handleText(const FileHandle& handle) {
    auto text = decimal(handle.type) + ':';
    for (std::uint32_t i = 0; i < handle.size; ++i) {
        text += kHex[handle.bytes[i] >> 4];
        text += kHex[handle.bytes[i] & 15];
    }
    return text;
}

std::optional<FileHandle> parseHandle(std::string_view text) {
    FileHandle handle;
    const auto type = parseUnsigned(cutField(text, ':'));
    if (!type || *type > INT32_MAX || text.empty() || text.size() % 2 != 0) return std::nullopt;
    if (text.size() / 2 > sizeof handle.bytes) return std::nullopt;
    handle.type = static_cast<std::int32_t>(*type);
    for (; !text.empty(); text.remove_prefix(2)) {
        const auto high = kHex.find(text[0]);
        const auto low = kHex.find(text[1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        handle.bytes[handle.size++] = static_cast<unsigned char>(high << 4 | low);
    }
    return handle;
}

void writeHandle(RecordWriter& writer, const std::string& key, const std::optional<FileHandle>& handle) {
    if (handle) writer.text(key, handleText(*handle));
}

/// False: there is a handle, and it is broken.
bool readHandle(RecordReader& reader, const std::string& key, std::optional<FileHandle>& handle) {
    const auto text = reader.optionalText(key);
    if (!text) return reader.ok();
    handle = parseHandle(*text);
    return handle.has_value();
}

void writeTask(RecordWriter& writer, const std::string& prefix, const Task& task) {
    writer.number(prefix + "pid", static_cast<std::uint64_t>(task.pid));
    writer.number(prefix + "start", task.startTicks);
    if (task.pidfdInode != 0) writer.number(prefix + "pidfd-inode", task.pidfdInode);
    writeHandle(writer, prefix + "pidfd-handle", task.pidfdHandle);
}

/// The lines behind "pid".
bool readTask(RecordReader& reader, const std::string& prefix, std::uint64_t pid, Task& task) {
    task.startTicks = reader.number(prefix + "start");
    task.pidfdInode = reader.optionalNumber(prefix + "pidfd-inode").value_or(0);
    if (pid == 0 || pid > INT_MAX) return false;
    task.pid = static_cast<int>(pid);
    return readHandle(reader, prefix + "pidfd-handle", task.pidfdHandle);
}

bool readOptionalTask(RecordReader& reader, const std::string& prefix, std::optional<Task>& task) {
    const auto pid = reader.optionalNumber(prefix + "pid");
    return !pid || readTask(reader, prefix, *pid, task.emplace());
}

void writeNamespace(RecordWriter& writer, const Namespace& held) {
    writer.text("namespace", word(held.type));
    writer.number("namespace-inode", held.inode);
    if (held.id != 0) writer.number("namespace-id", held.id);
    writeHandle(writer, "namespace-handle", held.handle);
}

bool readOptionalNamespace(RecordReader& reader, std::optional<Namespace>& held) {
    const auto text = reader.optionalText("namespace");
    if (!text) return true;
    const auto type = namespaceTypeFromWord(*text);
    if (!type) return false;
    held.emplace().type = *type;
    held->inode = reader.number("namespace-inode");
    held->id = reader.optionalNumber("namespace-id").value_or(0);
    return readHandle(reader, "namespace-handle", held->handle);
}

std::optional<Decides> decidesFromWord(std::string_view text) {
    for (const auto decides : {Decides::task, Decides::init, Decides::session, Decides::nameSpace})
        if (text == word(decides)) return decides;
    return std::nullopt;
}

bool hasWhatDecides(const Creator& creator) {
    return creator.decides == Decides::nameSpace ? creator.held.has_value()
                                                 : decidingTask(creator) != nullptr;
}

}  // namespace

void writeCreator(RecordWriter& writer, const Creator& creator) {
    writer.text("decides", word(creator.decides));
    writer.text("name", creator.name);
    writer.number("uid", creator.user);
    writeTask(writer, "", creator.task);
    if (creator.init) writeTask(writer, "init-", *creator.init);
    if (creator.session) writeTask(writer, "session-", *creator.session);
    if (creator.held) writeNamespace(writer, *creator.held);
    for (std::size_t i = 0; i < kNamespaceTypes; ++i)
        if (creator.namespaces[i] != 0)
            writer.number(std::string("ns-") + word(static_cast<NamespaceType>(i)), creator.namespaces[i]);
}

std::optional<Creator> readCreator(RecordReader& reader) {
    Creator creator;
    const auto decides = decidesFromWord(reader.text("decides"));
    creator.name = reader.text("name");
    const auto user = reader.number("uid");
    const bool tasks = readTask(reader, "", reader.number("pid"), creator.task) &&
                       readOptionalTask(reader, "init-", creator.init) &&
                       readOptionalTask(reader, "session-", creator.session) &&
                       readOptionalNamespace(reader, creator.held);
    for (std::size_t i = 0; i < kNamespaceTypes; ++i)
        creator.namespaces[i] =
            reader.optionalNumber(std::string("ns-") + word(static_cast<NamespaceType>(i))).value_or(0);
    if (!decides || !tasks || user > UINT32_MAX || !reader.finished()) return std::nullopt;
    creator.decides = *decides;
    creator.user = static_cast<std::uint32_t>(user);
    if (!hasWhatDecides(creator)) return std::nullopt;
    return creator;
}

std::string formatCreator(const Creator& creator) {
    RecordWriter writer;
    writeCreator(writer, creator);
    return writer.str();
}

std::optional<Creator> parseCreator(std::string_view lines) {
    RecordReader reader(lines);
    return readCreator(reader);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Whole small files: read and written so that a killed process leaves nothing half done. Since 1.0.
/// `directory` can be AT_FDCWD. Errors hold the errno of the call that failed: a file that is not there is
/// an Error with ENOENT. Usable from several threads, each with its own System.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// What the name of a temporary file begins with; the number of the process that writes it follows.
constexpr const char* kTemporary = ".tmp.";

/// The file's text, in `buffer`. EFBIG where it does not leave at least one byte of the buffer free.
Result<std::string_view> readSmall(System& system, int directory, const char* path, std::span<char> buffer);

/// The file's text, up to `limit` bytes; EFBIG where it is longer.
Result<std::string> readWhole(System& system, int directory, const char* path, std::size_t limit);

/// Makes or replaces the file `name`: whoever looks sees the old text, or none, or the new text whole.
/// On failure the old one is left and no other file. A process killed at the wrong instant can leave
/// ".tmp.<pid>.<n>", never a wrong `name`.
Status writeWhole(System& system, int directory, const char* name, std::string_view text, unsigned mode);

/// Like writeWhole(), but EEXIST where there is such a file already, which stays as it is, and
/// EOPNOTSUPP or EISDIR where the filesystem or the kernel has no O_TMPFILE.
Status writeNew(System& system, int directory, const char* name, std::string_view text, unsigned mode);

/// Whether the attribute is there; its value does not matter.
Result<bool> hasXattr(System& system, int fd, const char* name);
/// Its value; nothing where it is not there. ERANGE where it became longer meanwhile.
Result<std::optional<std::string>> readXattr(System& system, int fd, const char* name);

/// For control files, which take a text in one write or not at all: one open, one write. EIO where less
/// than all was taken.
Status writeText(System& system, int directory, const char* path, std::string_view text);

}  // namespace prune

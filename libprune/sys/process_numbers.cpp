// SPDX-License-Identifier: MIT
#include "sys/process_numbers.h"

#include <fcntl.h>

#include <climits>

#include "base/text.h"

namespace prune {

ProcessNumbers::ProcessNumbers(System& system)
    : folder_(system, system.openAt(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY)),
      reader_(system, folder_.get()) {}

Result<bool> ProcessNumbers::next(int& pid) {
    if (!folder_.valid()) return Error{"list /proc", -folder_.get()};
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader_.next(entry);
        if (!more.ok() || !more.value()) return more;
        const auto number = parseUnsigned(entry.name);
        if (!number || *number == 0 || *number > INT_MAX) continue;
        pid = static_cast<int>(*number);
        return true;
    }
}

}  // namespace prune

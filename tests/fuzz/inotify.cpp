// SPDX-License-Identifier: MIT
// What inotify tells: bytes of any kind, of which a reader makes events or an error, and which it comes to an
// end of.
#include "sys/inotify_reader.h"

#include <sys/inotify.h>

#include <string>

#include "common/bytes_system.h"
#include "common/input.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

void checkEvent(const InotifyEvent& event, std::string_view bytes) {
    require(bytes.find(event.name) != std::string_view::npos, "a name is from the bytes", event.name);
    require(event.name.find('\0') == std::string_view::npos, "a name ends before its padding", event.name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t mostAtOnce = input.byte() * 16U + 1;
    const std::string bytes(input.rest());
    BytesSystem system(bytes, mostAtOnce);
    InotifyReader reader(system, BytesSystem::kFd);
    InotifyEvent event;
    // A broken read is one error; there can be no more reads, and no more events in one, than there are
    // bytes.
    for (std::size_t i = 0; i <= bytes.size(); ++i) {
        const auto more = reader.next(event);
        if (!more.ok()) continue;
        if (!more.value()) return 0;
        checkEvent(event, bytes);
    }
    require(false, "a reader comes to the end of what there is", bytes);
    return 0;
}

// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tool {
namespace {
std::string escaped(std::string_view datagram) {
    std::string line;
    for (const char c : datagram) {
        const auto byte = static_cast<unsigned char>(c);
        char hex[5];
        std::snprintf(hex, sizeof hex, "\\x%02x", byte);
        if (byte >= 0x20 && byte < 0x7f && c != '\\')
            line += c;
        else if (c == '\\')
            line += "\\\\";
        else
            line += hex;
    }
    return line + '\n';
}

Fd bindSocket(std::string_view path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail("socket", path);
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    Fd socketFd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socketFd.ok() ||
        bind(socketFd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("socket", path);
    chmod(address.sun_path, 0666);
    return socketFd;
}

// O_APPEND, so that a test can cut the log to nothing at any time.
int receive(int socketFd, int log) {
    static char datagram[1 << 16];
    for (;;) {
        const ssize_t size = recv(socketFd, datagram, sizeof datagram, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) fail("recv");
        const std::string line = escaped({datagram, static_cast<std::size_t>(size)});
        if (write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail("log");
    }
}
}  // namespace

int runSyslog(const Arguments& arguments) {
    const Fd socketFd = bindSocket(arguments[0]);
    const Fd log(open(arguments[1].data(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!log.ok()) fail("log", arguments[1]);
    const pid_t child =
        startDetached([] { return setsid() > 0; }, [&] { return receive(socketFd.get(), log.get()); });
    std::printf("%d\n", child);
    return 0;
}
}  // namespace tool

/* SPDX-License-Identifier: MIT */
/* A release agent that only calls rmdir, to compare with. The kernel starts it by a link that has the name of
   the hierarchy's folder below /sys/fs/cgroup, and gives it the path. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
    char path[8192];
    const char* slash;
    int size;

    if (argc != 2) return 2;
    slash = strrchr(argv[0], '/');
    size = snprintf(path, sizeof path, "/sys/fs/cgroup/%s%s", slash ? slash + 1 : argv[0], argv[1]);
    if (size < 0 || (size_t)size >= sizeof path) return 1;
    return rmdir(path) == 0 ? 0 : 1;
}

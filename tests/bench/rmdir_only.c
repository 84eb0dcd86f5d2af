/* SPDX-License-Identifier: MIT */
/* The least that a release agent can do, and what all others are compared with. */
#include <unistd.h>

int main(int argc, char** argv) { return argc == 2 && rmdir(argv[1]) == 0 ? 0 : 1; }

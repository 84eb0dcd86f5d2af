/* SPDX-License-Identifier: MIT */
/*
 * enter-race prune|plain ROUNDS HIERARCHY MOUNT PATH
 * A service that ends and is started again at once, beside an agent: each round a process enters the cgroup
 * that the round before has emptied, and ends. "plain" makes the cgroup and writes its number, as scripts do
 * with mkdir -p and echo; "prune" calls prune_enter(). Prints how many rounds made the cgroup, how many
 * failed to enter it, and how many were inside a cgroup that was removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <prune/prune.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum outcome { FOUND = 0, MADE = 1, FAILED = 2, REMOVED = 3, BROKEN = 4 };

struct place {
    const char* hierarchy;
    const char* mount_point;
    const char* path;
};

static void pause_microseconds(long most) {
    struct timespec pause = {0, 0};
    pause.tv_nsec = rand() % (most + 1) * 1000;
    nanosleep(&pause, NULL);
}

static int enter_plain(const struct place* place) {
    char directory[512], procs[600];
    int made, file, failed;
    snprintf(directory, sizeof directory, "%s%s", place->mount_point, place->path);
    snprintf(procs, sizeof procs, "%s/cgroup.procs", directory);
    made = mkdir(directory, 0755) == 0;
    if (!made && errno != EEXIST) return BROKEN;
    pause_microseconds(1000); /* as long as it takes a shell to go from one to the other */
    file = open(procs, O_WRONLY | O_CLOEXEC);
    if (file < 0) return FAILED;
    failed = write(file, "0", 1) != 1;
    close(file);
    return failed ? FAILED : made;
}

static int enter_by_library(prune_ctx* ctx, const struct place* place) {
    const struct prune_enter_options options = {sizeof options, 0, PRUNE_BARE | PRUNE_NOTIFY, NULL, NULL};
    int made;
    made = prune_enter(ctx, place->hierarchy, place->path, &options);
    if (made < 0) fprintf(stderr, "enter: %s\n", prune_error(ctx));
    return made < 0 ? FAILED : made;
}

/* A removed cgroup is shown with " (deleted)" behind its path. */
static int inside(const struct place* place) {
    char wanted[512], line[5000];
    FILE* file = fopen("/proc/self/cgroup", "re");
    int found = 0;
    if (file == NULL) return 0;
    snprintf(wanted, sizeof wanted, ":%s:%s\n", place->hierarchy, place->path);
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strchr(line, ':') != NULL && strcmp(strchr(line, ':'), wanted) == 0;
    fclose(file);
    return found;
}

static int live(prune_ctx* ctx, const struct place* place) {
    const int outcome = ctx == NULL ? enter_plain(place) : enter_by_library(ctx, place);
    if (outcome > MADE) return outcome;
    if (!inside(place)) return REMOVED;
    pause_microseconds(500);
    return inside(place) ? outcome : REMOVED;
}

int main(int argc, char** argv) {
    unsigned long counts[BROKEN + 1] = {0};
    struct place place;
    prune_ctx* ctx = NULL;
    long round, rounds;
    if (argc != 6) return 2;
    rounds = atol(argv[2]);
    place.hierarchy = argv[3];
    place.mount_point = argv[4];
    place.path = argv[5];
    if (rounds <= 0 || (strcmp(argv[1], "prune") == 0 && prune_open(&ctx) != 0)) return 2;
    srand(1);
    for (round = 0; round < rounds; ++round) {
        int status, outcome;
        pid_t child;
        pause_microseconds(4000); /* an agent needs about this long from the kernel's call to its rmdir */
        child = fork();
        if (child < 0) return 2;
        if (child == 0) _exit(live(ctx, &place));
        if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return 2;
        outcome = WEXITSTATUS(status);
        if (outcome < 0 || outcome >= BROKEN) return 2;
        ++counts[outcome];
    }
    prune_unref(ctx);
    printf("%s: rounds=%ld made=%lu failed=%lu removed=%lu\n", argv[1], rounds, counts[MADE], counts[FAILED],
           counts[REMOVED]);
    return 0;
}

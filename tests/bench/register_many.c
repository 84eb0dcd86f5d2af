/* SPDX-License-Identifier: MIT */
/*
 * register-many HIERARCHY PATHS WORKERS CREATOR [release]
 * Registers the process CREATOR for each of the cgroups whose paths are the lines of the file PATHS, by as
 * many processes at once, and with `release` also releases each, which puts it into the journal.
 */
#include <prune/prune.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char* what, const char* about) {
    fprintf(stderr, "register-many: %s %s\n", what, about);
    exit(1);
}

static void handle(prune_ctx* ctx, const char* hierarchy, const char* path, pid_t creator, int release) {
    prune_cgroup* cgroup = NULL;
    if (prune_cgroup_open(ctx, hierarchy, path, &cgroup) != 0) fail(prune_error(ctx), path);
    if (prune_register_pid(cgroup, creator, PRUNE_BY_PROCESS) < 0) fail(prune_error(ctx), path);
    if (release && prune_release(cgroup, 0) != PRUNE_DEFERRED) fail("not deferred:", path);
    prune_cgroup_close(cgroup);
}

/* Each worker takes every so many-th line. */
static int work(char** argv, int worker, int workers, int release) {
    char path[4096];
    long line = 0;
    prune_ctx* ctx = NULL;
    FILE* paths = fopen(argv[2], "re");
    if (paths == NULL || prune_open(&ctx) != 0) fail("cannot read", argv[2]);
    for (; fgets(path, sizeof path, paths) != NULL; ++line) {
        if (line % workers != worker) continue;
        path[strcspn(path, "\n")] = '\0';
        handle(ctx, argv[1], path, (pid_t)atoi(argv[4]), release);
    }
    fclose(paths);
    prune_unref(ctx);
    return 0;
}

int main(int argc, char** argv) {
    const int workers = argc >= 5 ? atoi(argv[3]) : 0;
    int i, status, failed = 0;
    if (workers <= 0) fail("HIERARCHY PATHS WORKERS CREATOR", "[release]");
    for (i = 0; i < workers; ++i) {
        const pid_t pid = fork();
        if (pid < 0) fail("cannot", "fork");
        if (pid == 0) return work(argv, i, workers, argc > 5);
    }
    for (i = 0; i < workers; ++i)
        if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) failed = 1;
    return failed;
}

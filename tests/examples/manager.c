/* SPDX-License-Identifier: MIT */
/* manager HIERARCHY PATH COMMAND...: runs COMMAND in a cgroup of its own, and sees to it that the cgroup goes
 * when both the command and the manager have ended, in whatever order. Build: cc manager.c $(pkg-config
 * --cflags --libs libprune)
 */
#include <prune/prune.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int complain(prune_ctx* ctx) {
    fprintf(stderr, "manager: %s\n", prune_error(ctx));
    return 1;
}

/* Called for a cgroup that was just made, before anyone is in it. Limits would be written here, below fd. */
static int set_up(void* manager, prune_cgroup* cgroup, int fd) {
    (void)fd;
    return prune_register_pid(cgroup, *(pid_t*)manager, PRUNE_BY_PROCESS);
}

/* In the child: enters the cgroup, which no agent takes away meanwhile, and becomes the command. */
static int start(const char* hierarchy, const char* path, char** command, pid_t manager) {
    prune_ctx* ctx;
    prune_cgroup* cgroup;
    struct prune_enter_options options = {sizeof options, 0, PRUNE_NOTIFY, set_up, NULL};
    int made;
    options.data = &manager;
    if (prune_open(&ctx) != 0) return 1;
    made = prune_enter(ctx, hierarchy, path, &options);
    if (made < 0) return complain(ctx);
    if (made == 0) { /* it was there: from now on it is ours */
        if (prune_cgroup_open(ctx, hierarchy, path, &cgroup) != 0) return complain(ctx);
        if (set_up(&manager, cgroup, -1) != 0) return complain(ctx);
    }
    execvp(command[0], command);
    perror(command[0]);
    return 127;
}

/* The manager is done with it. While it lives that is for it to say; afterwards the agent finds out by
 * itself. */
static int give_back(const char* hierarchy, const char* path) {
    static const char* const words[] = {"removed", "gone already", "kept", "to be removed later",
                                        "",        "in trouble"};
    prune_ctx* ctx;
    prune_cgroup* cgroup;
    int done;
    if (prune_open(&ctx) != 0) return 1;
    if (prune_cgroup_open(ctx, hierarchy, path, &cgroup) != 0) return complain(ctx);
    if (prune_forget(cgroup) < 0) complain(ctx);
    done = prune_release(cgroup, 0);
    printf("%s is %s\n", path, done < 0 ? prune_error(ctx) : words[done]);
    prune_cgroup_close(cgroup);
    prune_unref(ctx);
    return done == PRUNE_FAILED || done < 0;
}

int main(int argc, char** argv) {
    const pid_t manager = getpid();
    pid_t child;
    int status;
    if (argc < 4) return fprintf(stderr, "usage: manager HIERARCHY PATH COMMAND...\n"), 2;
    child = fork();
    if (child < 0) return perror("fork"), 1;
    if (child == 0) _exit(start(argv[1], argv[2], argv + 3, manager));
    waitpid(child, &status, 0);
    if (give_back(argv[1], argv[2]) != 0) return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

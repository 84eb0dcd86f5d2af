/* SPDX-License-Identifier: MIT */
/*
 * crowd threads|processes WORKERS ROUNDS HIERARCHY MOUNT
 * Many workers, each with a context of its own, make, register, mark and release cgroups at once. Each looks
 * after its own cgroups, which nobody else may disturb, and all meddle with two that they share. What was
 * lost, or removed wrongly, is told on stderr; exit 1. The conf: linger = 0, policy = creator-gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <prune/prune.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char* hierarchy;
static const char* mount_point;
static int rounds;

struct worker {
    int number;
    prune_ctx* ctx;
    int faults;
};

#define fault(worker, ...)                                     \
    do {                                                       \
        fprintf(stderr, "worker %d: ", (worker)->number);      \
        fprintf(stderr, __VA_ARGS__);                          \
        fprintf(stderr, "; %s\n", prune_error((worker)->ctx)); \
        ++(worker)->faults;                                    \
    } while (0)

static void directory_of(char* out, size_t size, const char* path) {
    snprintf(out, size, "%s%s", mount_point, path);
}

static int there(const char* path) {
    char directory[512];
    directory_of(directory, sizeof directory, path);
    return access(directory, F_OK) == 0;
}

/* Another worker may remove it between the two. */
static void make_flagged(struct worker* worker, const char* path) {
    char directory[512];
    char file[544];
    int flag;
    directory_of(directory, sizeof directory, path);
    if (mkdir(directory, 0755) != 0 && errno != EEXIST) fault(worker, "mkdir %s: %s", path, strerror(errno));
    snprintf(file, sizeof file, "%s/notify_on_release", directory);
    flag = open(file, O_WRONLY | O_CLOEXEC);
    if (flag < 0) return;
    if (write(flag, "1", 1) != 1 && errno != ENODEV) fault(worker, "flag %s: %s", path, strerror(errno));
    close(flag);
}

static prune_cgroup* open_cgroup(struct worker* worker, const char* path) {
    prune_cgroup* cgroup = NULL;
    if (prune_cgroup_open(worker->ctx, hierarchy, path, &cgroup) != 0) fault(worker, "open %s", path);
    return cgroup;
}

static void expect_release(struct worker* worker, prune_cgroup* cgroup, int wanted, const char* when) {
    const int done = prune_release(cgroup, 0);
    if (done != wanted) fault(worker, "release %s gave %d instead of %d", when, done, wanted);
}

static void expect_ok(struct worker* worker, int answer, const char* what) {
    if (answer < 0) fault(worker, "%s gave %d", what, answer);
}

/* A creator that lives, then marks, then nobody. */
static void lives_and_goes(struct worker* worker, const char* path) {
    prune_cgroup* cgroup;
    make_flagged(worker, path);
    cgroup = open_cgroup(worker, path);
    if (cgroup == NULL) return;
    expect_ok(worker, prune_register_pid(cgroup, getpid(), PRUNE_BY_PROCESS), "register");
    expect_release(worker, cgroup, PRUNE_DEFERRED, "while its creator lives");
    expect_ok(worker, prune_forget(cgroup), "forget");
    expect_ok(worker, prune_keep(cgroup, 0), "keep");
    expect_release(worker, cgroup, PRUNE_KEPT, "while it is marked");
    if (!there(path)) fault(worker, "%s was removed while it was wanted", path);
    expect_ok(worker, prune_unkeep(cgroup, 0), "unkeep");
    expect_release(worker, cgroup, PRUNE_REMOVED, "of nobody's cgroup");
    if (there(path)) fault(worker, "%s is still there", path);
    prune_cgroup_close(cgroup);
}

extern char** environ;

/* A creator that ends. */
static void outlives_creator(struct worker* worker, const char* path) {
    char* sleeps[] = {"sleep", "1000", NULL};
    prune_cgroup* cgroup;
    pid_t creator;
    if (posix_spawnp(&creator, "sleep", NULL, NULL, sleeps, environ) != 0) {
        fault(worker, "cannot start sleep");
        return;
    }
    make_flagged(worker, path);
    cgroup = open_cgroup(worker, path);
    expect_ok(worker, prune_register_pid(cgroup, creator, PRUNE_BY_PROCESS), "register a child");
    expect_release(worker, cgroup, PRUNE_DEFERRED, "while the child lives");
    kill(creator, SIGKILL);
    waitpid(creator, NULL, 0);
    expect_release(worker, cgroup, PRUNE_REMOVED, "after the child's end");
    prune_cgroup_close(cgroup);
}

/* Everybody makes it, everybody releases it. */
static void contends(struct worker* worker) {
    prune_cgroup* cgroup = NULL;
    int done;
    make_flagged(worker, "/contended");
    if (prune_cgroup_open(worker->ctx, hierarchy, "/contended", &cgroup) != 0) return;
    done = prune_release(cgroup, 0);
    /* Kept: another has just made it, and its flag is not set yet. */
    if (done == PRUNE_FAILED || done < 0) fault(worker, "release of the contended one gave %d", done);
    prune_cgroup_close(cgroup);
}

static void leaves_kept_alone(struct worker* worker) {
    prune_cgroup* cgroup = open_cgroup(worker, "/kept");
    if (cgroup == NULL) return;
    expect_release(worker, cgroup, PRUNE_KEPT, "of the one that all keep");
    prune_cgroup_close(cgroup);
}

static void lasting_path(char* out, size_t size, int number) { snprintf(out, size, "/lasting-%d", number); }

/* Its creator is the crowd itself, so it stays to the end. */
static void begins_lasting(struct worker* worker, pid_t crowd) {
    char path[64];
    prune_cgroup* cgroup;
    lasting_path(path, sizeof path, worker->number);
    make_flagged(worker, path);
    cgroup = open_cgroup(worker, path);
    expect_ok(worker, prune_register_pid(cgroup, crowd, PRUNE_BY_PROCESS), "register the crowd");
    expect_release(worker, cgroup, PRUNE_DEFERRED, "while the crowd lives");
    prune_cgroup_close(cgroup);
}

static pid_t crowd_pid;

static void* work(void* data) {
    struct worker* worker = data;
    char path[64];
    int round;
    if (prune_open(&worker->ctx) != 0) {
        ++worker->faults;
        return NULL;
    }
    begins_lasting(worker, crowd_pid);
    for (round = 0; round < rounds; ++round) {
        snprintf(path, sizeof path, "/own-%d-%d", worker->number, round);
        lives_and_goes(worker, path);
        contends(worker);
        leaves_kept_alone(worker);
    }
    snprintf(path, sizeof path, "/child-%d", worker->number);
    outlives_creator(worker, path);
    prune_unref(worker->ctx);
    return NULL;
}

static int run_threads(struct worker* workers, int count) {
    pthread_t* threads = calloc((size_t)count, sizeof *threads);
    int i, faults = 0;
    for (i = 0; i < count; ++i)
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) abort();
    for (i = 0; i < count; ++i) {
        pthread_join(threads[i], NULL);
        faults += workers[i].faults;
    }
    free(threads);
    return faults;
}

static int run_processes(struct worker* workers, int count) {
    int i, status, faults = 0;
    for (i = 0; i < count; ++i) {
        const pid_t pid = fork();
        if (pid < 0) abort();
        if (pid == 0) {
            work(&workers[i]);
            faults = workers[i].faults;
            free(workers);
            exit(faults == 0 ? 0 : 1);
        }
    }
    for (i = 0; i < count; ++i) {
        if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) ++faults;
    }
    return faults;
}

/* Alive, in the journal, and its creator known by its right number. */
static void look_at_lasting(struct worker* chief, int number) {
    struct prune_explanation known;
    char path[64];
    prune_cgroup* cgroup;
    memset(&known, 0, sizeof known);
    known.size = sizeof known;
    lasting_path(path, sizeof path, number);
    cgroup = open_cgroup(chief, path);
    if (cgroup == NULL) return;
    expect_ok(chief, prune_explain(cgroup, &known), "explain");
    if (known.creator != PRUNE_LIFE_ALIVE || known.creator_pid != crowd_pid)
        fault(chief, "the creator of %s is %d, pid %d", path, known.creator, (int)known.creator_pid);
    expect_ok(chief, prune_forget(cgroup), "forget");
    prune_cgroup_close(cgroup);
}

static void look_at_the_end(struct worker* chief, int count) {
    int i, pending;
    pending = prune_retry(chief->ctx, hierarchy, PRUNE_NOW, 0, NULL, NULL);
    if (pending != count) fault(chief, "%d entries in the journal instead of %d", pending, count);
    if (there("/contended")) fault(chief, "the contended one is still there");
    for (i = 0; i < count; ++i) look_at_lasting(chief, i);
    pending = prune_retry(chief->ctx, hierarchy, PRUNE_NOW, 0, NULL, NULL);
    if (pending != 0) fault(chief, "%d entries are left when nobody lives for them", pending);
}

int main(int argc, char** argv) {
    struct worker chief = {-1, NULL, 0};
    struct worker* workers;
    prune_cgroup* kept;
    int i, count;
    if (argc != 6) return 2;
    count = atoi(argv[2]);
    rounds = atoi(argv[3]);
    hierarchy = argv[4];
    mount_point = argv[5];
    crowd_pid = getpid();
    if (count <= 0 || rounds <= 0 || prune_open(&chief.ctx) != 0) return 2;
    make_flagged(&chief, "/kept");
    kept = open_cgroup(&chief, "/kept");
    expect_ok(&chief, prune_keep(kept, 0), "keep the one that all keep");

    workers = calloc((size_t)count, sizeof *workers);
    for (i = 0; i < count; ++i) workers[i].number = i;
    chief.faults +=
        strcmp(argv[1], "threads") == 0 ? run_threads(workers, count) : run_processes(workers, count);
    free(workers);

    look_at_the_end(&chief, count);
    if (!there("/kept")) fault(&chief, "the kept one was removed");
    prune_cgroup_close(kept);
    prune_unref(chief.ctx);
    printf("%s: %d workers, %d rounds each, %d faults\n", argv[1], count, rounds, chief.faults);
    return chief.faults == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* What a cgroup manager in C is built like: C89, against the installed header and library. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <prune/prune.h>

int main(void) {
    prune_ctx* ctx = NULL;
    prune_cgroup* cgroup = NULL;
    int failed;
    if (prune_open(&ctx) != 0) return 1;
    failed = prune_cgroup_open(ctx, "no such hierarchy", "/a", &cgroup);
    printf("%s: %s\n", prune_version(), prune_error(ctx));
    if (failed != -ENODEV || cgroup != NULL || strlen(prune_error(ctx)) == 0) return 2;
    prune_cgroup_close(cgroup);
    return prune_unref(ctx) == NULL ? 0 : 3;
}

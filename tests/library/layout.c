/* SPDX-License-Identifier: MIT */
/*
 * What programs that are compiled already rely on in prune.h: the value of each constant, and where each
 * member of its structs lies on LP64. Compiling it is the test. Later versions add members at the end and
 * constants after these; nothing that stands here changes.
 */
#include <prune/prune.h>
#include <stddef.h>

/* An array of -1 characters where it does not hold. */
#define HOLDS(condition) extern const char holds[(condition) ? 1 : -1]
#define VALUE(constant, value) HOLDS((constant) == (value))
/* Flags are unsigned: in a signed type, ~0 is less than 0. */
#define FLAG(constant, value) HOLDS((constant) == (value) && ~(0 * (constant)) > 0)
#define MEMBER(type, member, offset, bytes) \
    HOLDS(offsetof(struct type, member) == (offset) && sizeof(((struct type*)0)->member) == (bytes))

VALUE(PRUNE_LOG_ERR, 3);
VALUE(PRUNE_LOG_WARNING, 4);
VALUE(PRUNE_LOG_NOTICE, 5);
VALUE(PRUNE_LOG_INFO, 6);
VALUE(PRUNE_LOG_DEBUG, 7);

VALUE(PRUNE_BY_PROCESS, 0);
VALUE(PRUNE_BY_SESSION, 1);
VALUE(PRUNE_BY_CGROUP_NS, 2);
VALUE(PRUNE_BY_IPC_NS, 3);
VALUE(PRUNE_BY_MNT_NS, 4);
VALUE(PRUNE_BY_NET_NS, 5);
VALUE(PRUNE_BY_PID_NS, 6);
VALUE(PRUNE_BY_TIME_NS, 7);
VALUE(PRUNE_BY_USER_NS, 8);
VALUE(PRUNE_BY_UTS_NS, 9);

VALUE(PRUNE_LIFE_NONE, 0);
VALUE(PRUNE_LIFE_ALIVE, 1);
VALUE(PRUNE_LIFE_GONE, 2);
VALUE(PRUNE_LIFE_UNKNOWN, 3);

VALUE(PRUNE_KEEP, 0);
VALUE(PRUNE_DEFER, 1);
VALUE(PRUNE_REMOVE, 2);

VALUE(PRUNE_REMOVED, 0);
VALUE(PRUNE_GONE, 1);
VALUE(PRUNE_KEPT, 2);
VALUE(PRUNE_DEFERRED, 3);
VALUE(PRUNE_DROPPED, 4);
VALUE(PRUNE_FAILED, 5);

FLAG(PRUNE_CHOWN, 1);
FLAG(PRUNE_AS_OWNER, 1);
FLAG(PRUNE_DRY_RUN, 1);
FLAG(PRUNE_NOW, 2);
FLAG(PRUNE_STUCK, 4);
FLAG(PRUNE_BARE, 1);
FLAG(PRUNE_NOTIFY, 2);
FLAG(PRUNE_EXISTING, 4);

#ifdef __LP64__

MEMBER(prune_explanation, size, 0, 8);
MEMBER(prune_explanation, id, 8, 8);
MEMBER(prune_explanation, populated, 16, 4);
MEMBER(prune_explanation, has_children, 20, 4);
MEMBER(prune_explanation, notify_on_release, 24, 4);
MEMBER(prune_explanation, kept_by_root, 28, 4);
MEMBER(prune_explanation, kept_by_owner, 32, 4);
MEMBER(prune_explanation, delegated, 36, 4);
MEMBER(prune_explanation, delegated_by_owner, 40, 4);
MEMBER(prune_explanation, creator, 44, 4);
MEMBER(prune_explanation, creator_pid, 48, 4);
MEMBER(prune_explanation, action, 52, 4);
MEMBER(prune_explanation, after_linger, 56, 4);
MEMBER(prune_explanation, reason, 64, 8);
MEMBER(prune_explanation, creator_name, 72, 8);
MEMBER(prune_explanation, rung, 80, 8);
MEMBER(prune_explanation, rule, 88, 8);
MEMBER(prune_explanation, rule_file, 96, 8);
MEMBER(prune_explanation, rule_line, 104, 4);
MEMBER(prune_explanation, reserved, 108, 4);
HOLDS(sizeof(struct prune_explanation) >= 112);

MEMBER(prune_enter_options, size, 0, 8);
MEMBER(prune_enter_options, pid, 8, 4);
MEMBER(prune_enter_options, flags, 12, 4);
MEMBER(prune_enter_options, setup, 16, 8);
MEMBER(prune_enter_options, data, 24, 8);
HOLDS(sizeof(struct prune_enter_options) >= 32);

#endif

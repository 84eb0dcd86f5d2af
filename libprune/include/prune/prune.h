/* SPDX-License-Identifier: MIT */
/*
 * libprune: whose cgroup is it, and may it go? For cgroup managers, in C89 and later, and C++. See
 * libprune(3).
 *
 * Every function that can fail returns 0 or more where it did what it says, and a negative errno where not;
 * prune_error() then tells what was being done, and to what. Every function can return -EINVAL: an argument
 * makes no sense (NULL where something is needed, an unknown flag, a path that is "/" or has an empty, "." or
 * ".." component); -ENOMEM; -EMFILE and -ENFILE: no more descriptors; -EIO: something that should not happen.
 * They are not named again below.
 *
 * One thread at a time may use a context and all that was opened from it; other threads use contexts of their
 * own. There are no globals. Every descriptor of the library is close-on-exec. Strings that are returned are
 * the library's, and live as long as is said.
 *
 * A cgroup's name is any bytes but '/' and NUL. What looks at cgroups, or at what is remembered of them,
 * needs root, where nothing else is said. The conf is read anew in each call that asks for it.
 */
#ifndef PRUNE_PRUNE_H
#define PRUNE_PRUNE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#if defined(__GNUC__)
#define PRUNE_API __attribute__((visibility("default")))
#else
#define PRUNE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The context -------------------------------------------------------------------------------------- */

/** A context: the last error, and the log's callback. */
typedef struct prune_ctx prune_ctx;

/**
 * The library's version, "1.0.0". Any thread; the text is static.
 * Since: 1.0.
 */
PRUNE_API const char* prune_version(void);

/**
 * Makes a context, with one reference, in *out. Reads nothing yet.
 * Errors: none but -EINVAL and -ENOMEM; *out is then NULL.
 * Since: 1.0.
 */
PRUNE_API int prune_open(prune_ctx** out);

/**
 * One more reference to ctx, which is returned. NULL: NULL.
 * Since: 1.0.
 */
PRUNE_API prune_ctx* prune_ref(prune_ctx* ctx);

/**
 * One reference less; the last one frees the context. Always returns NULL: ctx = prune_unref(ctx). NULL is
 * let pass.
 * Since: 1.0.
 */
PRUNE_API prune_ctx* prune_unref(prune_ctx* ctx);

/**
 * What the last function of this context, or of a cgroup opened with it, failed to do, to what, and why: one
 * line for people, escaped. "" where it did not fail. Valid until the next call with this context.
 * Since: 1.0.
 */
PRUNE_API const char* prune_error(const prune_ctx* ctx);

/** Levels of log lines: those of syslog(3). */
enum prune_level {
    PRUNE_LOG_ERR = 3,
    PRUNE_LOG_WARNING = 4,
    PRUNE_LOG_NOTICE = 5,
    PRUNE_LOG_INFO = 6,
    PRUNE_LOG_DEBUG = 7
};

/**
 * Gets each log line, in the thread that made the call: `line` is "msg=WORD key=value ..." (words:
 * release-agent(8)), escaped, and lives for the call. It must not use the context.
 */
typedef void prune_log_fn(void* data, int level, const char* line);

/**
 * Has `log` called with `data` for each line of at most `level`, in place of the system log, to which lines
 * go otherwise by the conf's log-level. log NULL: the system log again, whatever `level` says. Since: 1.0.
 */
PRUNE_API int prune_set_log(prune_ctx* ctx, prune_log_fn* log, void* data, int level);

/* ---- Cgroups ------------------------------------------------------------------------------------------ */

/**
 * A cgroup held open: a rename does not lose it, and its name given to another does not confuse it, where the
 * kernel gives file handles (all that this library knows do; a filter of system calls can forbid it). While
 * it is open the hierarchy cannot be unmounted.
 */
typedef struct prune_cgroup prune_cgroup;

/**
 * Opens the cgroup `path` ("/lxc/c1") of a mounted hierarchy, whose name is as in /proc/self/cgroup:
 * "freezer", "cpu,cpuacct", "name=openrc", and "unified" for cgroup v2. Makes nothing. The cgroup holds a
 * reference to ctx. Errors, with *out then NULL: -ENOENT: there is no such cgroup; -ENODEV: that hierarchy is
 * not mounted; others of opening. Since: 1.0.
 */
PRUNE_API int prune_cgroup_open(prune_ctx* ctx, const char* hierarchy, const char* path, prune_cgroup** out);

/**
 * The same by a descriptor of the cgroup's directory (O_PATH is enough), which stays the caller's.
 * Errors: -EBADF; -ENOTTY: it is nothing in a hierarchy; -ENOTDIR: it is a cgroup's file; -EXDEV: it was
 * reached through a mount that shows only a part of the hierarchy, as in a container, or that is mounted no
 * more; -ENOENT: it was removed.
 * Since: 1.0.
 */
PRUNE_API int prune_cgroup_open_fd(prune_ctx* ctx, int fd, prune_cgroup** out);

/**
 * Closes it. Always returns NULL. NULL is let pass, and so is the cgroup that a setup callback is lent.
 * Since: 1.0.
 */
PRUNE_API prune_cgroup* prune_cgroup_close(prune_cgroup* cgroup);

/* ---- Whose it is -------------------------------------------------------------------------------------- */

/** By whose end a creator's end is known. */
enum prune_by {
    /** The process itself; where it is in another pid namespace than the host's, that one's first process. */
    PRUNE_BY_PROCESS = 0,
    PRUNE_BY_SESSION = 1, /**< the leader of its session */
    /* The namespaces of that type that the process is in: */
    PRUNE_BY_CGROUP_NS = 2,
    PRUNE_BY_IPC_NS = 3,
    PRUNE_BY_MNT_NS = 4,
    PRUNE_BY_NET_NS = 5,
    PRUNE_BY_PID_NS = 6,
    PRUNE_BY_TIME_NS = 7,
    PRUNE_BY_USER_NS = 8,
    PRUNE_BY_UTS_NS = 9
};

/**
 * Remembers the process `pid` as the one that asked for the cgroup: an empty cgroup stays for as long as that
 * lives (`by`: one of enum prune_by), and goes when it is gone. A creator known before is replaced. The
 * host's pid and time namespaces only. Errors: -ESRCH: there is no such process, or it ended meanwhile;
 * -EINVAL: `pid` is only a thread's; -ENOENT: the cgroup was removed; -EPERM: not in the host's namespaces,
 * or `by` names a namespace of the host's own, which never ends; -EOPNOTSUPP: the kernel has no such
 * namespaces; -EAGAIN: others have held the registry's lock for a second; -ENOSPC and others of writing below
 * /run/cgprune. Since: 1.0.
 */
PRUNE_API int prune_register_pid(prune_cgroup* cgroup, pid_t pid, int by);

/**
 * The same by a pidfd, which stays the caller's: no later process of the same number can be taken for it.
 * Errors: as prune_register_pid(); -EBADF: it is no pidfd.
 * Since: 1.0.
 */
PRUNE_API int prune_register_pidfd(prune_cgroup* cgroup, int pidfd, int by);

/**
 * The same for the process at the other end of a connected AF_UNIX socket, which stays the caller's.
 * Before Linux 6.5 by its number only: see libprune(3).
 * Errors: as prune_register_pid(); -EBADF; -ENOTSOCK; -ENOTCONN: nobody is at its other end, or it is of
 * another kind.
 * Since: 1.0.
 */
PRUNE_API int prune_register_socket(prune_cgroup* cgroup, int socket, int by);

/**
 * Drops what is known of the creator, also where it can no longer be understood.
 * Returns 1 where there was something to drop, else 0. Errors: -ENOENT: the cgroup was removed; -EAGAIN:
 * others have held the registry's lock for a second.
 * Since: 1.0.
 */
PRUNE_API int prune_forget(prune_cgroup* cgroup);

/** Also hands over: chown of the directory and of the files that move tasks. */
#define PRUNE_CHOWN 1u

/**
 * Remembers that the cgroup was handed to uid and gid, and sets its notify_on_release on v1: it goes when it
 * has become empty. flags: 0 or PRUNE_CHOWN. Errors: -ENOENT: the cgroup was removed; -EAGAIN: others have
 * held the registry's lock for a second, and it is only handed over: call it again; those of chown and of
 * writing below /run/cgprune. -1 for either of the two is -EINVAL. Since: 1.0.
 */
PRUNE_API int prune_delegate(prune_cgroup* cgroup, uid_t uid, gid_t gid, unsigned flags);

/**
 * Takes that back; owners and notify_on_release stay. Returns 1 where there was something to drop, else 0.
 * Errors: -ENOENT: the cgroup was removed; -EAGAIN: others have held the registry's lock for a second.
 * Since: 1.0.
 */
PRUNE_API int prune_undelegate(prune_cgroup* cgroup);

/** The mark of the cgroup's owner, who need not be root, in place of root's. */
#define PRUNE_AS_OWNER 1u

/**
 * Marks the cgroup: it stays when it is empty, whatever the policy says. flags: 0 or PRUNE_AS_OWNER, which
 * counts where the conf says owner-keep = yes. Returns 1 where it is new, 0 where it was marked already.
 * Errors: -ENOENT: the cgroup was removed; -EOPNOTSUPP: no such attributes here; -EPERM and -EACCES: the
 * caller is not root, or with PRUNE_AS_OWNER not the owner either.
 * Since: 1.0.
 */
PRUNE_API int prune_keep(prune_cgroup* cgroup, unsigned flags);

/**
 * Takes the mark away. Where the cgroup is empty already the kernel will not call for it: see
 * prune_release(). Returns 1 where there was one, else 0. Errors: as prune_keep(). Since: 1.0.
 */
PRUNE_API int prune_unkeep(prune_cgroup* cgroup, unsigned flags);

/* ---- What would become of it -------------------------------------------------------------------------- */

/** Whether a creator lives. */
enum prune_life {
    PRUNE_LIFE_NONE = 0, /**< none is known */
    PRUNE_LIFE_ALIVE = 1,
    PRUNE_LIFE_GONE = 2,
    PRUNE_LIFE_UNKNOWN = 3 /**< there is one, and it cannot be told */
};

/** What a verdict says is to be done. */
enum prune_action {
    PRUNE_KEEP = 0,
    PRUNE_DEFER = 1, /**< looked at again later */
    PRUNE_REMOVE = 2
};

/**
 * Facts about a cgroup, and the verdict over them. The caller sets `size` to sizeof(struct
 * prune_explanation); later versions add members at the end, and fill in as many as there is room for. What a
 * version does not know is 0.
 * Strings live until the next call with the same cgroup.
 */
struct prune_explanation {
    size_t size;
    uint64_t id;   /**< the cgroup's id */
    int populated; /**< a task is in it; v2: or below it */
    int has_children;
    int notify_on_release; /**< v1 */
    int kept_by_root;
    int kept_by_owner;
    int delegated;            /**< marked, or seen to be handed over */
    int delegated_by_owner;   /**< only its owner says so */
    int creator;              /**< enum prune_life */
    pid_t creator_pid;        /**< 0: none known */
    int action;               /**< enum prune_action, as if it had been released now */
    int after_linger;         /**< 1: only when it has been empty for the rule's linger */
    const char* reason;       /**< stable word: "creator-alive", see cgprune.conf(5) */
    const char* creator_name; /**< "" where none is known */
    const char* rung;         /**< how it was told that the creator lives: "pidfd-handle"; "" for none */
    const char* rule;         /**< name of the rule that decides; "" for none */
    const char* rule_file;    /**< and where it stands; "" for the built-in one */
    unsigned rule_line;       /**< counted from 1; 0: the built-in one */
    unsigned reserved;        /**< 0 */
};

/**
 * Says what is known of the cgroup, and what a release would come to now. Changes nothing.
 * Errors: -ENOENT: the cgroup was removed; -EBADMSG: the conf has errors, and action is PRUNE_KEEP or
 * PRUNE_DEFER all the same; those of reading.
 * Since: 1.0.
 */
PRUNE_API int prune_explain(prune_cgroup* cgroup, struct prune_explanation* out);

/* ---- Removing ----------------------------------------------------------------------------------------- */

/** What came of one cgroup. */
enum prune_done {
    PRUNE_REMOVED = 0,
    PRUNE_GONE = 1,     /**< it was not there any more */
    PRUNE_KEPT = 2,     /**< populated, marked, or by policy: see the reason */
    PRUNE_DEFERRED = 3, /**< in the journal, and looked at again */
    PRUNE_DROPPED = 4,  /**< a journal entry of another boot, hierarchy or agent */
    PRUNE_FAILED = 5    /**< neither removed nor journaled; a sweep finds it */
};

/**
 * Hears of each cgroup that was looked at: `done` is of enum prune_done, `reason` a stable word or "", and
 * `path` that in the hierarchy; they live for the call. Returns 0 to go on; another value ends the pass,
 * which returns -ECANCELED. It must not use the context. It may be NULL wherever it is taken.
 */
typedef int prune_result_fn(void* data, const char* hierarchy, const char* path, int done,
                            const char* reason);

/** Decides and says, but changes nothing. */
#define PRUNE_DRY_RUN 1u
/** Looks at entries before they are due; lingers are waited out all the same. */
#define PRUNE_NOW 2u
/** Tries given-up entries again. */
#define PRUNE_STUCK 4u

/**
 * Handles the cgroup as if it had become empty just now and the kernel had called release-agent for it:
 * removes it, puts that off to the journal, or keeps it, as the policy says. flags: 0 or PRUNE_DRY_RUN.
 * Returns a value of enum prune_done. Without a drainer at work call prune_retry() later for what was put
 * off. Errors: none of its own; that it was removed is PRUNE_GONE, and of PRUNE_FAILED prune_error() tells
 * too. Since: 1.0.
 */
PRUNE_API int prune_release(prune_cgroup* cgroup, unsigned flags);

/**
 * One pass over the journal: what is due is removed, put off again or dropped. hierarchy NULL: all. flags: 0
 * or any of PRUNE_DRY_RUN, PRUNE_NOW, PRUNE_STUCK. It ends after budget_ms milliseconds (0: when all was
 * looked at) and, where something is to be removed, 100 more, which it gives to releases on their way; one
 * entry is looked at however short that is. Returns how many entries are still in the
 * journal, given-up ones aside; a hierarchy without entries has 0, and so has one that does not exist.
 * Errors: -ECANCELED: `result` ended it; -EIO: the journal cannot be listed.
 * Since: 1.0.
 */
PRUNE_API int prune_retry(prune_ctx* ctx, const char* hierarchy, unsigned flags, int budget_ms,
                          prune_result_fn* result, void* data);

/**
 * Looks through the hierarchy for empty cgroups that nobody reported, and journals them; prune_retry()
 * removes what is still empty after sweep-linger. flags: 0 or PRUNE_DRY_RUN. It ends after budget_ms
 * milliseconds with -ETIME, and the hierarchy then needs another sweep; 0: when all was looked at. Returns
 * how many were found. Errors: -ENODEV: that hierarchy is not mounted; -EBADMSG: the conf has errors; -ETIME;
 * -ECANCELED: `result` ended it. Since: 1.0.
 */
PRUNE_API int prune_sweep(prune_ctx* ctx, const char* hierarchy, unsigned flags, int budget_ms,
                          prune_result_fn* result, void* data);

/**
 * Removes the cgroup and all below it that is empty, children first, as by policy = always and without
 * linger. What is populated, marked to be kept (by its owner: where its rule says owner-keep = yes), locked,
 * or has a living registered creator stays, and so does what was handed to somebody else, with all below it,
 * and what is above one that stays. flags: 0 or PRUNE_DRY_RUN. Returns how many were removed, or would be.
 * Errors: -ENOENT: it was removed; -ECANCELED: `result` ended it; those of listing. Since: 1.0.
 */
PRUNE_API int prune_subtree(prune_cgroup* cgroup, unsigned flags, prune_result_fn* result, void* data);

/* ---- Entering ----------------------------------------------------------------------------------------- */

/**
 * Sets up a cgroup that prune_enter() has just made: limits, owner, marks, a creator. `fd` is its directory,
 * and is the library's; so is `cgroup`, which the functions above take. Both are lent for the call. Returns 0
 * or more, or a negative errno that prune_enter() then returns; nothing is attached, and the cgroup is
 * removed again. Other calls of prune_enter() with a setup, for cgroups of the same parent, wait meanwhile, a
 * second at most.
 */
typedef int prune_setup_fn(void* data, prune_cgroup* cgroup, int fd);

/** Without a set-up callback: a cgroup that vanished may be made anew as it comes, with no limits. */
#define PRUNE_BARE 1u
/** What is made gets notify_on_release = 1 (v1). */
#define PRUNE_NOTIFY 2u
/** Makes nothing: a cgroup that is not there is -ENOENT. */
#define PRUNE_EXISTING 4u

/**
 * What prune_enter() is asked for. The caller sets `size` to sizeof(struct prune_enter_options), and what it
 * does not use to 0.
 */
struct prune_enter_options {
    size_t size;
    pid_t pid;             /**< the process to move; 0: the caller */
    unsigned flags;        /**< 0 or any of PRUNE_BARE, PRUNE_NOTIFY, PRUNE_EXISTING */
    prune_setup_fn* setup; /**< NULL: none */
    void* data;            /**< for setup */
};

/**
 * Makes the cgroup and the parents that are missing, has `setup` called if it was made, and moves the process
 * into it: no agent that asks for the cgroup's lock removes it in between. Where it was removed all the same
 * it is made anew, with `setup`, or without if PRUNE_BARE allows it; else it is -ESTALE, since a cgroup
 * without its limits would leave the process unconfined. The lock is asked for at most a second, then done
 * without, and logged: anyone who can read the directory can hold it. options NULL: the caller, and no flags.
 * Returns 1 where the cgroup was made by this call, 0 where it was there.
 * Errors: -ENODEV: that hierarchy is not mounted; -ENOENT; -ESRCH: there is no such process; -ESTALE; -EBUSY
 * (v2): the cgroup cannot hold processes; -EAGAIN: it vanished a hundred times; -E2BIG: the options say
 * something that this version does not know; what `setup` returned; those of mkdir and of writing
 * cgroup.procs. Since: 1.0.
 */
PRUNE_API int prune_enter(prune_ctx* ctx, const char* hierarchy, const char* path,
                          const struct prune_enter_options* options);

#ifdef __cplusplus
}
#endif

#endif

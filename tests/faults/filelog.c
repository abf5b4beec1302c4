/*
 * Records what a process does to the files below one folder, and makes some of it fail.
 *
 * Preloaded (LD_PRELOAD) into the server or into the store's tests by scripts/lib/file_log.py,
 * which also reads the record. What the system has done is written down in the order in which it
 * was done: calls that change something hold one lock until they are noted. A sync is noted when
 * it has returned, with the number of entries when it began: only those it covers for certain.
 * What the process says to others (answers over HTTP, lines "acknowledged ...") is noted before
 * it is said, so that whoever has heard it finds it in the record.
 *
 * The record is worth something only if nothing passes it by. Its reader carries all of it out
 * again and compares the outcome with the folder; calls whose effects are not understood here
 * (shared writable mappings, links, copies inside the kernel) are noted as FORBIDDEN.
 *
 * Settings: FILELOG_ROOT, a folder without symbolic links in its path; FILELOG_FILE, the record;
 * FILELOG_RULES, a file of rules, which may be changed while the process runs. Programs that the
 * process starts are left alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Kinds of entries. */
enum { CREATED = 1, MADE_FOLDER, WRITTEN, SIZED, SYNCED, RENAMED, UNLINKED, REMOVED_FOLDER, SAID, FORBIDDEN, SYNC_FAILED, STARTED };

/* Calls that rules name, as bits. */
enum {
    OPEN = 1, CREATE = 2, READ = 4, WRITE = 8, SYNC = 16, SYNC_FOLDER = 32,
    RENAME = 64, UNLINK = 128, MKDIR = 256, RESIZE = 512, SPACE = 1024
};

/* What a rule does. */
enum { FAIL = 1, CUT_SHORT, DELAY, PRETEND };

/* One entry, followed by its name and its data; scripts/lib/file_log.py has the same layout. */
struct entry {
    uint32_t kind, name_length;
    uint64_t began;  /* of a sync: how many entries there were when it began */
    uint64_t inode;  /* of the file, or of the folder that the name is in */
    uint64_t offset; /* or a size */
    uint64_t other;  /* the inode that a new name leads to, or a second folder */
    uint64_t data_length;
};

/* One rule; scripts/lib/file_log.py writes them. */
struct rule {
    uint32_t active, calls, action, error;
    uint32_t spare;    /* calls let go before the first one that is met */
    uint32_t times;    /* how many are met; 0 for all */
    uint32_t permille; /* how many of a thousand are met; 0 for all */
    uint32_t millis;   /* of a delay */
    uint32_t seen, met;
    char part[24];     /* only where the path has this in it */
};

enum { RULES = 8, SAID_BYTES_MAX = 1024 };

static char root[PATH_MAX];
static size_t root_length;
static int record_fd = -1;
static uint64_t entries;
static volatile struct rule *rules;
static uint64_t chance = 88172645463325252u;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void note(struct entry entry, const char *name, const void *data);

__attribute__((constructor)) static void start(void)
{
    const char *folder = getenv("FILELOG_ROOT"), *record = getenv("FILELOG_FILE"), *file = getenv("FILELOG_RULES");
    unsetenv("LD_PRELOAD");
    if (!folder || strlen(folder) >= sizeof root)
        return;
    strcpy(root, folder);
    if (record)
        record_fd = syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file) {
        int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
        void *found = (void *)syscall(SYS_mmap, NULL, RULES * sizeof(struct rule), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        rules = found == MAP_FAILED ? NULL : found;
        syscall(SYS_close, fd);
    }
    root_length = strlen(root);
    /* Several processes, one after the other, may share a record. */
    note((struct entry){.kind = STARTED}, NULL, NULL);
}

static void write_all(const void *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = syscall(SYS_write, record_fd, bytes, length);
        if (written < 0) {
            /* A record with a hole would prove nothing. */
            static const char told[] = "filelog: the record cannot be written\n";
            syscall(SYS_write, 2, told, sizeof told - 1);
            abort();
        }
        bytes = (const char *)bytes + written;
        length -= written;
    }
}

/* Notes one entry. The caller holds the lock. */
static void note(struct entry entry, const char *name, const void *data)
{
    if (record_fd < 0)
        return;
    entry.name_length = name ? strlen(name) : 0;
    write_all(&entry, sizeof entry);
    write_all(name, entry.name_length);
    write_all(data, entry.data_length);
    entries++;
}

static int is_below(const char *path)
{
    return root_length && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || !path[root_length]);
}

static int path_of(int fd, char *path)
{
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return length > 0;
}

/* Whether a descriptor is a file or folder of ours. */
static int is_ours(int fd, struct stat *found, char *path)
{
    int saved = errno;
    int ours = root_length && fstat(fd, found) == 0 && (S_ISREG(found->st_mode) || S_ISDIR(found->st_mode)) &&
               path_of(fd, path) && is_below(path);
    errno = saved;
    return ours;
}

/* A name in a folder. */
struct place {
    char folder[PATH_MAX], name[NAME_MAX + 1];
    uint64_t inode;
};

/* Finds the folder of a path. Gives 0 where it is none of ours. */
static int find(int at, const char *path, struct place *place)
{
    char whole[2 * PATH_MAX], base[PATH_MAX] = "";
    struct stat found;
    int saved = errno;
    if (!root_length || !path || !*path || strlen(path) >= PATH_MAX)
        return 0;
    if (*path != '/' && !(at == AT_FDCWD ? getcwd(base, sizeof base) != NULL : path_of(at, base)))
        return 0;
    snprintf(whole, sizeof whole, *path == '/' ? "%s%s" : "%s/%s", base, path);
    for (size_t length = strlen(whole); length > 1 && whole[length - 1] == '/'; length--)
        whole[length - 1] = 0;
    char *slash = strrchr(whole, '/');
    if (!slash || strlen(slash + 1) > NAME_MAX)
        return 0;
    strcpy(place->name, slash + 1);
    *slash = 0;
    int ours = realpath(*whole ? whole : "/", place->folder) && is_below(place->folder) && stat(place->folder, &found) == 0;
    place->inode = ours ? found.st_ino : 0;
    errno = saved;
    return ours;
}

static void sleep_millis(uint32_t millis)
{
    struct timespec time = {millis / 1000, (long)(millis % 1000) * 1000000};
    syscall(SYS_nanosleep, &time, NULL);
}

/* Whether a rule counts this call in. */
static int meets(volatile struct rule *rule, int call, const char *path)
{
    if (!rule->active || !(rule->calls & call) || (rule->part[0] && !strstr(path, (const char *)rule->part)))
        return 0;
    if (__atomic_fetch_add(&rule->seen, 1, __ATOMIC_RELAXED) < rule->spare)
        return 0;
    if (rule->permille) {
        /* Xorshift; a race makes it no less by chance. */
        chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
        if (chance % 1000 >= rule->permille)
            return 0;
    }
    uint32_t met = __atomic_fetch_add(&rule->met, 1, __ATOMIC_RELAXED);
    return !rule->times || met < rule->times;
}

/* What happens to a call instead of itself: 0, FAIL with errno set, CUT_SHORT or PRETEND. */
static int fault(int call, const char *path)
{
    for (int number = 0; rules && number < RULES; number++) {
        volatile struct rule *rule = &rules[number];
        if (!meets(rule, call, path))
            continue;
        if (rule->action == DELAY) {
            sleep_millis(rule->millis);
            continue;
        }
        if (rule->action == FAIL)
            errno = rule->error;
        return rule->action;
    }
    return 0;
}

/* The same for a descriptor; quick while there are no rules. */
static int fault_of(int call, int fd)
{
    struct stat found;
    char path[PATH_MAX];
    return rules && is_ours(fd, &found, path) ? fault(call, path) : 0;
}

static void forbid(int fd, const char *what)
{
    struct stat found;
    char path[PATH_MAX];
    if (!is_ours(fd, &found, path))
        return;
    pthread_mutex_lock(&lock);
    note((struct entry){.kind = FORBIDDEN, .inode = found.st_ino}, what, NULL);
    pthread_mutex_unlock(&lock);
}

static void forbid_at(int at, const char *path, const char *what)
{
    struct place place;
    if (!find(at, path, &place))
        return;
    pthread_mutex_lock(&lock);
    note((struct entry){.kind = FORBIDDEN, .inode = place.inode}, what, NULL);
    pthread_mutex_unlock(&lock);
}

/* --- opening ----------------------------------------------------------------------------------- */

static int open_ours(int at, const char *path, int flags, mode_t mode, struct place *place)
{
    struct stat before, after;
    char whole[PATH_MAX + NAME_MAX + 2];
    snprintf(whole, sizeof whole, "%s/%s", place->folder, place->name);
    int existed = stat(whole, &before) == 0;
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    if (fault(OPEN, whole) == FAIL || ((writes || !existed) && (flags & (O_CREAT | O_TRUNC)) && fault(CREATE, whole) == FAIL))
        return -1;
    pthread_mutex_lock(&lock);
    existed = stat(whole, &before) == 0;
    int fd = syscall(SYS_openat, at, path, flags, mode), saved = errno;
    if (fd >= 0 && fstat(fd, &after) == 0) {
        if ((flags & O_TMPFILE) == O_TMPFILE)
            note((struct entry){.kind = FORBIDDEN, .inode = place->inode}, "O_TMPFILE", NULL);
        else if (!existed)
            note((struct entry){.kind = CREATED, .inode = place->inode, .other = after.st_ino}, place->name, NULL);
        else if ((flags & O_TRUNC) && before.st_size > 0)
            note((struct entry){.kind = SIZED, .inode = after.st_ino}, NULL, NULL);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return fd;
}

static int open_any(int at, const char *path, int flags, mode_t mode)
{
    struct place place;
    if (find(at, path, &place))
        return open_ours(at, path, flags, mode, &place);
    return syscall(SYS_openat, at, path, flags, mode);
}

#define MODE_OF(flags)                                              \
    mode_t mode = 0;                                                \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                          \
        va_list more;                                               \
        va_start(more, flags);                                      \
        mode = va_arg(more, mode_t);                                \
        va_end(more);                                               \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags) return open_any(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* --- reading ----------------------------------------------------------------------------------- */

ssize_t read(int fd, void *bytes, size_t length)
{
    return fault_of(READ, fd) == FAIL ? -1 : syscall(SYS_read, fd, bytes, length);
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset)
{
    return fault_of(READ, fd) == FAIL ? -1 : syscall(SYS_pread64, fd, bytes, length, offset);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t offset) { return pread64(fd, bytes, length, offset); }

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    return fault_of(READ, fd) == FAIL ? -1 : syscall(SYS_readv, fd, parts, count);
}

/* --- writing ----------------------------------------------------------------------------------- */

/* Takes together what a write of several parts has written. */
static char *joined(const struct iovec *parts, int count, size_t written)
{
    char *all = malloc(written ? written : 1), *end = all;
    for (int part = 0; all && part < count && written > 0; part++) {
        size_t length = parts[part].iov_len < written ? parts[part].iov_len : written;
        memcpy(end, parts[part].iov_base, length);
        end += length, written -= length;
    }
    if (!all)
        abort();
    return all;
}

/* What is said to others: the beginnings of answers, and acknowledgements of a test's child. */
static void listen_in(int fd, const struct iovec *parts, int count)
{
    static const char *const said[] = {"HTTP/1.", "acknowledged "};
    struct stat found;
    int saved = errno;
    if (record_fd < 0 || count < 1 || parts->iov_len < 13)
        return;
    for (int number = 0; number < 2; number++) {
        if (memcmp(parts->iov_base, said[number], strlen(said[number])) || fstat(fd, &found) || S_ISREG(found.st_mode))
            continue;
        size_t length = parts->iov_len < SAID_BYTES_MAX ? parts->iov_len : SAID_BYTES_MAX;
        pthread_mutex_lock(&lock);
        note((struct entry){.kind = SAID, .data_length = length}, NULL, parts->iov_base);
        pthread_mutex_unlock(&lock);
    }
    errno = saved;
}

/* A write of any form; `offset` is -1 where the descriptor's own place counts. */
static ssize_t write_parts(int fd, const struct iovec *parts, int count, off64_t offset)
{
    struct stat found;
    char path[PATH_MAX];
    if (!is_ours(fd, &found, path)) {
        listen_in(fd, parts, count);
        return offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, offset, 0);
    }
    struct iovec half = {parts->iov_base, (parts->iov_len + 1) / 2};
    int instead = fault(WRITE, path);
    if (instead == FAIL)
        return -1;
    if (instead == CUT_SHORT)
        parts = &half, count = 1;
    pthread_mutex_lock(&lock);
    ssize_t written = offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, offset, 0);
    int saved = errno;
    if (written > 0) {
        off64_t began = offset < 0 ? syscall(SYS_lseek, fd, 0, SEEK_CUR) - written : offset;
        char *bytes = joined(parts, count, written);
        note((struct entry){.kind = WRITTEN, .inode = found.st_ino, .offset = began, .data_length = written}, NULL, bytes);
        free(bytes);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    return written;
}

#define PART(bytes, length) &(struct iovec){(void *)(bytes), length}, 1

ssize_t write(int fd, const void *bytes, size_t length) { return write_parts(fd, PART(bytes, length), -1); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_parts(fd, parts, count, -1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return write_parts(fd, PART(bytes, length), at); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return write_parts(fd, PART(bytes, length), at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return write_parts(fd, parts, count, at); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return write_parts(fd, parts, count, at); }

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t to_length)
{
    listen_in(fd, PART(bytes, length));
    return syscall(SYS_sendto, fd, bytes, length, flags, to, to_length);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) { return sendto(fd, bytes, length, flags, NULL, 0); }

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    listen_in(fd, message->msg_iov, message->msg_iovlen);
    return syscall(SYS_sendmsg, fd, message, flags);
}

int ftruncate64(int fd, off64_t size)
{
    struct stat found;
    char path[PATH_MAX];
    if (!is_ours(fd, &found, path))
        return syscall(SYS_ftruncate, fd, size);
    if (fault(RESIZE, path) == FAIL)
        return -1;
    pthread_mutex_lock(&lock);
    int outcome = syscall(SYS_ftruncate, fd, size), saved = errno;
    if (outcome == 0)
        note((struct entry){.kind = SIZED, .inode = found.st_ino, .offset = size}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return outcome;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

/* --- syncing ----------------------------------------------------------------------------------- */

/* Without the lock: other calls go on while the disk works, as they do without us. */
static int sync_with(long call, int fd)
{
    struct stat found;
    char path[PATH_MAX];
    if (!is_ours(fd, &found, path))
        return syscall(call, fd);
    pthread_mutex_lock(&lock);
    uint64_t began = entries;
    pthread_mutex_unlock(&lock);
    int instead = fault(S_ISDIR(found.st_mode) ? SYNC_FOLDER : SYNC, path);
    if (instead == PRETEND)
        return 0;
    int outcome = instead == FAIL ? -1 : syscall(call, fd), saved = errno;
    pthread_mutex_lock(&lock);
    note((struct entry){.kind = outcome == 0 ? SYNCED : SYNC_FAILED, .inode = found.st_ino, .began = began}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return outcome;
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

/* --- names ------------------------------------------------------------------------------------- */

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    struct place source, target;
    int ours = find(from_at, from, &source) + 2 * find(to_at, to, &target);
    if (!ours)
        return syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    if (fault(RENAME, from) == FAIL)
        return -1;
    char names[2 * NAME_MAX + 3];
    snprintf(names, sizeof names, "%s/%s", ours & 1 ? source.name : "", ours & 2 ? target.name : "");
    pthread_mutex_lock(&lock);
    int outcome = syscall(SYS_renameat2, from_at, from, to_at, to, flags), saved = errno;
    int plain = ours == 3 && source.inode == target.inode && !(flags & RENAME_EXCHANGE);
    if (outcome == 0)
        note((struct entry){.kind = plain ? RENAMED : FORBIDDEN, .inode = source.inode, .other = target.inode}, names, NULL);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return outcome;
}

int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to) { return renameat2(from_at, from, to_at, to, 0); }

int unlinkat(int at, const char *path, int flags)
{
    struct place place;
    if (!find(at, path, &place))
        return syscall(SYS_unlinkat, at, path, flags);
    if (fault(UNLINK, path) == FAIL)
        return -1;
    pthread_mutex_lock(&lock);
    int outcome = syscall(SYS_unlinkat, at, path, flags), saved = errno;
    if (outcome == 0)
        note((struct entry){.kind = flags & AT_REMOVEDIR ? REMOVED_FOLDER : UNLINKED, .inode = place.inode}, place.name, NULL);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return outcome;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int at, const char *path, mode_t mode)
{
    struct place place;
    struct stat found;
    if (!find(at, path, &place))
        return syscall(SYS_mkdirat, at, path, mode);
    if (fault(MKDIR, path) == FAIL)
        return -1;
    pthread_mutex_lock(&lock);
    int outcome = syscall(SYS_mkdirat, at, path, mode), saved = errno;
    if (outcome == 0 && fstatat(at, path, &found, 0) == 0)
        note((struct entry){.kind = MADE_FOLDER, .inode = place.inode, .other = found.st_ino}, place.name, NULL);
    pthread_mutex_unlock(&lock);
    errno = saved;
    return outcome;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* --- space ------------------------------------------------------------------------------------- */

static int statvfs_any(const char *path, struct statvfs *found, int (*real)(const char *, struct statvfs *))
{
    int outcome = real(path, found);
    if (outcome == 0 && is_below(path) && fault(SPACE, path))
        found->f_bavail = found->f_bfree = 0;
    return outcome;
}

/* The C library makes this of another call, so it is filled in here. */
#include <sys/vfs.h>

static int real_statvfs(const char *path, struct statvfs *found)
{
    struct statfs system;
    if (syscall(SYS_statfs, path, &system) != 0)
        return -1;
    memset(found, 0, sizeof *found);
    found->f_bsize = system.f_bsize;
    found->f_frsize = system.f_frsize ? system.f_frsize : system.f_bsize;
    found->f_blocks = system.f_blocks, found->f_bfree = system.f_bfree, found->f_bavail = system.f_bavail;
    found->f_files = system.f_files, found->f_ffree = found->f_favail = system.f_ffree;
    found->f_namemax = system.f_namelen;
    return 0;
}

int statvfs(const char *path, struct statvfs *found) { return statvfs_any(path, found, real_statvfs); }
int statvfs64(const char *path, struct statvfs64 *found) { return statvfs_any(path, (struct statvfs *)found, real_statvfs); }

/* --- what is not understood -------------------------------------------------------------------- */

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
    if (fd >= 0 && (protection & PROT_WRITE) && (flags & MAP_SHARED))
        forbid(fd, "mmap");
    return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset)
{
    return mmap(at, length, protection, flags, fd, offset);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length)
{
    forbid(fd, "fallocate");
    return syscall(SYS_fallocate, fd, mode, offset, length);
}

int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags)
{
    forbid(to, "copy_file_range");
    return syscall(SYS_copy_file_range, from, from_at, to, to_at, length, flags);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count)
{
    forbid(to, "sendfile");
    return syscall(SYS_sendfile, to, from, offset, count);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }

int truncate64(const char *path, off64_t size)
{
    forbid_at(AT_FDCWD, path, "truncate");
    return syscall(SYS_truncate, path, size);
}

int truncate(const char *path, off_t size) { return truncate64(path, size); }

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    forbid_at(to_at, to, "link");
    return syscall(SYS_linkat, from_at, from, to_at, to, flags);
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlinkat(const char *target, int at, const char *path)
{
    forbid_at(at, path, "symlink");
    return syscall(SYS_symlinkat, target, at, path);
}

int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

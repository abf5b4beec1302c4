/* A clock that is set by a test: loaded before the C library (LD_PRELOAD), it adds an offset to the
 * time of day and leaves the monotonic clock alone, as a machine does whose clock somebody sets.
 *
 * STATELINE_TEST_CLOCK names a file of eight bytes, the offset in nanoseconds in the machine's own
 * byte order. It is mapped, so that a change holds from the next question on. Without the file, or
 * where it cannot be mapped, the process ends: a test must not pass because its clock did not move. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BILLION 1000000000LL

static const volatile int64_t *offset;

__attribute__((constructor)) static void map_offset(void) {
    const char *path = getenv("STATELINE_TEST_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) {
        fputs("clock.c: STATELINE_TEST_CLOCK names no file that can be mapped\n", stderr);
        _exit(1);
    }
    close(file);
    offset = mapped;
}

static int is_time_of_day(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    if (failed == 0 && offset != NULL && is_time_of_day(clock)) {
        int64_t all = (int64_t)at->tv_sec * BILLION + at->tv_nsec + *offset;
        at->tv_sec = (time_t)(all / BILLION);
        at->tv_nsec = (long)(all % BILLION);
    }
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return (time_t)-1;
    if (into != NULL)
        *into = now.tv_sec;
    return now.tv_sec;
}

/*
 * Loaded into the server by LD_PRELOAD: the Nth write or sync of a journal segment, or send of the feed, goes wrong as
 * FAULT=call:N:deed:argument says.
 *
 *   write:N:kill:BYTES    so many of its bytes, modulo its length + 1, are written, then SIGKILL
 *   write:N:short:BYTES   so many are written and reported; each write after it fails with ENOSPC
 *   write:N:error:ERRNO   nothing is written
 *   sync:N:kill:0         SIGKILL instead of the sync;  sync:N:killed-after:0  behind it
 *   sync:N:error:ERRNO    it fails; those after it succeed, as on Linux
 *   sync:N:slow:MS        it and every one after it takes so much longer
 *   send:N:error:ERRNO    it and the 200 after it fail, of datagrams to a multicast group
 *
 * A segment is a file named /journal/NNNNNNNN.log. Node writes with pwritev64, which libuv looks up.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define IOV_PARTS_MAX 16
#define SENDS_FAILED 200

static char call_wanted[8], deed[16];
static long number_wanted, argument;
static atomic_long writes, syncs, sends;

__attribute__((constructor)) static void read_fault(void) {
  const char *fault = getenv("FAULT");
  if (fault != NULL) {
    sscanf(fault, "%7[^:]:%ld:%15[^:]:%ld", call_wanted, &number_wanted, deed, &argument);
  }
}

static int is_deed(const char *name) { return strcmp(deed, name) == 0; }

static int is_segment(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 4) return 0;
  path[length] = 0;
  return strstr(path, "/journal/") != NULL && strcmp(path + length - 4, ".log") == 0;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* The first `bytes` of what was to be written. */
static ssize_t write_part(int fd, const struct iovec *parts, int count, off_t at, size_t bytes) {
  struct iovec some[IOV_PARTS_MAX];
  int used = 0;
  for (int i = 0; i < count && i < IOV_PARTS_MAX && bytes > 0; i++) {
    some[used] = parts[i];
    if (some[used].iov_len > bytes) some[used].iov_len = bytes;
    bytes -= some[used++].iov_len;
  }
  return used == 0 ? 0 : REAL(pwritev64)(fd, some, used, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) {
  if (strcmp(call_wanted, "write") == 0 && is_segment(fd)) {
    long number = ++writes;
    if (number > number_wanted && is_deed("short")) return errno = ENOSPC, -1;
    if (number == number_wanted) {
      size_t length = 0;
      for (int i = 0; i < count; i++) length += parts[i].iov_len;
      if (is_deed("error")) return errno = (int)argument, -1;
      if (is_deed("short")) return write_part(fd, parts, count, at, argument % length);
      write_part(fd, parts, count, at, argument % (length + 1));
      die();
    }
  }
  return REAL(pwritev64)(fd, parts, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return pwritev64(fd, parts, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  struct iovec part = {(void *)bytes, length};
  return pwritev64(fd, &part, 1, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return pwrite64(fd, bytes, length, at);
}

int fdatasync(int fd) {
  if (strcmp(call_wanted, "sync") == 0 && is_segment(fd)) {
    long number = ++syncs;
    if (number == number_wanted && is_deed("kill")) die();
    if (number == number_wanted && is_deed("error")) return errno = (int)argument, -1;
    if (number >= number_wanted && is_deed("slow")) usleep((useconds_t)argument * 1000);
    int result = REAL(fdatasync)(fd);
    if (number == number_wanted && is_deed("killed-after")) die();
    return result;
  }
  return REAL(fdatasync)(fd);
}

/* Whether a datagram is to fail: the feed's sockets are connected to their multicast groups. */
static int send_fails(int fd) {
  struct sockaddr_in to;
  socklen_t length = sizeof to;
  if (strcmp(call_wanted, "send") != 0) return 0;
  if (getpeername(fd, (struct sockaddr *)&to, &length) != 0 || to.sin_family != AF_INET) return 0;
  if (!IN_MULTICAST(ntohl(to.sin_addr.s_addr))) return 0;
  long number = ++sends;
  return number >= number_wanted && number <= number_wanted + SENDS_FAILED;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  if (send_fails(fd)) return errno = (int)argument, -1;
  return REAL(sendmsg)(fd, message, flags);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  if (send_fails(fd)) return errno = (int)argument, -1;
  return REAL(sendmmsg)(fd, messages, count, flags);
}

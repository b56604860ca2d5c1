/*
 * cut-power DIRECTORY: the ext4 file system that it is on takes nothing more and forgets what is not
 * on its disk, its own journal's unwritten part too, as when the power goes. EXT4_IOC_SHUTDOWN.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define SHUTDOWN _IOR('X', 125, uint32_t)
#define WITHOUT_LOG_FLUSH 2

int main(int count, char **words) {
  uint32_t how = WITHOUT_LOG_FLUSH;
  if (count != 2) return 2;
  int directory = open(words[1], O_RDONLY);
  if (directory < 0 || ioctl(directory, SHUTDOWN, &how) != 0) {
    perror(words[1]);
    return 1;
  }
  return 0;
}

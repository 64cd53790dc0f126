// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Calls into the system: -errno instead of errno.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* Give errno back its @saved value; return @result, or -errno if it is -1. */
static int without_errno(int result, int saved)
{
	if (result == -1)
		result = -errno;
	errno = saved;
	return result;
}

int ipcchan_sys_open(const char *path)
{
	int saved = errno;

	return without_errno(open(path, O_RDWR | O_CLOEXEC), saved);
}

void ipcchan_sys_close(int fd)
{
	int saved = errno;

	without_errno(close(fd), saved);
}

/*
 * The C library's ioctl() takes any number of arguments, and sets errno, which would
 * have to be kept: a third of what a short call costs in user space.
 */
#if defined(__x86_64__) && defined(__LP64__)
int ipcchan_sys_ioctl(int fd, unsigned int command, void *argument)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a" (result)
			 : "a" ((long)SYS_ioctl), "D" ((long)fd),
			   "S" ((unsigned long)command), "d" (argument)
			 : "rcx", "r11", "memory");
	return result;
}
#else
int ipcchan_sys_ioctl(int fd, unsigned int command, void *argument)
{
	int saved = errno;

	return without_errno(ioctl(fd, command, argument), saved);
}
#endif

/* The size that the number tells is that of the caller's structure. */
int ipcchan_sys_ioctl_sized(int fd, unsigned int command, void *argument,
			    size_t size)
{
	if (size > _IOC_SIZEMASK)
		return -EINVAL;
	command = _IOC(_IOC_DIR(command), _IOC_TYPE(command), _IOC_NR(command),
		       size);
	return ipcchan_sys_ioctl(fd, command, argument);
}

void *ipcchan_sys_new(size_t size)
{
	int saved = errno;
	void *memory = calloc(1, size);

	errno = saved;
	return memory;
}

int ipcchan_ask(int fd, unsigned int command, void *info, size_t size)
{
	memset(info, 0, size);
	return ipcchan_sys_ioctl_sized(fd, command, info, size);
}

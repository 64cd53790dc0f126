// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Errors: the errno contract of <linux/ipcchan.h>, in words.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

/**
 * struct error - an errno that ipcchan gives
 * @number: The errno.
 * @name: Its name.
 * @text: What it means.
 */
struct error {
	int number;
	const char *name;
	const char *text;
};

static const struct error errors[] = {
	{ 0, "0", "no error" },
	{ ENOTTY, "ENOTTY", "not known to this file or this kernel" },
	{ EBADF, "EBADF", "not a descriptor of the kind that is needed" },
	{ EPERM, "EPERM",
	  "the descriptor lacks the right, or this thread has not locked it" },
	{ EACCES, "EACCES", "permission denied by mode and owner" },
	{ EINVAL, "EINVAL", "a value is out of its range" },
	{ E2BIG, "E2BIG", "a structure is newer than the kernel" },
	{ EOPNOTSUPP, "EOPNOTSUPP", "a flag or value that the kernel does not know" },
	{ ESRCH, "ESRCH", "no call has this token" },
	{ ECANCELED, "ECANCELED",
	  "nobody waits for the answer any more, or the barrier was reset" },
	{ EALREADY, "EALREADY", "the call has its outcome" },
	{ EBUSY, "EBUSY",
	  "another thread or process has it, or the pages are lent or in use" },
	{ ESTALE, "ESTALE", "the extent is over" },
	{ ECHILD, "ECHILD", "there is no call to wait for" },
	{ EOWNERDEAD, "EOWNERDEAD",
	  "the server, the owner or a party ended, and left something half done" },
	{ ENOTRECOVERABLE, "ENOTRECOVERABLE",
	  "nobody put in order what a dead owner of the lock left" },
	{ EDEADLK, "EDEADLK", "it would wait for itself for ever, or a rank forbids it" },
	{ ENOPROTOOPT, "ENOPROTOOPT", "the mailbox takes no descriptors" },
	{ ELOOP, "ELOOP", "a descriptor of this kind cannot be sent" },
	{ ETOOMANYREFS, "ETOOMANYREFS", "the user has too many descriptors in messages" },
	{ EFAULT, "EFAULT", "bad address" },
	{ ENAMETOOLONG, "ENAMETOOLONG", "the name is longer than 63 bytes" },
	{ ENOENT, "ENOENT", "no such name, no device, or not held" },
	{ EEXIST, "EEXIST", "the name is taken" },
	{ EPROTOTYPE, "EPROTOTYPE", "the name belongs to another kind of object" },
	{ ENOSPC, "ENOSPC",
	  "the user owns as many objects, or the client has as many calls, as one may" },
	{ EDQUOT, "EDQUOT",
	  "the user holds as many bytes as one user may; opening a mailbox that "
	  "tells of its peers takes some" },
	{ ENOMEM, "ENOMEM", "out of memory" },
	{ EMFILE, "EMFILE", "the process has too many open files" },
	{ ENFILE, "ENFILE", "the system has too many open files" },
	{ EMSGSIZE, "EMSGSIZE", "the message is too long" },
	{ ENOMSG, "ENOMSG", "no message at that index" },
	{ ENOTCONN, "ENOTCONN", "this descriptor has not subscribed" },
	{ EOVERFLOW, "EOVERFLOW",
	  "the subscriber was too slow and is evicted, or it is more than the maximum" },
	{ ENOTEMPTY, "ENOTEMPTY", "the mailbox has or had messages" },
	{ EBADMSG, "EBADMSG",
	  "the next message is a request, or is empty and cannot be read as a stream" },
	{ EAGAIN, "EAGAIN", "it would block" },
	{ ETIMEDOUT, "ETIMEDOUT", "the deadline passed" },
	{ EINTR, "EINTR", "interrupted by a signal" },
	{ EPIPE, "EPIPE", "the other side is gone" },
	{ EPROTO, "EPROTO", "the other end of the ring broke the rules" },
	{ EIDRM, "EIDRM", "the object was killed" },
	{ ENXIO, "ENXIO", "no such device, outside of the object, or not mapped" },
	{ ENODEV, "ENODEV", "no such device" },
};

static const struct error *find_error(int error)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].number == abs(error))
			return &errors[i];
	return NULL;
}

const char *ipcchan_error_name(int error)
{
	const struct error *found = find_error(error);

	return found ? found->name : "E?";
}

const char *ipcchan_error_text(int error)
{
	const struct error *found = find_error(error);

	return found ? found->text : "unexpected error";
}

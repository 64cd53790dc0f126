// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Arguments of the caller: names, and options of any age.
 */
#include <errno.h>
#include <stdbool.h>

#include "internal.h"

int ipcchan_copy_name(char to[IPCCHAN_NAME_SIZE], const char *name)
{
	size_t length = name ? strnlen(name, IPCCHAN_NAME_SIZE) : 0;

	if (length == IPCCHAN_NAME_SIZE)
		return -ENAMETOOLONG;
	memset(to, 0, IPCCHAN_NAME_SIZE);
	if (length)
		memcpy(to, name, length);
	return 0;
}

int ipcchan_copy_name_to_open(char to[IPCCHAN_NAME_SIZE], const char *name,
			      uint32_t *flags)
{
	if (name && !*name)
		return -EINVAL;
	if (!name)
		*flags |= IPCCHAN_OPEN_CREATE;
	return ipcchan_copy_name(to, name);
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
	while (size && !bytes[size - 1])
		size--;
	return !size;
}

int ipcchan_copy_options(void *known, size_t known_size, size_t first_size,
			 const void *options)
{
	uint32_t size;

	if (!options)
		return 0;
	memcpy(&size, options, sizeof(size));
	if (size < first_size)
		return -EINVAL;
	if (size > known_size) {
		if (!is_zero((const unsigned char *)options + known_size,
			     size - known_size))
			return -E2BIG;
		size = known_size;
	}
	memcpy(known, options, size);
	return 0;
}

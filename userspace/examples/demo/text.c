// SPDX-License-Identifier: GPL-2.0
/*
 * The text whose words are counted.
 */
#include <err.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"
#include "truth.h"

static const char *map_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *bytes = "";
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	if (!S_ISREG(st.st_mode))
		errx(1, "%s: not a regular file", path);
	if (st.st_size)
		bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	*size = st.st_size;
	return bytes;
}

void text_open(struct text *text, const char *path)
{
	text->path = path;
	text->bytes = map_file(path, &text->size);
	text->words = truth_words(path);
	text->rule = truth_rule();
}

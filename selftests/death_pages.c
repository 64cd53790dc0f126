// SPDX-License-Identifier: GPL-2.0
/* Pages that are taken away from a process, so that each access stops it. */

#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "death_pages.h"
#include "ipcchan_selftest.h"

static int watch_page(int faults, unsigned char *page)
{
	struct uffdio_register area = {
		.range = { .start = (uintptr_t)page, .len = DEATH_PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return call(faults, UFFDIO_REGISTER, &area);
}

int pages_watch(const struct victim *victim)
{
	struct uffdio_api api = { .api = UFFD_API };
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (faults < 0 || call(faults, UFFDIO_API, &api))
		abort();
	for (unsigned int i = 0; i < victim->nr_pages; i++)
		if (watch_page(faults, victim->pages[i]))
			abort();
	return faults;
}

/* The memory is shared: without the page in it, no process has the page. */
static void take_page(struct pages *pages, unsigned int i)
{
	unsigned char *page = pages->victim->pages[i];

	if (!pages->is_there[i])
		return;
	memcpy(pages->copies[i], page, DEATH_PAGE);
	if (madvise(page, DEATH_PAGE, MADV_REMOVE))
		abort();
	pages->is_there[i] = false;
}

/* That the test writes to it makes the page. */
static void give_page(struct pages *pages, unsigned int i)
{
	if (pages->is_there[i])
		return;
	memcpy(pages->victim->pages[i], pages->copies[i], DEATH_PAGE);
	pages->is_there[i] = true;
}

void pages_take(struct pages *pages, const struct victim *victim, int faults)
{
	pages->victim = victim;
	pages->faults = faults;
	for (unsigned int i = 0; i < victim->nr_pages; i++) {
		pages->is_there[i] = true;
		take_page(pages, i);
	}
}

/*
 * Taking the others makes the next access to them a point too. No single
 * instruction may need two pages at once, or it would never have both.
 */
void pages_pass(struct pages *pages)
{
	struct uffdio_range range = { .len = DEATH_PAGE };
	struct uffd_msg message;

	if (read(pages->faults, &message, sizeof(message)) != sizeof(message))
		abort();
	range.start = message.arg.pagefault.address & ~(DEATH_PAGE - 1ULL);
	for (unsigned int i = 0; i < pages->victim->nr_pages; i++) {
		if ((uintptr_t)pages->victim->pages[i] == range.start)
			give_page(pages, i);
		else
			take_page(pages, i);
	}
	if (call(pages->faults, UFFDIO_WAKE, &range))
		abort();
}

void pages_return(struct pages *pages)
{
	for (unsigned int i = 0; i < pages->victim->nr_pages; i++)
		give_page(pages, i);
}

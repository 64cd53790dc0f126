// SPDX-License-Identifier: GPL-2.0
/*
 * Withdrawing: pages from who uses them.
 */
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/workqueue.h>

#include "region/withdraw.h"

/**
 * struct run - pages of a file
 * @mapping: of the file
 * @first: first page
 * @last: last page
 */
struct run {
	struct address_space *mapping;
	pgoff_t first;
	pgoff_t last;
};

/*
 * Is there a page for which @test is true? It is asked of each. Pages in swap are
 * skipped: nobody has a reference to one of these, or it would not have gone there.
 */
static bool any(const struct run *run,
		bool (*test)(const struct run *run, struct folio *folio))
{
	pgoff_t next = run->first;
	struct folio_batch batch;
	bool found = false;

	folio_batch_init(&batch);
	while (filemap_get_folios(run->mapping, &next, run->last, &batch)) {
		for (u32 i = 0; i < folio_batch_count(&batch); i++)
			found |= test(run, batch.folios[i]);
		folio_batch_release(&batch);
		cond_resched();
	}
	return found;
}

/* May something but a CPU access it? */
static bool is_pinned(const struct run *run, struct folio *folio)
{
	return folio_maybe_dma_pinned(folio) || folio_test_writeback(folio);
}

static void zap(struct address_space *mapping, pgoff_t first, pgoff_t nr)
{
	unmap_mapping_range(mapping, (loff_t)first << PAGE_SHIFT,
			    (loff_t)nr << PAGE_SHIFT, true);
}

/* One reference for each page by the file, and one by the batch of any(). */
static bool has_stray_reference(struct folio *folio)
{
	return folio_ref_count(folio) != folio_nr_pages(folio) + 1;
}

static bool is_still_used(const struct run *run, struct folio *folio)
{
	bool is_used = false;

	folio_lock(folio);
	/* Else it has just gone to swap. */
	if (folio->mapping == run->mapping) {
		if (folio_mapped(folio))
			zap(run->mapping, folio->index, folio_nr_pages(folio));
		is_used = has_stray_reference(folio);
	}
	folio_unlock(folio);
	return is_used;
}

/* Giving any batch back empties the lists of this CPU first. */
static long empty_lists(void *run_of_pages)
{
	const struct run *run = run_of_pages;
	pgoff_t next = run->first;
	struct folio_batch batch;

	folio_batch_init(&batch);
	filemap_get_folios(run->mapping, &next, run->last, &batch);
	folio_batch_release(&batch);
	return 0;
}

static void empty_all_lists(struct run *run)
{
	int cpu;

	for_each_online_cpu(cpu)
		work_on_cpu(cpu, empty_lists, run);
}

/**
 * ipcchan_pages_zap() - take pages out of all mappings
 * @shm: the file that has them
 * @first: first page
 * @last: last page
 *
 * The caller holds the lock of the loans, exclusive. Who may access them then gets
 * them back by a fault.
 *
 * Return: true if there is a reference that is of no mapping.
 */
bool ipcchan_pages_zap(struct file *shm, pgoff_t first, pgoff_t last)
{
	const struct run run = { shm->f_mapping, first, last };

	zap(run.mapping, first, last - first + 1);
	return any(&run, is_still_used);
}

/**
 * ipcchan_pages_withdraw() - take pages from all who use them
 * @shm: the file that has them
 * @first: first page
 * @last: last page
 *
 * As ipcchan_pages_zap().
 *
 * Return: 0, or -EBUSY: something may access one of them all the same.
 */
int ipcchan_pages_withdraw(struct file *shm, pgoff_t first, pgoff_t last)
{
	struct run run = { shm->f_mapping, first, last };

	if (any(&run, is_pinned))
		return -EBUSY;
	if (!ipcchan_pages_zap(shm, first, last))
		return 0;
	empty_all_lists(&run);
	return any(&run, is_still_used) ? -EBUSY : 0;
}

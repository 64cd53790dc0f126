// SPDX-License-Identifier: GPL-2.0
/*
 * Extents: loans that travel in messages.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/slab.h>

#include "object/quota.h"
#include "object/session.h"
#include "region/extent.h"
#include "region/region.h"
#include "region/withdraw.h"

static struct ipcchan_view *view_of(const struct ipcchan_handle *handle)
{
	return handle->endpoint;
}

static int check_mode(const struct ipcchan_handle *handle, u32 mode)
{
	if (mode == IPCCHAN_EXTENT_MOVE)
		return handle->rights & IPCCHAN_RIGHT_MAP_WRITE ? 0 : -EPERM;
	if (mode == IPCCHAN_EXTENT_SHARE)
		return handle->rights & IPCCHAN_RIGHT_MAP_READ ? 0 : -EPERM;
	return -EINVAL;
}

static int check(const struct ipcchan_handle *handle,
		 const struct ipcchan_extent *extent)
{
	const struct ipcchan_region *region = ipcchan_region_of(handle->file);
	u64 size = (u64)ipcchan_loan_pages(view_of(handle)->loan) << PAGE_SHIFT;
	int err = check_mode(handle, extent->mode);

	if (err)
		return err;
	if (!extent->length ||
	    !IS_ALIGNED(extent->offset | extent->length, region->granule))
		return -EINVAL;
	if (extent->offset > size || extent->length > size - extent->offset)
		return -ENXIO;
	return ipcchan_object_is_dead(handle->obj) ? -EIDRM : 0;
}

static void free_loan(struct ipcchan_loan *loan, struct ipcchan_user *user)
	__context_unsafe(nobody knows it any more)
{
	put_pid(loan->holder);
	ipcchan_user_uncharge_bytes(user, sizeof(*loan));
	kfree(loan);
}

static struct ipcchan_loan *new_loan(const struct ipcchan_handle *handle,
				     const struct ipcchan_extent *extent)
{
	const struct ipcchan_loan *lender = view_of(handle)->loan;
	struct ipcchan_user *user = handle->session->user;
	struct ipcchan_loan *loan;
	int err;

	err = ipcchan_user_charge_bytes(user, sizeof(*loan));
	if (err)
		return ERR_PTR(err);
	loan = kzalloc(sizeof(*loan), GFP_KERNEL_ACCOUNT);
	if (!loan) {
		ipcchan_user_uncharge_bytes(user, sizeof(*loan));
		return ERR_PTR(-ENOMEM);
	}
	ipcchan_loan_init(loan, lender->of);
	loan->mode = extent->mode;
	loan->first = lender->first + (extent->offset >> PAGE_SHIFT);
	loan->last = loan->first + (extent->length >> PAGE_SHIFT) - 1;
	return loan;
}

static u32 rights_of(const struct ipcchan_loan *loan)
{
	return loan->mode == IPCCHAN_EXTENT_MOVE ?
	       IPCCHAN_RIGHT_MAP_READ | IPCCHAN_RIGHT_MAP_WRITE :
	       IPCCHAN_RIGHT_MAP_READ;
}

/* A file that has the loan, which goes with it; or the loan is gone. */
static struct file *open_loan(const struct ipcchan_handle *handle,
			      struct ipcchan_loan *loan)
{
	struct file *file;

	file = ipcchan_handle_open(ipcchan_object_get(handle->obj),
				   handle->session, rights_of(loan), 0);
	if (IS_ERR(file))
		free_loan(loan, handle->session->user);
	else
		ipcchan_region_view(file)->loan = loan;
	return file;
}

static int begin(struct file *shm, struct ipcchan_loan *loan,
		 struct ipcchan_loan *lender)
{
	int err;

	guard(rwsem_write)(&loan->of->lock);
	/* They are loans of one region. */
	lockdep_assert_held(&lender->of->lock);
	err = ipcchan_loan_check(lender, loan);
	if (!err && loan->mode == IPCCHAN_EXTENT_MOVE)
		err = ipcchan_pages_withdraw(shm, loan->first, loan->last);
	if (!err)
		ipcchan_loan_begin(loan, lender);
	return err;
}

/**
 * ipcchan_extent_lend() - lend pages of a region, or of a loan of it
 * @handle: through which the lender has them
 * @extent: which, and how
 *
 * Return: a file for a message, or ERR_PTR(): -EPERM, -EINVAL, -ENXIO, -EIDRM,
 * -ESTALE, -EBUSY, -EDQUOT, -ENOMEM, -ENFILE; then all is as it was.
 */
struct file *ipcchan_extent_lend(struct ipcchan_handle *handle,
				 const struct ipcchan_extent *extent)
{
	int err = check(handle, extent);
	struct ipcchan_loan *loan;
	struct file *file;

	if (err)
		return ERR_PTR(err);
	loan = new_loan(handle, extent);
	if (IS_ERR(loan))
		return ERR_CAST(loan);
	file = open_loan(handle, loan);
	if (IS_ERR(file))
		return file;
	err = begin(ipcchan_region_of(file)->shm, loan, view_of(handle)->loan);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}

/**
 * ipcchan_extent_receive() - the current process has a descriptor of it now
 * @handle: of a region; it may be the region itself
 */
void ipcchan_extent_receive(struct ipcchan_handle *handle)
{
	struct ipcchan_loan *loan = view_of(handle)->loan;

	if (!loan->mode)
		return;
	guard(rwsem_write)(&loan->of->lock);
	ipcchan_loan_hold(loan);
}

/* Mappings keep the file, so there is none left. */
static bool end_with_file(struct ipcchan_loan *loan)
{
	guard(rwsem_write)(&loan->of->lock);
	if (!loan->is_live)
		return false;
	ipcchan_loan_end(loan);
	return true;
}

/**
 * ipcchan_extent_close() - a description of a region is gone, and its loan with it
 * @handle: of the description
 */
void ipcchan_extent_close(struct ipcchan_handle *handle)
{
	struct ipcchan_view *view = view_of(handle);
	struct ipcchan_loan *loan = view->loan;

	kfree(view);
	if (!loan->mode)
		return;
	if (end_with_file(loan))
		ipcchan_loans_tell(loan->of);
	free_loan(loan, handle->session->user);
}

/*
 * What was moved on is of others now, and nothing to give back. Readers keep what
 * they have of the pages otherwise, but the lender cannot move these meanwhile.
 */
static int withdraw(struct file *shm, struct ipcchan_loan *loan)
	__must_hold(&loan->of->lock)
{
	pgoff_t first = loan->first;
	pgoff_t last;
	int err = 0;

	lockdep_assert_held(&loan->of->lock);
	if (loan->mode == IPCCHAN_EXTENT_SHARE) {
		ipcchan_pages_zap(shm, loan->first, loan->last);
		return 0;
	}
	while (!err && ipcchan_loan_next_run(loan, &first, &last)) {
		err = ipcchan_pages_withdraw(shm, first, last);
		first = last + 1;
	}
	return err;
}

static int give_back(struct file *shm, struct ipcchan_loan *loan)
{
	int err;

	guard(rwsem_write)(&loan->of->lock);
	if (!loan->is_live)
		return -ESTALE;
	err = withdraw(shm, loan);
	if (!err)
		ipcchan_loan_end(loan);
	return err;
}

/**
 * ipcchan_region_release() - IPCCHAN_IOC_REGION_RELEASE
 * @file: of an extent
 * @arg: struct ipcchan_region_release
 *
 * Return: 0 or -errno.
 */
long ipcchan_region_release(struct file *file, void *arg)
{
	const struct ipcchan_region_release *a = arg;
	struct ipcchan_loan *loan = ipcchan_region_loan(file);
	int err;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	if (!loan->mode)
		return -EBADF;
	err = give_back(ipcchan_region_of(file)->shm, loan);
	if (!err)
		ipcchan_loans_tell(loan->of);
	return err;
}

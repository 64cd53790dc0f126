// SPDX-License-Identifier: GPL-2.0
/*
 * Deliveries: the table of them.
 */
#include <linux/kernel.h>

#include "mailbox/delivery.h"

static const struct ipcchan_delivery *const deliveries[] = {
	&ipcchan_delivery_queue,
	&ipcchan_delivery_rendezvous,
	&ipcchan_delivery_fair,
	&ipcchan_delivery_latest,
	&ipcchan_delivery_broadcast,
};

/**
 * ipcchan_delivery_find() - a delivery by its number
 * @number: IPCCHAN_DELIVERY_*
 *
 * Return: the delivery, or NULL if there is none.
 */
const struct ipcchan_delivery *ipcchan_delivery_find(u32 number)
{
	for (size_t i = 0; i < ARRAY_SIZE(deliveries); i++)
		if (deliveries[i]->number == number)
			return deliveries[i];
	return NULL;
}

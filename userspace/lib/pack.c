// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Pack: several records in one message.
 *
 * Each stands there as in a ring, behind a struct ipcchan_ring_record and padded to a
 * multiple of IPCCHAN_RING_ALIGN, and they follow each other until the message ends.
 */
#include <errno.h>
#include <ipcchan.h>
#include <string.h>

#include "ring_protocol.h"

void ipcchan_pack_begin(struct ipcchan_pack *pack, void *buffer, size_t room)
{
	*pack = (struct ipcchan_pack){ .data = buffer, .room = room };
}

int ipcchan_pack_add(struct ipcchan_pack *pack, const void *data, size_t size,
		     uint32_t type)
{
	const struct ipcchan_ring_record header = { .size = size, .type = type };
	size_t needs = ipcchan_ring_takes(size);
	char *place = pack->data + pack->size;

	if (size > IPCCHAN_PACK_RECORD_MAX)
		return -EMSGSIZE;
	if (needs > pack->room - pack->size)
		return needs > pack->room ? -EMSGSIZE : -EAGAIN;
	pack->size += needs;
	/* What pads it is nothing of the sender's memory. */
	if (size % IPCCHAN_RING_ALIGN)
		memset(place + needs - IPCCHAN_RING_ALIGN, 0, IPCCHAN_RING_ALIGN);
	memcpy(place, &header, sizeof(header));
	if (size)
		memcpy(place + sizeof(header), data, size);
	return 0;
}

void ipcchan_pack_open(struct ipcchan_unpack *unpack, const void *message,
		       size_t length)
{
	*unpack = (struct ipcchan_unpack){ .data = message, .left = length };
}

int ipcchan_pack_next(struct ipcchan_unpack *unpack, struct ipcchan_record *record)
{
	struct ipcchan_ring_record header;
	size_t needs;

	if (unpack->left < sizeof(header))
		return unpack->left ? -EPROTO : -ENOMSG;
	memcpy(&header, unpack->data, sizeof(header));
	needs = ipcchan_ring_takes(header.size);
	if (header.size > IPCCHAN_PACK_RECORD_MAX || needs > unpack->left)
		return -EPROTO;
	record->data = unpack->data + sizeof(header);
	record->size = header.size;
	record->type = header.type;
	unpack->data += needs;
	unpack->left -= needs;
	return 0;
}

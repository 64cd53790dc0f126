// SPDX-License-Identifier: GPL-2.0
/*
 * Packs of libipcchan: several records in one message.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <linux/ipcchan_ring.h>

#define ROOM	64

FIXTURE(pack)
{
	char buffer[ROOM];
	struct ipcchan_pack pack;
	struct ipcchan_unpack unpack;
	struct ipcchan_record record;
};

FIXTURE_SETUP(pack)
{
	memset(self->buffer, 'x', sizeof(self->buffer));
	ipcchan_pack_begin(&self->pack, self->buffer, ROOM);
}

FIXTURE_TEARDOWN(pack)
{
}

static void reopen(FIXTURE_DATA(pack) * self)
{
	ipcchan_pack_open(&self->unpack, self->pack.data, self->pack.size);
}

/* Is the next record @text, of this type? */
static bool is_next(FIXTURE_DATA(pack) * self, const char *text, uint32_t type)
{
	return !ipcchan_pack_next(&self->unpack, &self->record) &&
	       self->record.size == strlen(text) &&
	       !memcmp(self->record.data, text, strlen(text)) &&
	       self->record.type == type;
}

TEST_F(pack, gives_the_records_in_their_order_with_sizes_and_types)
{
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "first", 5, 7));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "eightlet", 8, 8));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "c", 1, UINT32_MAX));
	reopen(self);
	EXPECT_TRUE(is_next(self, "first", 7));
	EXPECT_TRUE(is_next(self, "eightlet", 8));
	EXPECT_TRUE(is_next(self, "c", UINT32_MAX));
	EXPECT_EQ(-ENOMSG, ipcchan_pack_next(&self->unpack, &self->record));
	EXPECT_EQ(-ENOMSG, ipcchan_pack_next(&self->unpack, &self->record));
}

TEST_F(pack, may_have_empty_records)
{
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, NULL, 0, 1));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, NULL, 0, 2));
	reopen(self);
	EXPECT_TRUE(is_next(self, "", 1));
	EXPECT_TRUE(is_next(self, "", 2));
	EXPECT_EQ(-ENOMSG, ipcchan_pack_next(&self->unpack, &self->record));
}

TEST_F(pack, of_nothing_is_an_empty_message)
{
	EXPECT_EQ(0, self->pack.size);
	reopen(self);
	EXPECT_EQ(-ENOMSG, ipcchan_pack_next(&self->unpack, &self->record));
}

TEST_F(pack, takes_as_many_records_as_fit_and_then_says_eagain)
{
	char bytes[24] = "";
	size_t size;

	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, bytes, 24, 0));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, bytes, 16, 0));
	size = self->pack.size;
	EXPECT_EQ(-EAGAIN, ipcchan_pack_add(&self->pack, bytes, 1, 0));
	EXPECT_EQ(size, self->pack.size);
	EXPECT_EQ(0, ipcchan_pack_add(&self->pack, NULL, 0, 0));
	EXPECT_EQ(ROOM, self->pack.size);
	EXPECT_EQ(-EAGAIN, ipcchan_pack_add(&self->pack, NULL, 0, 0));
}

TEST_F(pack, begins_anew_at_size_zero)
{
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "old", 3, 0));
	self->pack.size = 0;
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "new", 3, 0));
	reopen(self);
	EXPECT_TRUE(is_next(self, "new", 0));
	EXPECT_EQ(-ENOMSG, ipcchan_pack_next(&self->unpack, &self->record));
}

TEST_F(pack, refuses_with_emsgsize_what_fits_into_no_pack_of_its_room)
{
	char bytes[ROOM] = "";

	EXPECT_EQ(-EMSGSIZE, ipcchan_pack_add(&self->pack, bytes, ROOM - 7, 0));
	EXPECT_EQ(-EMSGSIZE, ipcchan_pack_add(&self->pack, bytes, SIZE_MAX, 0));
	EXPECT_EQ(-EMSGSIZE,
		  ipcchan_pack_add(&self->pack, bytes, UINT32_MAX - 6, 0));
	EXPECT_EQ(0, self->pack.size);
	EXPECT_EQ(0, ipcchan_pack_add(&self->pack, bytes, ROOM - 8, 0));
}

TEST_F(pack, pads_with_zeroes)
{
	static const char zeroes[7];

	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "a", 1, 0));
	ASSERT_EQ(16, self->pack.size);
	EXPECT_EQ(0, memcmp(self->buffer + 9, zeroes, sizeof(zeroes)));
	EXPECT_EQ('x', self->buffer[16]);
}

TEST_F(pack, stands_in_memory_of_any_alignment)
{
	ipcchan_pack_begin(&self->pack, self->buffer + 3, ROOM - 3);
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "odd", 3, 5));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "place", 5, 6));
	reopen(self);
	EXPECT_TRUE(is_next(self, "odd", 5));
	EXPECT_TRUE(is_next(self, "place", 6));
}

TEST_F(pack, that_was_cut_short_gives_eproto_where_it_was)
{
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "whole", 5, 0));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "cut", 3, 0));
	for (size_t cut = 1; cut < 16; cut++) {
		ipcchan_pack_open(&self->unpack, self->pack.data,
				  self->pack.size - cut);
		EXPECT_TRUE(is_next(self, "whole", 0));
		EXPECT_EQ(-EPROTO,
			  ipcchan_pack_next(&self->unpack, &self->record));
		EXPECT_EQ(-EPROTO,
			  ipcchan_pack_next(&self->unpack, &self->record));
	}
}

TEST_F(pack, with_a_size_that_leads_out_of_it_gives_eproto)
{
	static const uint32_t sizes[] = { 9, 1000, UINT32_MAX, UINT32_MAX - 7 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct ipcchan_ring_record header = { .size = sizes[i] };
		char message[16];

		memset(message, 0, sizeof(message));
		memcpy(message, &header, sizeof(header));
		ipcchan_pack_open(&self->unpack, message, sizeof(message));
		EXPECT_EQ(-EPROTO,
			  ipcchan_pack_next(&self->unpack, &self->record));
	}
}

TEST_F(pack, goes_through_a_mailbox_as_one_message)
{
	struct ipcchan *session = open_session();
	struct ipcchan_mailbox *mailbox = new_mailbox(session, NULL);
	struct ipcchan_mailbox_info info;
	char received[ROOM];
	long length;

	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "first", 5, 1));
	ASSERT_EQ(0, ipcchan_pack_add(&self->pack, "second", 6, 2));
	ASSERT_EQ(0, ipcchan_mailbox_send(mailbox, self->pack.data,
					  self->pack.size, NULL));
	ASSERT_EQ(0, ipcchan_mailbox_info(mailbox, &info, sizeof(info)));
	EXPECT_EQ(1, info.messages);
	length = ipcchan_mailbox_receive(mailbox, received, sizeof(received), NULL);
	ASSERT_EQ((long)self->pack.size, length);
	ipcchan_pack_open(&self->unpack, received, length);
	EXPECT_TRUE(is_next(self, "first", 1));
	EXPECT_TRUE(is_next(self, "second", 2));
	EXPECT_EQ(-ENOMSG, ipcchan_pack_next(&self->unpack, &self->record));
	ipcchan_mailbox_close(mailbox);
	ipcchan_session_close(session);
}

TEST_HARNESS_MAIN

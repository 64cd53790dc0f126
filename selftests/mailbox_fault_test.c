// SPDX-License-Identifier: GPL-2.0
/* Bad addresses: EFAULT, and no message is lost, doubled or displaced. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

/*
 * One page that can be written, one that can be read, one that is not there;
 * an address near the end of one page crosses into the next.
 */
FIXTURE(fault)
{
	int session;
	int mailbox;
	size_t page;
	char *writable;
	char *readable;
	char *absent;
};

FIXTURE_SETUP(fault)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->page = sysconf(_SC_PAGESIZE);
	self->writable = mmap(NULL, 3 * self->page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->writable);
	self->readable = self->writable + self->page;
	self->absent = self->readable + self->page;
	ASSERT_EQ(0, munmap(self->absent, self->page));
}

FIXTURE_TEARDOWN(fault)
{
	close(self->mailbox);
	close(self->session);
}

static int make_readable_only(char *address, size_t size)
{
	return mprotect(address, size, PROT_READ);
}

/* Three numbers; the second has the highest priority. */
static int put_three(int mailbox)
{
	return put_number_at(mailbox, 1, 4) == 1 &&
	       put_number_at(mailbox, 2, 9) == 1 &&
	       put_number_at(mailbox, 3, 4) == 1;
}

static bool takes_three(int mailbox)
{
	return take_number(mailbox) == 2 && take_number(mailbox) == 1 &&
	       take_number(mailbox) == 3 && take_number(mailbox) == -EAGAIN;
}

TEST_F(fault, in_the_data_of_send_sends_nothing)
{
	struct ipcchan_message message = MESSAGE(self->absent, 1);

	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, &message, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(fault, at_the_end_of_the_data_of_send_sends_nothing)
{
	struct ipcchan_message message = MESSAGE(self->absent - 100, 101);

	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, &message, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

TEST_F(fault, is_none_where_no_byte_is_needed)
{
	struct ipcchan_message message = MESSAGE(self->absent, 0);

	EXPECT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
}

TEST_F(fault, is_none_for_data_up_to_the_end_of_a_page)
{
	struct ipcchan_message message = MESSAGE(self->absent - 100, 100);

	EXPECT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(100, message.length);
}

TEST_F(fault, in_the_data_of_send_stops_a_batch)
{
	struct ipcchan_message batch[3];
	unsigned int numbers[3];

	numbers_fill(batch, numbers, 3, 1);
	batch[1].data = (uintptr_t)self->absent;
	EXPECT_EQ(1, mailbox_send(self->mailbox, batch, 3));
	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, batch + 1, 2));
	EXPECT_EQ(1, mailbox_info(self->mailbox).sent);
}

TEST_F(fault, in_the_array_of_send_sends_nothing)
{
	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, self->absent, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

TEST_F(fault, behind_the_first_element_of_send_is_told_or_stops_it)
{
	struct ipcchan_message *last = (void *)self->absent;
	int nr;

	memset(--last, 0, sizeof(*last));
	nr = mailbox_send(self->mailbox, last, 2);
	EXPECT_TRUE(nr == -EFAULT || nr == 1);
	EXPECT_EQ(nr == 1, mailbox_info(self->mailbox).sent);
}

TEST_F(fault, in_the_buffer_of_receive_leaves_the_message)
{
	struct ipcchan_message message = MESSAGE(self->absent, 4);

	ASSERT_TRUE(put_three(self->mailbox));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(3, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(0, mailbox_info(self->mailbox).received);
	EXPECT_EQ(0, mailbox_info(self->mailbox).held);
	EXPECT_TRUE(takes_three(self->mailbox));
}

TEST_F(fault, at_the_end_of_the_buffer_of_receive_leaves_the_message)
{
	struct ipcchan_message message = MESSAGE(self->absent - 2, 4);

	ASSERT_TRUE(put_three(self->mailbox));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_TRUE(takes_three(self->mailbox));
}

TEST_F(fault, in_a_buffer_that_is_read_only_leaves_the_message)
{
	struct ipcchan_message message = MESSAGE(self->readable, 4);

	ASSERT_EQ(0, make_readable_only(self->readable, self->page));
	ASSERT_TRUE(put_three(self->mailbox));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_TRUE(takes_three(self->mailbox));
}

TEST_F(fault, in_an_element_that_is_read_only_leaves_the_message)
{
	struct ipcchan_message *message = (void *)self->readable;

	*message = MESSAGE(self->writable, 4);
	ASSERT_EQ(0, make_readable_only(self->readable, self->page));
	ASSERT_TRUE(put_three(self->mailbox));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, message, 1));
	EXPECT_TRUE(takes_three(self->mailbox));
}

TEST_F(fault, in_the_array_of_receive_does_not_wait)
{
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, self->absent, 1));
}

TEST_F(fault, in_a_later_buffer_ends_the_batch_before_it)
{
	struct ipcchan_message batch[3];
	unsigned int numbers[3];

	ASSERT_TRUE(put_three(self->mailbox));
	numbers_buffer(batch, numbers, 3);
	batch[1].data = (uintptr_t)self->absent;
	EXPECT_EQ(1, mailbox_receive(self->mailbox, batch, 3));
	EXPECT_EQ(2, numbers[0]);
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(1, mailbox_info(self->mailbox).received);
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, batch + 1, 2));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
}

TEST_F(fault, keeps_the_sequence_and_the_time)
{
	struct ipcchan_message bad = MESSAGE(self->absent, 4);
	struct ipcchan_message before = MESSAGE(self->writable, 4);
	struct ipcchan_message after = before;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, mailbox_peek(self->mailbox, 0, &before, 1));
	ASSERT_EQ(-EFAULT, mailbox_receive(self->mailbox, &bad, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &after, 1));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
}

TEST_F(fault, can_be_met_again_and_again)
{
	struct ipcchan_message message = MESSAGE(self->absent, 4);

	ASSERT_TRUE(put_three(self->mailbox));
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_TRUE(takes_three(self->mailbox));
}

static int receive_to_nowhere(void *fixture)
{
	FIXTURE_DATA(fault) * self = fixture;
	struct ipcchan_message message = MESSAGE(self->absent, 4);

	return mailbox_receive(self->mailbox, &message, 1);
}

static int receive_too_little(void *fixture)
{
	FIXTURE_DATA(fault) * self = fixture;
	struct ipcchan_message message = MESSAGE(self->writable, 3);

	return mailbox_receive(self->mailbox, &message, 1);
}

TEST_F(fault, of_a_waiting_receiver_passes_the_message_to_the_next)
{
	struct sleeper bad;
	struct sleeper good;

	sleeper_start(&bad, receive_to_nowhere, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	start_take(&good, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EFAULT, sleeper_join(&bad));
	EXPECT_EQ(1, sleeper_join(&good));
}

TEST_F(fault, of_a_waiting_receiver_leaves_the_message_in_the_mailbox)
{
	struct sleeper bad;

	sleeper_start(&bad, receive_to_nowhere, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EFAULT, sleeper_join(&bad));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(fault, is_not_a_short_buffer_of_a_waiting_receiver)
{
	struct sleeper bad;
	struct sleeper good;

	sleeper_start(&bad, receive_too_little, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	start_take(&good, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EMSGSIZE, sleeper_join(&bad));
	EXPECT_EQ(1, sleeper_join(&good));
}

TEST_F(fault, in_the_buffer_of_read_leaves_the_message)
{
	ASSERT_TRUE(put_three(self->mailbox));
	EXPECT_EQ(-1, read(self->mailbox, self->absent, 4));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, read(self->mailbox, self->absent - 2, 4));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_TRUE(takes_three(self->mailbox));
}

TEST_F(fault, in_the_data_of_write_sends_nothing)
{
	EXPECT_EQ(-1, write(self->mailbox, self->absent - 2, 4));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

#include "ipcchan_selftest_main.h"

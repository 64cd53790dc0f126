// SPDX-License-Identifier: GPL-2.0
/* All that is in a mailbox, written down and put into another. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define SIZE		4096
#define ROOM		8

/* Where in a snapshot the first message is, and its bytes. */
#define FIRST		sizeof(struct ipcchan_snapshot)
#define FIRST_DATA	(FIRST + sizeof(struct ipcchan_message))

FIXTURE(snapshot)
{
	int session;
	int mailbox;
	int empty;
	char bytes[SIZE];
	struct ipcchan_snapshot *header;
	struct ipcchan_message *first;
};

static int small_mailbox(int session)
{
	return mailbox_open(session, .capacity_messages = ROOM,
			    .max_message_size = 64, .capacity_bytes = 128);
}

FIXTURE_SETUP(snapshot)
{
	self->session = session_open();
	self->mailbox = small_mailbox(self->session);
	self->empty = small_mailbox(self->session);
	ASSERT_LE(0, self->empty);
	memset(self->bytes, 0xee, sizeof(self->bytes));
	self->header = (void *)self->bytes;
	self->first = (void *)(self->bytes + FIRST);
}

FIXTURE_TEARDOWN(snapshot)
{
	close(self->empty);
	close(self->mailbox);
	close(self->session);
}

#define TAKE_DOWN()	mailbox_snapshot(self->mailbox, self->bytes, SIZE)
#define RESTORE()	mailbox_restore(self->empty, self->bytes, SIZE)

static int put_bytes(int mailbox, const char *text, unsigned int priority,
		     unsigned int type)
{
	struct ipcchan_message message =
		MESSAGE(text, strlen(text), .priority = priority, .type = type);

	return mailbox_send(mailbox, &message, 1);
}

/* What PEEK tells of all messages, and their bytes. */
struct view {
	struct ipcchan_message messages[ROOM];
	char bytes[ROOM][64];
	int nr;
};

static void look(int mailbox, struct view *view)
{
	memset(view, 0, sizeof(*view));
	for (int i = 0; i < ROOM; i++)
		view->messages[i] = MESSAGE(view->bytes[i], 64);
	view->nr = mailbox_peek(mailbox, 0, view->messages, ROOM);
	for (int i = 0; i < ROOM; i++)
		view->messages[i].data = 0;
}

/* Writing down */

TEST_F(snapshot, of_an_empty_mailbox_is_a_header)
{
	EXPECT_EQ(0, TAKE_DOWN());
	EXPECT_EQ(IPCCHAN_SNAPSHOT_MAGIC, self->header->magic);
	EXPECT_EQ(sizeof(*self->header), self->header->header_size);
	EXPECT_EQ(sizeof(*self->header), self->header->size);
	EXPECT_EQ(0, self->header->count);
	EXPECT_EQ((char)0xee, self->bytes[FIRST]);
}

TEST_F(snapshot, has_each_message_and_its_bytes)
{
	static const char padded[8] = "seven b";

	ASSERT_EQ(1, put_bytes(self->mailbox, padded, 3, 9));
	EXPECT_EQ(1, TAKE_DOWN());
	EXPECT_EQ(1, self->header->count);
	EXPECT_EQ(1, self->header->sequence);
	EXPECT_EQ(FIRST_DATA + 8, self->header->size);
	EXPECT_EQ(7, self->first->length);
	EXPECT_EQ(7, self->first->size);
	EXPECT_EQ(3, self->first->priority);
	EXPECT_EQ(9, self->first->type);
	EXPECT_EQ(getpid(), self->first->tgid);
	EXPECT_EQ(0, memcmp(self->bytes + FIRST_DATA, padded, 8));
}

TEST_F(snapshot, leaves_the_mailbox_as_it_is)
{
	struct ipcchan_mailbox_info before;
	struct ipcchan_mailbox_info after;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	before = mailbox_info(self->mailbox);
	EXPECT_EQ(1, TAKE_DOWN());
	after = mailbox_info(self->mailbox);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(snapshot, tells_the_bytes_it_needs)
{
	struct ipcchan_mailbox_snapshot snapshot = {
		.buffer = (uintptr_t)self->bytes,
		.size = FIRST_DATA + 7,
	};

	ASSERT_EQ(1, put_bytes(self->mailbox, "x", 0, 0));
	EXPECT_EQ(-EMSGSIZE, call(self->mailbox, IPCCHAN_IOC_MAILBOX_SNAPSHOT,
				  &snapshot));
	EXPECT_EQ(FIRST_DATA + 8, snapshot.size);
	EXPECT_EQ((char)0xee, self->bytes[0]);
	EXPECT_EQ(1, call(self->mailbox, IPCCHAN_IOC_MAILBOX_SNAPSHOT,
			  &snapshot));
}

TEST_F(snapshot, gives_efault_where_it_cannot_write)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EFAULT, mailbox_snapshot(self->mailbox, NULL, SIZE));
	EXPECT_EQ(-EFAULT, mailbox_snapshot(self->mailbox, -SIZE, -1ULL));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(snapshot, of_a_dead_mailbox_gives_eidrm)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, TAKE_DOWN());
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, TAKE_DOWN());
	ASSERT_EQ(0, object_kill(self->empty));
	EXPECT_EQ(-EIDRM, RESTORE());
}

TEST_F(snapshot, is_not_for_a_rendezvous)
{
	int rendezvous = mailbox_open(self->session, .capacity_messages = 0);

	ASSERT_EQ(0, TAKE_DOWN());
	EXPECT_EQ(-EOPNOTSUPP, mailbox_snapshot(rendezvous, self->bytes, SIZE));
	EXPECT_EQ(-EOPNOTSUPP, mailbox_restore(rendezvous, self->bytes, SIZE));
	close(rendezvous);
}

TEST_F(snapshot, is_a_feature)
{
	EXPECT_TRUE(device_info(self->session).features &
		    IPCCHAN_FEATURE_SNAPSHOT);
}

/* There and back */

TEST_F(snapshot, is_restored_field_by_field)
{
	struct view before;
	struct view after;

	ASSERT_EQ(1, put_bytes(self->mailbox, "low", 0, 1));
	ASSERT_EQ(1, put_bytes(self->mailbox, "high", 31, 2));
	ASSERT_EQ(1, put_bytes(self->mailbox, "", 7, 3));
	ASSERT_EQ(1, put_bytes(self->mailbox, "low again", 0, 4));
	look(self->mailbox, &before);
	ASSERT_EQ(4, TAKE_DOWN());
	EXPECT_EQ(4, RESTORE());
	look(self->empty, &after);
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(IPCCHAN_MESSAGE_RESTORED, after.messages[i].flags);
		after.messages[i].flags = 0;
	}
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

TEST_F(snapshot, of_what_was_restored_is_the_same_again)
{
	char again[SIZE];
	int third = small_mailbox(self->session);

	memset(again, 0xee, sizeof(again));
	ASSERT_EQ(1, put_bytes(self->mailbox, "one", 0, 1));
	ASSERT_EQ(1, put_bytes(self->mailbox, "two", 9, 2));
	ASSERT_EQ(2, TAKE_DOWN());
	ASSERT_EQ(2, RESTORE());
	ASSERT_EQ(2, mailbox_snapshot(self->empty, self->bytes, SIZE));
	ASSERT_EQ(2, mailbox_restore(third, self->bytes, SIZE));
	ASSERT_EQ(2, mailbox_snapshot(third, again, SIZE));
	EXPECT_EQ(0, memcmp(self->bytes, again, SIZE));
	close(third);
}

TEST_F(snapshot, goes_on_with_the_next_sequence_number)
{
	struct ipcchan_message message;
	unsigned int number;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(1, take_number(self->mailbox));
	ASSERT_EQ(1, TAKE_DOWN());
	ASSERT_EQ(1, RESTORE());
	ASSERT_EQ(1, put_number(self->empty, 3));
	EXPECT_EQ(2, take_number(self->empty));
	numbers_buffer(&message, &number, 1);
	ASSERT_EQ(1, mailbox_receive(self->empty, &message, 1));
	EXPECT_EQ(3, message.sequence);
	EXPECT_EQ(0, message.flags);
}

TEST_F(snapshot, keeps_what_was_lost)
{
	struct ipcchan_message message;
	unsigned int number = 1;

	numbers_fill(&message, &number, 1, 1);
	for (int i = 0; i < ROOM + 3; i++)
		ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1,
					  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_NEW));
	ASSERT_EQ(ROOM, TAKE_DOWN());
	EXPECT_EQ(3, self->first->lost);
	EXPECT_EQ(1, self->header->lost);
	ASSERT_EQ(ROOM, RESTORE());
	EXPECT_EQ(4, mailbox_info(self->empty).lost);
	EXPECT_EQ(4, mailbox_info(self->empty).dropped);
	EXPECT_EQ(ROOM + 4, mailbox_info(self->empty).sent);
	ASSERT_EQ(1, mailbox_receive(self->empty, &message, 1));
	EXPECT_EQ(3, message.lost);
	EXPECT_EQ(1, mailbox_info(self->empty).lost);
	ASSERT_EQ(1, put_number(self->empty, 2));
	for (int i = 0; i < ROOM; i++)
		ASSERT_EQ(1, mailbox_receive(self->empty, &message, 1));
	EXPECT_EQ(1, message.lost);
	EXPECT_EQ(0, mailbox_info(self->empty).lost);
}

TEST_F(snapshot, serves_those_who_wait_when_it_is_restored)
{
	struct sleeper receiver;

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, TAKE_DOWN());
	start_take(&receiver, self->empty);
	ASSERT_TRUE(await_waiters(self->empty, 0, 1));
	EXPECT_EQ(1, RESTORE());
	EXPECT_EQ(7, sleeper_join(&receiver));
}

TEST_F(snapshot, charges_who_restores_it)
{
	__u64 before;
	int fd = session_open_as(ALICE, ALICE);
	int mailbox = small_mailbox(fd);

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, TAKE_DOWN());
	before = device_info(fd).user_bytes;
	EXPECT_EQ(1, mailbox_restore(mailbox, self->bytes, SIZE));
	EXPECT_LT(before, device_info(fd).user_bytes);
	EXPECT_EQ(7, take_number(mailbox));
	EXPECT_EQ(before, device_info(fd).user_bytes);
	close(mailbox);
	close(fd);
}

/* What is refused */

static bool is_untouched(int mailbox)
{
	struct ipcchan_mailbox_info info = mailbox_info(mailbox);

	return !info.sent && !info.messages && !info.bytes && !info.dropped;
}

TEST_F(snapshot, is_not_restored_into_a_mailbox_that_had_messages)
{
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, TAKE_DOWN());
	ASSERT_EQ(1, put_number(self->empty, 8));
	EXPECT_EQ(-ENOTEMPTY, RESTORE());
	EXPECT_EQ(8, take_number(self->empty));
	EXPECT_EQ(-ENOTEMPTY, RESTORE());
	EXPECT_EQ(0, mailbox_info(self->empty).messages);
}

TEST_F(snapshot, needs_a_mailbox_that_takes_all_of_it)
{
	int few = mailbox_open(self->session, .capacity_messages = 1);
	int small = mailbox_open(self->session, .max_message_size = 3,
				 .capacity_bytes = 100);
	int narrow = mailbox_open(self->session, .max_message_size = 4,
				  .capacity_bytes = 7);

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(2, TAKE_DOWN());
	EXPECT_EQ(-EMSGSIZE, mailbox_restore(few, self->bytes, SIZE));
	EXPECT_EQ(-EMSGSIZE, mailbox_restore(small, self->bytes, SIZE));
	EXPECT_EQ(-EMSGSIZE, mailbox_restore(narrow, self->bytes, SIZE));
	EXPECT_TRUE(is_untouched(few));
	EXPECT_TRUE(is_untouched(small));
	EXPECT_TRUE(is_untouched(narrow));
	close(few);
	close(small);
	close(narrow);
}

TEST_F(snapshot, is_restored_as_a_whole_or_not_at_all_by_the_quota)
{
	long long limit = module_parameter("max_user_bytes");
	__u64 before = device_info(self->session).user_bytes;
	__u64 two;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	two = device_info(self->session).user_bytes - before;
	ASSERT_EQ(2, TAKE_DOWN());
	ASSERT_EQ(0, set_module_parameter("max_user_bytes",
					  before + two + two / 2));
	EXPECT_EQ(-EDQUOT, RESTORE());
	EXPECT_EQ(0, set_module_parameter("max_user_bytes", limit));
	EXPECT_TRUE(is_untouched(self->empty));
	EXPECT_EQ(before + two, device_info(self->session).user_bytes);
}

TEST_F(snapshot, that_is_not_all_there_is_refused)
{
	unsigned int size;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(2, TAKE_DOWN());
	size = self->header->size;
	for (unsigned int there = 0; there < size; there++)
		ASSERT_EQ(-EINVAL, mailbox_restore(self->empty, self->bytes,
						   there));
	for (unsigned int said = 0; said < size; said++) {
		self->header->size = said;
		ASSERT_EQ(-EINVAL, RESTORE());
	}
	EXPECT_TRUE(is_untouched(self->empty));
	self->header->size = size;
	EXPECT_EQ(2, mailbox_restore(self->empty, self->bytes, size));
}

TEST_F(snapshot, at_a_bad_address_is_refused)
{
	char *page = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, TAKE_DOWN());
	ASSERT_EQ(0, munmap(page + SIZE, SIZE));
	EXPECT_EQ(-EFAULT, mailbox_restore(self->empty, NULL, SIZE));
	for (unsigned int there = 0; there < FIRST_DATA + 4; there++) {
		char *at = page + SIZE - there;

		memcpy(at, self->bytes, there);
		ASSERT_EQ(-EFAULT, mailbox_restore(self->empty, at, SIZE));
	}
	EXPECT_TRUE(is_untouched(self->empty));
	munmap(page, SIZE);
}

/* One number of a good snapshot is wrong. */
#define REFUSES(errno, place, value)					\
	do {								\
		typeof(place) good = (place);				\
									\
		(place) = (value);					\
		EXPECT_EQ(errno, RESTORE());				\
		(place) = good;						\
	} while (0)

TEST_F(snapshot, with_a_bad_header_is_refused)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, TAKE_DOWN());
	REFUSES(-EINVAL, self->header->magic, 0);
	REFUSES(-EINVAL, self->header->header_size, 39);
	REFUSES(-EINVAL, self->header->header_size, 0xffffffff);
	REFUSES(-EINVAL, self->header->message_size, 71);
	REFUSES(-EINVAL, self->header->message_size, 0xffffffff);
	REFUSES(-EINVAL, self->header->count, 0);
	REFUSES(-EINVAL, self->header->count, 2);
	REFUSES(-EMSGSIZE, self->header->count, 0xffffffff);
	REFUSES(-EINVAL, self->header->size, SIZE + 1);
	REFUSES(-EINVAL, self->header->size, -1ULL);
	REFUSES(-EINVAL, self->header->sequence, 0);
	REFUSES(-EINVAL, self->header->lost, 1);
	REFUSES(-EINVAL, self->header->lost, -1ULL);
	EXPECT_TRUE(is_untouched(self->empty));
	EXPECT_EQ(1, RESTORE());
}

TEST_F(snapshot, with_a_bad_message_is_refused)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, TAKE_DOWN());
	REFUSES(-EINVAL, self->first->data, 1);
	REFUSES(-EINVAL, self->first->size, 3);
	REFUSES(-EINVAL, self->first->length, 5);
	REFUSES(-EINVAL, self->first->priority, IPCCHAN_PRIORITIES);
	REFUSES(-EINVAL, self->first->flags, IPCCHAN_MESSAGE_TRUNCATED);
	REFUSES(-EINVAL, self->first->nr_fds, 1);
	REFUSES(-EINVAL, self->first->fds, 1);
	REFUSES(-EINVAL, self->first->sequence, 0);
	REFUSES(-EINVAL, self->first->sequence, 2);
	REFUSES(-EINVAL, self->first->uid, 0xffffffff);
	REFUSES(-EINVAL, self->first->gid, 0xffffffff);
	REFUSES(-EINVAL, self->first->lost, 1);
	REFUSES(-EINVAL, self->first->lost, -1ULL);
	EXPECT_TRUE(is_untouched(self->empty));
	EXPECT_EQ(1, RESTORE());
}

TEST_F(snapshot, in_the_wrong_order_is_refused)
{
	struct ipcchan_message *second =
		(void *)(self->bytes + FIRST_DATA + 8);

	ASSERT_EQ(1, put_number_at(self->mailbox, 1, 5));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 5));
	ASSERT_EQ(2, TAKE_DOWN());
	REFUSES(-EINVAL, second->sequence, 1);
	REFUSES(-EINVAL, second->priority, 6);
	REFUSES(-EINVAL, self->first->sequence, 2);
	EXPECT_TRUE(is_untouched(self->empty));
	EXPECT_EQ(2, RESTORE());
}

TEST_F(snapshot, with_structures_that_have_grown_is_read)
{
	struct ipcchan_snapshot *header = self->header;
	char grown[256] = "";

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, TAKE_DOWN());
	header->header_size += 8;
	header->message_size += 8;
	header->size += 16;
	memcpy(grown, header, FIRST);
	memcpy(grown + FIRST + 8, self->first, sizeof(*self->first));
	memcpy(grown + FIRST_DATA + 16, self->bytes + FIRST_DATA, 8);
	grown[FIRST] = 1;
	EXPECT_EQ(-E2BIG, mailbox_restore(self->empty, grown, sizeof(grown)));
	grown[FIRST] = 0;
	EXPECT_EQ(1, mailbox_restore(self->empty, grown, sizeof(grown)));
	EXPECT_EQ(1, take_number(self->empty));
}

/* Others at work meanwhile */

#define SENDS		2000

static int send_often(void *argument)
{
	int mailbox = *(int *)argument;

	for (unsigned int i = 0; i < SENDS; i++) {
		struct ipcchan_message message;
		int ret;

		numbers_fill(&message, &i, 1, i);
		ret = mailbox_send(mailbox, &message, 1,
				   .policy = IPCCHAN_POLICY_DROP_OLDEST);
		if (ret != 1)
			return ret;
	}
	return 0;
}

/* All that one priority holds, with no gap up to the last number given. */
static bool is_dense(const char *bytes, int nr)
{
	const struct ipcchan_snapshot *header = (const void *)bytes;
	const char *at = bytes + FIRST;

	for (int i = 0; i < nr; i++) {
		const struct ipcchan_message *message = (const void *)at;

		if (message->sequence != header->sequence - nr + 1 + i)
			return false;
		at += sizeof(*message) + 8;
	}
	return true;
}

TEST_F(snapshot, is_of_one_moment_while_others_send)
{
	struct sleeper senders[2];
	bool is_over = false;
	int nr;

	for (int i = 0; i < 2; i++)
		sleeper_start(&senders[i], send_often, &self->mailbox);
	while (!is_over) {
		is_over = mailbox_info(self->mailbox).sent == 2 * SENDS;
		nr = TAKE_DOWN();
		ASSERT_LE(0, nr);
		ASSERT_TRUE(is_dense(self->bytes, nr));
	}
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(0, sleeper_join(&senders[i]));
	EXPECT_EQ(ROOM, RESTORE());
}

#include "ipcchan_selftest_main.h"

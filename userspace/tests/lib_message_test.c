// SPDX-License-Identifier: GPL-2.0
/*
 * Messages through libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <pthread.h>
#include <signal.h>

#define THREADS		4
#define PER_THREAD	500

FIXTURE(message)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_send_options send;
	struct ipcchan_receive_options receive;
	char buffer[256];
};

FIXTURE_SETUP(message)
{
	const struct ipcchan_send_options send = IPCCHAN_SEND_OPTIONS;
	const struct ipcchan_receive_options receive = IPCCHAN_RECEIVE_OPTIONS;
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	self->session = open_session();
	options.capacity_messages = 4;
	options.flags = IPCCHAN_OPEN_FDS;
	self->mailbox = new_mailbox(self->session, &options);
	self->send = send;
	self->receive = receive;
}

FIXTURE_TEARDOWN(message)
{
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int send_string(const struct ipcchan_mailbox *mailbox, const char *text,
		       const struct ipcchan_send_options *options)
{
	return ipcchan_mailbox_send(mailbox, text, strlen(text), options);
}

#define send_text(text)	send_string(self->mailbox, text, &self->send)

#define receive_text() \
	ipcchan_mailbox_receive(self->mailbox, self->buffer, \
				sizeof(self->buffer), &self->receive)

TEST_F(message, comes_out_as_it_went_in)
{
	ASSERT_EQ(0, send_text("hello"));
	ASSERT_EQ(5, receive_text());
	EXPECT_EQ(0, memcmp("hello", self->buffer, 5));
}

TEST_F(message, may_be_empty)
{
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, NULL, 0, NULL));
	EXPECT_EQ(0, ipcchan_mailbox_receive(self->mailbox, NULL, 0, NULL));
}

TEST_F(message, tells_type_priority_and_sender)
{
	struct ipcchan_message message;

	self->send.type = 77;
	self->send.priority = 3;
	ASSERT_EQ(0, send_text("hello"));
	ipcchan_message_set(&message, self->buffer, sizeof(self->buffer));
	ASSERT_EQ(1, ipcchan_mailbox_receive_batch(self->mailbox, &message, 1,
						   sizeof(message), NULL));
	EXPECT_EQ(5, message.length);
	EXPECT_EQ(77, message.type);
	EXPECT_EQ(3, message.priority);
	EXPECT_EQ(1, message.sequence);
	EXPECT_EQ(getpid(), message.tgid);
	EXPECT_EQ(geteuid(), message.uid);
}

/* Sends the descriptors of a pipe. */
static int send_pipe(const struct ipcchan_mailbox *mailbox, int *ends)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	options.fds = ends;
	options.nr_fds = 2;
	return send_string(mailbox, "pipe", &options);
}

TEST_F(message, brings_descriptors)
{
	struct ipcchan_message message;
	int sent[2];
	int got[3];
	char byte;

	ASSERT_EQ(0, send_pipe(self->mailbox, sent));
	ipcchan_message_set(&message, self->buffer, sizeof(self->buffer));
	ipcchan_message_set_fds(&message, got, 3);
	ASSERT_EQ(1, ipcchan_mailbox_receive_batch(self->mailbox, &message, 1,
						   sizeof(message), NULL));
	ASSERT_EQ(2, message.nr_fds);
	EXPECT_EQ(1, write(got[1], "x", 1));
	EXPECT_EQ(1, read(sent[0], &byte, 1));
}

TEST_F(message, with_descriptors_does_not_fit_a_buffer_alone)
{
	int ends[2];

	ASSERT_EQ(0, send_pipe(self->mailbox, ends));
	EXPECT_EQ(-EMSGSIZE, receive_text());
	self->receive.flags = IPCCHAN_TRUNCATE;
	EXPECT_EQ(4, receive_text());
}

TEST_F(message, with_bad_descriptors_is_refused)
{
	const int fds[2] = { -1, ipcchan_session_fd(self->session) };

	self->send.fds = fds;
	self->send.nr_fds = IPCCHAN_FDS_MAX + 1;
	EXPECT_EQ(-EINVAL, send_text("hello"));
	self->send.nr_fds = 1;
	EXPECT_EQ(-EBADF, send_text("hello"));
	self->send.fds++;
	EXPECT_EQ(-ELOOP, send_text("hello"));
}

TEST_F(message, of_higher_priority_comes_first)
{
	ASSERT_EQ(0, send_text("low"));
	self->send.priority = IPCCHAN_PRIORITIES - 1;
	ASSERT_EQ(0, send_text("high!"));
	EXPECT_EQ(5, receive_text());
	EXPECT_EQ(3, receive_text());
}

TEST_F(message, that_is_too_long_to_send_is_refused)
{
	struct ipcchan_mailbox_info info;
	char *data;

	ASSERT_EQ(0, ipcchan_mailbox_info(self->mailbox, &info, sizeof(info)));
	data = calloc(1, info.max_message_size + 1);
	EXPECT_EQ(0, ipcchan_mailbox_send(self->mailbox, data,
					  info.max_message_size, NULL));
	EXPECT_EQ(-EMSGSIZE, ipcchan_mailbox_send(self->mailbox, data,
						  info.max_message_size + 1,
						  NULL));
	free(data);
}

#if SIZE_MAX > UINT32_MAX
TEST_F(message, of_more_than_four_gigabytes_is_refused)
{
	EXPECT_EQ(-EMSGSIZE, ipcchan_mailbox_send(self->mailbox, "",
						  (size_t)UINT32_MAX + 2,
						  NULL));
}
#endif

TEST_F(message, that_does_not_fit_the_buffer_stays)
{
	struct ipcchan_message message;

	ASSERT_EQ(0, send_text("hello"));
	EXPECT_EQ(-EMSGSIZE, ipcchan_mailbox_receive(self->mailbox, self->buffer,
						     4, NULL));
	ipcchan_message_set(&message, self->buffer, 4);
	EXPECT_EQ(-EMSGSIZE, ipcchan_mailbox_receive_batch(self->mailbox,
							   &message, 1,
							   sizeof(message),
							   NULL));
	EXPECT_EQ(5, message.length);
	EXPECT_EQ(5, receive_text());
}

TEST_F(message, is_cut_if_the_caller_says_so)
{
	self->receive.flags = IPCCHAN_TRUNCATE;
	ASSERT_EQ(0, send_text("hello"));
	EXPECT_EQ(5, ipcchan_mailbox_receive(self->mailbox, self->buffer, 2,
					     &self->receive));
	EXPECT_EQ(0, memcmp("he", self->buffer, 2));
}

TEST_F(message, that_is_not_there_gives_eagain_without_waiting)
{
	self->receive.flags = IPCCHAN_NONBLOCK;
	EXPECT_EQ(-EAGAIN, receive_text());
}

TEST_F(message, that_does_not_come_gives_etimedout)
{
	self->receive.deadline_ns =
		ipcchan_deadline_in(IPCCHAN_MILLISECONDS(20));
	EXPECT_EQ(-ETIMEDOUT, receive_text());
	EXPECT_LE(self->receive.deadline_ns, ipcchan_deadline_in(0));
}

TEST_F(message, that_finds_no_room_is_not_sent)
{
	int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, send_text("x"));
	self->send.flags = IPCCHAN_NONBLOCK;
	EXPECT_EQ(-EAGAIN, send_text("y"));
	self->send.flags = 0;
	self->send.deadline_ns = ipcchan_deadline_in(IPCCHAN_MILLISECONDS(20));
	EXPECT_EQ(-ETIMEDOUT, send_text("y"));
}

TEST_F(message, of_unknown_flags_or_priority_is_refused)
{
	self->send.flags = IPCCHAN_TRUNCATE;
	EXPECT_EQ(-EOPNOTSUPP, send_text("x"));
	self->send.flags = 0;
	self->send.priority = IPCCHAN_PRIORITIES;
	EXPECT_EQ(-EINVAL, send_text("x"));
	self->receive.flags = 1U << 31;
	EXPECT_EQ(-EOPNOTSUPP, receive_text());
}

TEST_F(message, batch_keeps_its_order)
{
	struct ipcchan_message messages[3];
	char bytes[3];
	int i;

	for (i = 0; i < 3; i++)
		ipcchan_message_set(&messages[i], &"abc"[i], 1);
	ASSERT_EQ(3, ipcchan_mailbox_send_batch(self->mailbox, messages, 3,
						sizeof(messages[0]), NULL));
	for (i = 0; i < 3; i++)
		ipcchan_message_set(&messages[i], &bytes[i], 1);
	ASSERT_EQ(3, ipcchan_mailbox_receive_batch(self->mailbox, messages, 3,
						   sizeof(messages[0]), NULL));
	EXPECT_EQ(0, memcmp("abc", bytes, 3));
	EXPECT_EQ(3, messages[2].sequence);
}

TEST_F(message, batch_that_finds_little_room_is_sent_in_part)
{
	struct ipcchan_message messages[6];
	int i;

	self->send.flags = IPCCHAN_NONBLOCK;
	for (i = 0; i < 6; i++)
		ipcchan_message_set(&messages[i], "x", 1);
	EXPECT_EQ(4, ipcchan_mailbox_send_batch(self->mailbox, messages, 6,
						sizeof(messages[0]),
						&self->send));
	EXPECT_EQ(-EAGAIN, ipcchan_mailbox_send_batch(self->mailbox,
						      messages + 4, 2,
						      sizeof(messages[0]),
						      &self->send));
}

TEST_F(message, batch_has_1_to_64)
{
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX + 1];
	const size_t size = sizeof(messages[0]);
	const size_t many = IPCCHAN_BATCH_MAX + 1;

	memset(messages, 0, sizeof(messages));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_send_batch(self->mailbox, messages,
						      0, size, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_send_batch(self->mailbox, messages,
						      many, size, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_send_batch(self->mailbox, messages,
						      1UL << 32, size, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_receive_batch(self->mailbox, messages,
							 many, size, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_peek_batch(self->mailbox, messages,
						      many, size, NULL));
}

TEST_F(message, of_a_newer_header_goes_in_and_out)
{
	struct {
		struct ipcchan_message known;
		uint64_t unknown;
	} newer = {};

	ipcchan_message_set(&newer.known, "x", 1);
	newer.unknown = 1;
	EXPECT_EQ(-E2BIG, ipcchan_mailbox_send_batch(self->mailbox,
						     &newer.known, 1,
						     sizeof(newer), NULL));
	newer.unknown = 0;
	ASSERT_EQ(1, ipcchan_mailbox_send_batch(self->mailbox, &newer.known, 1,
						sizeof(newer), NULL));
	ipcchan_message_set(&newer.known, self->buffer, 1);
	ASSERT_EQ(1, ipcchan_mailbox_receive_batch(self->mailbox, &newer.known,
						   1, sizeof(newer), NULL));
	EXPECT_EQ(1, newer.known.length);
	EXPECT_EQ(0, newer.unknown);
}

TEST_F(message, stays_when_it_is_peeked_at)
{
	struct ipcchan_peek_options peek = IPCCHAN_PEEK_OPTIONS;

	ASSERT_EQ(0, send_text("first"));
	ASSERT_EQ(0, send_text("second"));
	EXPECT_EQ(5, ipcchan_mailbox_peek(self->mailbox, self->buffer,
					  sizeof(self->buffer), NULL));
	peek.index = 1;
	EXPECT_EQ(6, ipcchan_mailbox_peek(self->mailbox, self->buffer,
					  sizeof(self->buffer), &peek));
	EXPECT_EQ(0, memcmp("second", self->buffer, 6));
	EXPECT_EQ(5, receive_text());
}

TEST_F(message, beyond_the_last_cannot_be_peeked_at)
{
	struct ipcchan_peek_options peek = IPCCHAN_PEEK_OPTIONS;

	ASSERT_EQ(0, send_text("only"));
	peek.index = 1;
	EXPECT_EQ(-ENOMSG, ipcchan_mailbox_peek(self->mailbox, self->buffer,
						sizeof(self->buffer), &peek));
	peek.reserved = 1;
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_mailbox_peek(self->mailbox, self->buffer,
						    sizeof(self->buffer),
						    &peek));
}

/* One message of each type from 1 to 3. */
static int send_three_types(const struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	int error = 0;

	for (options.type = 1; !error && options.type <= 3; options.type++)
		error = ipcchan_mailbox_send(mailbox, "abcd", options.type,
					     &options);
	return error;
}

TEST_F(message, that_matches_is_received_before_others)
{
	ASSERT_EQ(0, send_three_types(self->mailbox));
	self->receive.flags = IPCCHAN_FILTER | IPCCHAN_NONBLOCK;
	self->receive.type_min = 2;
	self->receive.type_max = 2;
	EXPECT_EQ(2, receive_text());
	EXPECT_EQ(-EAGAIN, receive_text());
	self->receive.flags |= IPCCHAN_EXCEPT;
	EXPECT_EQ(1, receive_text());
	EXPECT_EQ(3, receive_text());
}

TEST_F(message, must_match_sender_and_priority_too)
{
	struct ipcchan_device_info info;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &info, sizeof(info)));
	ASSERT_EQ(0, send_text("x"));
	self->receive.flags = IPCCHAN_FILTER | IPCCHAN_NONBLOCK;
	self->receive.client = info.client + 1;
	EXPECT_EQ(-EAGAIN, receive_text());
	self->receive.client = info.client;
	self->receive.min_priority = 1;
	EXPECT_EQ(-EAGAIN, receive_text());
	self->receive.min_priority = 0;
	EXPECT_EQ(1, receive_text());
}

TEST_F(message, that_does_not_match_the_handle_is_not_there)
{
	struct ipcchan_mailbox_filter filter = IPCCHAN_MAILBOX_FILTER;

	ASSERT_EQ(0, send_three_types(self->mailbox));
	filter.type_min = 3;
	ASSERT_EQ(0, ipcchan_mailbox_filter(self->mailbox, &filter,
					    sizeof(filter)));
	self->receive.flags = IPCCHAN_NONBLOCK;
	EXPECT_EQ(3, receive_text());
	EXPECT_EQ(-EAGAIN, receive_text());
	ASSERT_EQ(0, ipcchan_mailbox_filter(self->mailbox, NULL, 0));
	EXPECT_EQ(1, receive_text());
}

TEST_F(message, cannot_match_a_bad_filter)
{
	struct ipcchan_mailbox_filter filter = IPCCHAN_MAILBOX_FILTER;
	const struct ipcchan_mailbox *mailbox = self->mailbox;

	filter.min_priority = IPCCHAN_PRIORITIES;
	EXPECT_EQ(-EINVAL,
		  ipcchan_mailbox_filter(mailbox, &filter, sizeof(filter)));
	filter.min_priority = 0;
	filter.flags = 1;
	EXPECT_EQ(-EOPNOTSUPP,
		  ipcchan_mailbox_filter(mailbox, &filter, sizeof(filter)));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_filter(mailbox, &filter, 8));
	self->receive.type_max = 1;
	EXPECT_EQ(-EINVAL, receive_text());
}

TEST_F(message, wait_for_several_ends_with_what_there_is)
{
	struct ipcchan_message messages[2];
	char bytes[2];
	int i;

	ASSERT_EQ(0, send_text("a"));
	for (i = 0; i < 2; i++)
		ipcchan_message_set(&messages[i], &bytes[i], 1);
	self->receive.min_count = 3;
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_receive_batch(self->mailbox, messages,
							 2, sizeof(messages[0]),
							 &self->receive));
	self->receive.min_count = 2;
	self->receive.linger_ns = IPCCHAN_MILLISECONDS(10);
	EXPECT_EQ(1, ipcchan_mailbox_receive_batch(self->mailbox, messages, 2,
						   sizeof(messages[0]),
						   &self->receive));
	EXPECT_EQ('a', bytes[0]);
}

TEST_F(message, cannot_come_when_nobody_can_send)
{
	struct ipcchan_mailbox *receiver;
	int fd = ipcchan_object_restrict(ipcchan_mailbox_fd(self->mailbox),
					 IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, ipcchan_mailbox_from_fd(fd, &receiver));
	ipcchan_mailbox_close(self->mailbox);
	self->mailbox = receiver;
	EXPECT_EQ(-EPIPE, receive_text());
	EXPECT_EQ(-EPERM, send_text("x"));
}

static void handle(int signal)
{
	(void)signal;
}

/* Interrupt a thread that sleeps in RECEIVE on @mailbox. */
static void *interrupt(void *mailbox)
{
	if (!await_receiver(mailbox))
		abort();
	kill(getpid(), SIGUSR1);
	return NULL;
}

TEST_F(message, wait_for_one_ends_with_eintr_at_a_signal)
{
	const struct sigaction action = { .sa_handler = handle };
	sigset_t usr1;
	pthread_t thread;

	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	ASSERT_EQ(0, pthread_create(&thread, NULL, interrupt, self->mailbox));
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	EXPECT_EQ(-EINTR, receive_text());
	EXPECT_EQ(0, pthread_join(thread, NULL));
}

static void *send_many(void *mailbox)
{
	long failed = 0;
	int i;

	for (i = 0; i < PER_THREAD; i++)
		failed += ipcchan_mailbox_send(mailbox, &i, sizeof(i), NULL) != 0;
	return (void *)failed;
}

TEST_F(message, threads_may_share_the_handle)
{
	pthread_t threads[THREADS];
	void *failed;
	long sum = 0;
	int number;
	int i;

	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, send_many,
					    self->mailbox));
	for (i = 0; i < THREADS * PER_THREAD; i++) {
		ASSERT_EQ(sizeof(number),
			  ipcchan_mailbox_receive(self->mailbox, &number,
						  sizeof(number), NULL));
		sum += number;
	}
	for (i = 0; i < THREADS; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], &failed));
		EXPECT_NULL(failed);
	}
	EXPECT_EQ((long)THREADS * PER_THREAD * (PER_THREAD - 1) / 2, sum);
}

/* Messages that many receive. */
FIXTURE(broadcast)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_subscribe_options subscribe;
	struct ipcchan_receive_options receive;
	char buffer[16];
};

FIXTURE_SETUP(broadcast)
{
	const struct ipcchan_subscribe_options subscribe =
		IPCCHAN_SUBSCRIBE_OPTIONS;
	const struct ipcchan_receive_options receive = IPCCHAN_RECEIVE_OPTIONS;
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	self->session = open_session();
	options.capacity_messages = 4;
	options.delivery = IPCCHAN_DELIVERY_BROADCAST;
	options.history = 2;
	self->mailbox = new_mailbox(self->session, &options);
	self->subscribe = subscribe;
	self->receive = receive;
	self->receive.flags = IPCCHAN_NONBLOCK;
}

FIXTURE_TEARDOWN(broadcast)
{
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

#define receive_char() \
	(receive_text() == 1 ? self->buffer[0] : 0)

TEST_F(broadcast, needs_a_subscription)
{
	EXPECT_EQ(-ENOTCONN, receive_text());
	ASSERT_EQ(0, ipcchan_mailbox_subscribe(self->mailbox, NULL));
	EXPECT_EQ(-EAGAIN, receive_text());
}

TEST_F(broadcast, begins_with_as_much_history_as_was_asked_for)
{
	ASSERT_EQ(0, send_string(self->mailbox, "a", NULL));
	ASSERT_EQ(0, send_string(self->mailbox, "b", NULL));
	self->subscribe.history = 1;
	ASSERT_EQ(0, ipcchan_mailbox_subscribe(self->mailbox, &self->subscribe));
	EXPECT_EQ('b', receive_char());
	EXPECT_EQ(-EAGAIN, receive_text());
}

TEST_F(broadcast, evicts_who_wants_that_and_is_slow)
{
	self->subscribe.policy = IPCCHAN_POLICY_EVICT;
	ASSERT_EQ(0, ipcchan_mailbox_subscribe(self->mailbox, &self->subscribe));
	for (int i = 0; i < 5; i++)
		ASSERT_EQ(0, send_string(self->mailbox, "a", NULL));
	EXPECT_EQ(-EOVERFLOW, receive_text());
	EXPECT_EQ(-EPIPE, receive_text());
}

TEST_F(broadcast, is_read_after_a_sequence_without_a_subscription)
{
	ASSERT_EQ(0, send_string(self->mailbox, "a", NULL));
	ASSERT_EQ(0, send_string(self->mailbox, "b", NULL));
	self->receive.flags |= IPCCHAN_AFTER;
	self->receive.after = 1;
	EXPECT_EQ('b', receive_char());
	self->receive.after = 2;
	EXPECT_EQ(-EAGAIN, receive_text());
	self->receive.flags &= ~IPCCHAN_AFTER;
	EXPECT_EQ(-EINVAL, receive_text());
}

TEST_F(broadcast, subscription_with_unknown_options_is_refused)
{
	self->subscribe.flags = 1;
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_mailbox_subscribe(self->mailbox,
							 &self->subscribe));
	self->subscribe.flags = 0;
	self->subscribe.policy = IPCCHAN_POLICY_LATEST;
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_subscribe(self->mailbox,
						     &self->subscribe));
	self->subscribe.size = 8;
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_subscribe(self->mailbox,
						     &self->subscribe));
}

TEST_HARNESS_MAIN

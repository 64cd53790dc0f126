// SPDX-License-Identifier: GPL-2.0
/*
 * Pipes of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_ring.h"

FIXTURE(pipe)
{
	struct ipcchan *session;
	struct ipcchan_pipe *first;
	struct ipcchan_pipe *second;
	struct ipcchan_record record;
	char buffer[16];
};

FIXTURE_SETUP(pipe)
{
	self->session = open_session();
	ASSERT_EQ(0, ipcchan_pipe_pair(self->session, RING_SIZE, &self->first,
				       &self->second));
}

FIXTURE_TEARDOWN(pipe)
{
	ipcchan_pipe_close(self->first);
	ipcchan_pipe_close(self->second);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static bool passes(const struct ipcchan_pipe *from,
		   const struct ipcchan_pipe *to, const char *text)
{
	struct ipcchan_record record;
	char buffer[16] = {};

	return !ipcchan_pipe_write(from, text, strlen(text), 0, soon()) &&
	       !ipcchan_pipe_read(to, buffer, sizeof(buffer) - 1, &record,
				  soon()) &&
	       !strcmp(text, buffer);
}

TEST_F(pipe, passes_records_in_both_directions)
{
	ASSERT_EQ(0, ipcchan_pipe_map(self->first));
	ASSERT_EQ(0, ipcchan_pipe_map(self->second));
	EXPECT_TRUE(passes(self->first, self->second, "question"));
	EXPECT_TRUE(passes(self->second, self->first, "answer"));
}

static int echo(struct ipcchan_pipe *pipe)
{
	struct ipcchan_record record;
	char buffer[16];
	int error = ipcchan_pipe_map(pipe);

	while (!error) {
		error = ipcchan_pipe_read(pipe, buffer, sizeof(buffer), &record,
					  soon());
		if (!error)
			error = ipcchan_pipe_write(pipe, buffer, record.size, 0,
						   soon());
	}
	return error == -EPIPE ? 0 : 1;
}

TEST_F(pipe, connects_two_processes)
{
	pid_t child = fork();
	unsigned int i;

	ASSERT_LE(0, child);
	if (!child) {
		ipcchan_pipe_close(self->first);
		_exit(echo(self->second));
	}
	ASSERT_EQ(0, ipcchan_pipe_map(self->first));
	for (i = 0; i < 100; i++)
		ASSERT_TRUE(passes(self->first, self->first, "echo"));
	ipcchan_pipe_close(self->first);
	self->first = NULL;
	EXPECT_EQ(0, status_of(child));
}

TEST_F(pipe, ends_when_the_other_end_is_closed)
{
	ASSERT_EQ(0, ipcchan_pipe_map(self->first));
	ipcchan_pipe_close(self->second);
	self->second = NULL;
	EXPECT_EQ(-EPIPE, ipcchan_pipe_read(self->first, self->buffer, 1,
					    &self->record, soon()));
	EXPECT_EQ(-EPIPE, ipcchan_pipe_write(self->first, "", 0, 0, soon()));
}

static int commit(const struct ipcchan_pipe *pipe, const char *text)
{
	struct ipcchan_ring *ring = ipcchan_pipe_producer(pipe);
	void *place;
	int error = ipcchan_ring_reserve(ring, strlen(text), &place);

	if (error)
		return error;
	memcpy(place, text, strlen(text));
	return ipcchan_ring_commit(ring, strlen(text), 0);
}

static bool has_answer(const struct ipcchan_pipe *pipe, const char *text)
{
	return !ipcchan_pipe_wait(pipe, soon()) &&
	       take(ipcchan_pipe_consumer(pipe), text);
}

/* Asleep at once, as where there is one processor. */
static int map_without_spinning(const struct ipcchan_pipe *pipe)
{
	ipcchan_ring_set_spin(ipcchan_pipe_producer(pipe), 0);
	ipcchan_ring_set_spin(ipcchan_pipe_consumer(pipe), 0);
	return ipcchan_pipe_map((struct ipcchan_pipe *)pipe);
}

/* Each answer is written when the next question is waited for. */
static int answer_by_waiting(struct ipcchan_pipe *pipe, unsigned int count)
{
	int error = map_without_spinning(pipe);

	while (!error && count--) {
		if (!has_answer(pipe, "ask"))
			return 1;
		error = commit(pipe, "answer");
	}
	return error || ipcchan_pipe_wait(pipe, soon()) != -EPIPE;
}

TEST_F(pipe, publishes_and_waits_in_turn)
{
	const unsigned int count = 100;
	struct ipcchan_ring_info info;
	pid_t child = fork();
	unsigned int i;

	ASSERT_LE(0, child);
	if (!child) {
		ipcchan_pipe_close(self->first);
		_exit(answer_by_waiting(self->second, count));
	}
	ASSERT_EQ(0, map_without_spinning(self->first));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, commit(self->first, "ask"));
		ASSERT_TRUE(has_answer(self->first, "answer"));
	}
	ASSERT_EQ(0, ipcchan_ring_info(ipcchan_pipe_producer(self->first), &info,
				       sizeof(info)));
	EXPECT_LE(info.consumer_waits, info.producer_wakes + 1);
	ipcchan_pipe_close(self->first);
	self->first = NULL;
	EXPECT_EQ(0, status_of(child));
}

TEST_F(pipe, has_published_also_where_the_wait_timed_out)
{
	ASSERT_EQ(0, ipcchan_pipe_map(self->first));
	ASSERT_EQ(0, ipcchan_pipe_map(self->second));
	ASSERT_EQ(0, commit(self->first, "kept"));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pipe_wait(self->first, 0));
	EXPECT_TRUE(take(ipcchan_pipe_consumer(self->second), "kept"));
	EXPECT_EQ(0, ipcchan_pipe_write(self->second, "", 0, 0, soon()));
	EXPECT_EQ(0, ipcchan_pipe_wait(self->first, soon()));
}

TEST_F(pipe, waits_only_where_it_is_mapped)
{
	EXPECT_EQ(-ENXIO, ipcchan_pipe_wait(self->first, soon()));
}

static int received_end(const struct ipcchan_ring *ring)
{
	return received_fd(ipcchan_ring_fd(ring));
}

TEST_F(pipe, is_made_of_two_descriptors)
{
	int out = received_end(ipcchan_pipe_producer(self->first));
	int in = received_end(ipcchan_pipe_consumer(self->first));
	struct ipcchan_pipe *pipe;

	EXPECT_EQ(-EPERM, ipcchan_pipe_from_fds(in, out, &pipe));
	EXPECT_EQ(-EBADF, ipcchan_pipe_from_fds(out, -1, &pipe));
	ASSERT_EQ(0, ipcchan_pipe_from_fds(out, in, &pipe));
	ASSERT_EQ(0, ipcchan_pipe_map(pipe));
	ASSERT_EQ(0, ipcchan_pipe_map(self->second));
	EXPECT_TRUE(passes(pipe, self->second, "hello"));
	EXPECT_TRUE(passes(self->second, pipe, "back"));
	ipcchan_pipe_close(pipe);
}

TEST_F(pipe, refuses_a_size_that_no_ring_has)
{
	struct ipcchan_pipe *first;
	struct ipcchan_pipe *second;

	EXPECT_EQ(-EINVAL, ipcchan_pipe_pair(self->session, 1, &first,
					     &second));
}

TEST_HARNESS_MAIN

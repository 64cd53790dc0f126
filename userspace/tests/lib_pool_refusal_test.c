// SPDX-License-Identifier: GPL-2.0
/*
 * Pools of libipcchan: what they refuse, and what is left then.
 */
#include "kselftest_harness.h"
#include "lib_pool.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/uio.h>

#define LONG	(512U << 10)
#define LITTLE	(64U << 10)

#define PARAMETERS	"/sys/module/ipcchan/parameters/"

static int create(FIXTURE_DATA(pool) * self)
{
	struct ipcchan_pool *pool;
	int error = ipcchan_pool_create(self->session, &self->options, &pool);

	if (!error)
		ipcchan_pool_close(pool);
	return error;
}

/* The address space cannot grow by more; 0: as much as there is. */
static void limit_memory(size_t more)
{
	struct rlimit limit;
	unsigned long pages = 0;
	FILE *statm = fopen("/proc/self/statm", "re");

	if (!statm || fscanf(statm, "%lu", &pages) != 1 ||
	    getrlimit(RLIMIT_AS, &limit))
		abort();
	fclose(statm);
	limit.rlim_cur = more ? pages * sysconf(_SC_PAGESIZE) + more :
				limit.rlim_max;
	if (setrlimit(RLIMIT_AS, &limit))
		abort();
}

static bool set_parameter(const char *name, unsigned long long value)
{
	char path[128];
	FILE *file;
	bool done;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	file = fopen(path, "we");
	if (!file)
		return false;
	done = fprintf(file, "%llu", value) > 0;
	return !fclose(file) && done;
}

static void ignore(int number)
{
	(void)number;
}

/* So often that one comes while a call sleeps. */
static void let_signals_come(void)
{
	const struct sigaction action = { .sa_handler = ignore };
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static void let_no_signals_come(void)
{
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };

	setitimer(ITIMER_REAL, &never, NULL);
}

/* Creating */

TEST_F(pool, is_made_of_sensible_sizes)
{
	self->options.block_size = 0;
	EXPECT_EQ(-EINVAL, create(self));
	self->options.block_size = SIZE_MAX;
	EXPECT_EQ(-EINVAL, create(self));
	self->options.block_size = SIZE_MAX / NR_BLOCKS;
	EXPECT_EQ(-EINVAL, create(self));
	self->options.block_size = 1;
	self->options.nr_blocks = 0;
	EXPECT_EQ(-EINVAL, create(self));
}

TEST_F(pool, is_made_without_flags_but_that_for_huge_pages)
{
	self->options.flags = IPCCHAN_OPEN_PERSIST;
	EXPECT_EQ(-EOPNOTSUPP, create(self));
}

TEST_F(pool, is_made_with_options_that_the_library_knows)
{
	struct {
		struct ipcchan_pool_options known;
		unsigned char unknown[8];
	} newer = { .known = self->options, .unknown = { 1 } };
	struct ipcchan_pool *pool;

	newer.known.size = sizeof(newer);
	EXPECT_EQ(-E2BIG, ipcchan_pool_create(self->session, &newer.known,
					      &pool));
}

TEST_F(pool, counts_as_an_object_of_its_user)
{
	struct ipcchan_device_info info;
	int error;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &info, sizeof(info)));
	if (!set_parameter("max_user_objects", info.user_objects))
		SKIP(return, "the limit cannot be set");
	error = create(self);
	ASSERT_TRUE(set_parameter("max_user_objects", info.user_objects_max));
	EXPECT_EQ(-ENOSPC, error);
	EXPECT_EQ(0, create(self));
}

TEST_F(pool, counts_with_all_its_bytes)
{
	struct ipcchan_device_info info;
	int error;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &info, sizeof(info)));
	self->options.nr_blocks = 8;
	if (!set_parameter("max_user_bytes",
			   info.user_bytes + 8 * self->page))
		SKIP(return, "the limit cannot be set");
	error = create(self);
	ASSERT_TRUE(set_parameter("max_user_bytes", info.user_bytes_max));
	EXPECT_EQ(-EDQUOT, error);
	EXPECT_EQ(0, create(self));
}

TEST_F(pool, needs_room_for_what_it_knows_of_its_blocks)
{
	self->options.nr_blocks = LONG;
	limit_memory(LITTLE);
	EXPECT_EQ(-ENOMEM, create(self));
	limit_memory(0);
}

TEST_F(pool, needs_room_to_be_mapped)
{
	struct ipcchan_device_info before;
	struct ipcchan_device_info after;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &before,
					 sizeof(before)));
	self->options.block_size = LONG;
	limit_memory(LITTLE);
	EXPECT_EQ(-ENOMEM, create(self));
	limit_memory(0);
	ASSERT_EQ(0, ipcchan_device_info(self->session, &after, sizeof(after)));
	EXPECT_EQ(before.user_objects, after.user_objects);
	EXPECT_EQ(0, create(self));
}

/* Taking a block */

TEST_F(pool, waits_for_a_block_until_a_signal_handler_runs)
{
	struct ipcchan_block *again;
	int error;

	send_and_empty(self, IPCCHAN_EXTENT_MOVE);
	let_signals_come();
	error = ipcchan_pool_loan(self->pool, IPCCHAN_DEADLINE_NEVER, &again);
	let_no_signals_come();
	EXPECT_EQ(-EINTR, error);
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_EQ(0, ipcchan_pool_loan(self->pool, 0, &again));
}

TEST_F(pool, cannot_be_killed)
{
	int region = ipcchan_region_fd(ipcchan_pool_region(self->pool));

	EXPECT_EQ(-EPERM, ipcchan_object_kill(region));
}

/* Sending */

static int send_page(FIXTURE_DATA(pool) * self, struct ipcchan_block *block,
		     uint32_t mode)
{
	return ipcchan_block_send(block, self->mailbox, self->page, mode, NULL);
}

TEST_F(pool, refuses_a_send_that_makes_no_sense)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	int fd = 0;

	EXPECT_EQ(-EINVAL, ipcchan_block_send(self->block, self->mailbox,
					      2 * self->page + 1,
					      IPCCHAN_EXTENT_MOVE, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_block_send(self->block, self->mailbox, 1, 0,
					      NULL));
	options.fds = &fd;
	options.nr_fds = 1;
	EXPECT_EQ(-EINVAL, ipcchan_block_send(self->block, self->mailbox, 1,
					      IPCCHAN_EXTENT_MOVE, &options));
}

TEST_F(pool, does_not_move_what_somebody_has)
{
	ASSERT_EQ(0, send_block(self, "twice", self->page,
				IPCCHAN_EXTENT_SHARE));
	EXPECT_EQ(-EBUSY, send_block(self, "twice", self->page,
				     IPCCHAN_EXTENT_MOVE));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(-EPERM, send_page(self, self->received,
				    IPCCHAN_EXTENT_MOVE));
}

TEST_F(pool, shares_nothing_that_somebody_may_write)
{
	ASSERT_EQ(0, send_page(self, self->block, IPCCHAN_EXTENT_MOVE));
	EXPECT_EQ(-EBUSY, send_page(self, self->block, IPCCHAN_EXTENT_SHARE));
}

TEST_F(pool, does_not_move_what_a_pipe_has)
{
	struct iovec bytes = { ipcchan_block_data(self->block), self->page };
	char *copy = malloc(self->page);
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ((ssize_t)self->page, vmsplice(pipes[1], &bytes, 1, 0));
	EXPECT_EQ(-EBUSY, send_block(self, "piped", self->page,
				     IPCCHAN_EXTENT_MOVE));
	EXPECT_STREQ("piped", ipcchan_block_data(self->block));
	ASSERT_EQ((ssize_t)self->page, read(pipes[0], copy, self->page));
	EXPECT_EQ(0, send_page(self, self->block, IPCCHAN_EXTENT_MOVE));
	free(copy);
	close(pipes[0]);
	close(pipes[1]);
}

TEST_F(pool, needs_a_mailbox_that_takes_descriptors)
{
	struct ipcchan_mailbox *mailbox = new_mailbox(self->session, NULL);

	EXPECT_EQ(-ENOPROTOOPT, ipcchan_block_send(self->block, mailbox,
						   self->page,
						   IPCCHAN_EXTENT_MOVE, NULL));
	EXPECT_EQ(0, ipcchan_block_send(self->block, mailbox, COPY_BELOW - 1,
					IPCCHAN_EXTENT_MOVE, NULL));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(pool, needs_the_right_to_send)
{
	struct ipcchan_mailbox *mailbox =
		restricted(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	EXPECT_EQ(-EPERM, ipcchan_block_send(self->block, mailbox, self->page,
					     IPCCHAN_EXTENT_MOVE, NULL));
	EXPECT_EQ(0, extents(self));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(pool, sends_nothing_to_a_mailbox_that_was_killed)
{
	ASSERT_EQ(0, ipcchan_object_kill(ipcchan_mailbox_fd(self->mailbox)));
	EXPECT_EQ(-EIDRM, send_block(self, "kept", self->page,
				     IPCCHAN_EXTENT_MOVE));
	EXPECT_EQ(0, extents(self));
	EXPECT_STREQ("kept", ipcchan_block_data(self->block));
}

/* Receiving */

TEST_F(pool, gives_only_whole_blocks)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.flags = IPCCHAN_HOLD;
	EXPECT_EQ(-EINVAL, ipcchan_block_receive(self->mailbox, NULL, &options,
						 &self->received));
	options.flags = IPCCHAN_TRUNCATE;
	EXPECT_EQ(-EINVAL, ipcchan_block_receive(self->mailbox, NULL, &options,
						 &self->received));
}

TEST_F(pool, needs_the_right_to_receive)
{
	struct ipcchan_mailbox *mailbox =
		restricted(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	EXPECT_EQ(-EPERM, receive(mailbox, &self->received));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(pool, gives_nothing_out_of_a_mailbox_that_was_killed)
{
	ASSERT_EQ(0, send_page(self, self->block, IPCCHAN_EXTENT_MOVE));
	ASSERT_EQ(0, ipcchan_object_kill(ipcchan_mailbox_fd(self->mailbox)));
	EXPECT_EQ(-EIDRM, receive(self->mailbox, &self->received));
}

TEST_F(pool, is_received_from_until_a_signal_handler_runs)
{
	int error;

	let_signals_come();
	error = receive(self->mailbox, &self->received);
	let_no_signals_come();
	EXPECT_EQ(-EINTR, error);
}

TEST_F(pool, leaves_a_request_in_the_mailbox)
{
	struct ipcchan_message request;

	ipcchan_message_set(&request, "ask", 3);
	ASSERT_EQ(0, ipcchan_mailbox_call_start(self->mailbox, &request,
						sizeof(request), NULL));
	EXPECT_EQ(-EBADMSG, receive(self->mailbox, &self->received));
	EXPECT_TRUE(await_calls(self->mailbox, 1, 0));
}

TEST_F(pool, leaves_a_message_that_there_is_no_room_for)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	static const char bytes[LONG];
	struct ipcchan_mailbox *mailbox;

	options.max_message_size = LONG;
	mailbox = new_mailbox(self->session, &options);
	ASSERT_EQ(0, ipcchan_mailbox_send(mailbox, bytes, LONG, NULL));
	limit_memory(LITTLE);
	EXPECT_EQ(-ENOMEM, receive(mailbox, &self->received));
	limit_memory(0);
	ASSERT_EQ(1, receive(mailbox, &self->received));
	EXPECT_EQ(LONG, ipcchan_block_size(self->received));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(pool, has_a_block_again_that_there_is_no_room_to_map)
{
	self->options.block_size = LONG;
	ipcchan_pool_close(self->pool);
	ASSERT_EQ(0, ipcchan_pool_create(self->session, &self->options,
					 &self->pool));
	ASSERT_EQ(0, ipcchan_pool_loan(self->pool, 0, &self->block));
	ASSERT_EQ(0, send_block(self, "back", LONG, IPCCHAN_EXTENT_MOVE));
	limit_memory(LITTLE);
	EXPECT_EQ(-ENOMEM, receive(self->mailbox, &self->received));
	limit_memory(0);
	EXPECT_EQ(0, extents(self));
	EXPECT_STREQ("back", ipcchan_block_data(self->block));
}

TEST_F(pool, gives_a_block_that_is_moved_to_one_of_many_readers)
{
	struct ipcchan_mailbox *told = new_mailbox(self->session, NULL);
	struct ipcchan_mailbox *readers[2];
	pid_t holder;

	subscribe_two(self, readers);
	send_and_empty(self, IPCCHAN_EXTENT_MOVE);
	holder = start_holder(readers[0], told);
	ASSERT_EQ(0, ipcchan_mailbox_receive(told, NULL, 0, NULL));
	EXPECT_EQ(-EBUSY, receive(readers[1], &self->received));
	EXPECT_EQ(1, extents(self));
	kill_holder(holder);
	close_two(readers);
	ipcchan_mailbox_close(told);
}

/* Receives what is shared without the library's blocks. */
static struct ipcchan_region *take_extent(const struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_message message;
	struct ipcchan_region *extent;
	char header[HEADER];
	int fd;

	ipcchan_message_set(&message, header, sizeof(header));
	ipcchan_message_set_fds(&message, &fd, 1);
	if (ipcchan_mailbox_receive_batch(mailbox, &message, 1, sizeof(message),
					  NULL) != 1 ||
	    ipcchan_region_from_fd(fd, &extent))
		abort();
	return extent;
}

/* A share that is given back is over for all who have it. */
static void give_back(const struct ipcchan_mailbox *reader)
{
	struct ipcchan_region *extent = take_extent(reader);

	if (ipcchan_region_release(extent))
		abort();
	ipcchan_region_close(extent);
}

TEST_F(pool, gives_no_block_that_another_reader_gave_back)
{
	struct ipcchan_mailbox *readers[2];

	subscribe_two(self, readers);
	ASSERT_EQ(0, send_page(self, self->block, IPCCHAN_EXTENT_SHARE));
	give_back(readers[0]);
	EXPECT_EQ(-ESTALE, receive(readers[1], &self->received));
	EXPECT_EQ(0, extents(self));
	close_two(readers);
}

TEST_F(pool, sends_no_block_on_that_another_reader_gave_back)
{
	struct ipcchan_mailbox *readers[2];

	subscribe_two(self, readers);
	ASSERT_EQ(0, send_page(self, self->block, IPCCHAN_EXTENT_SHARE));
	ASSERT_EQ(0, receive(readers[1], &self->received));
	give_back(readers[0]);
	EXPECT_EQ(-ESTALE, send_page(self, self->received,
				     IPCCHAN_EXTENT_SHARE));
	close_two(readers);
}

/* Regions of others, who may kill them */

static struct ipcchan_region *new_region(FIXTURE_DATA(pool) * self)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	struct ipcchan_region *region;

	options.region_size = self->page;
	if (ipcchan_region_open(self->session, NULL, IPCCHAN_RIGHTS_REGION,
				&options, &region))
		abort();
	return region;
}

/* As a program that makes its blocks itself: with the header of another. */
static int share_page(FIXTURE_DATA(pool) * self,
		      const struct ipcchan_region *region)
{
	const struct ipcchan_extent extent = {
		.fd = ipcchan_region_fd(region),
		.mode = IPCCHAN_EXTENT_SHARE,
		.length = self->page,
	};
	struct ipcchan_message message;
	char bytes[HEADER + 1];

	if (send_block(self, "", 1, IPCCHAN_EXTENT_SHARE) ||
	    ipcchan_mailbox_receive(self->mailbox, bytes, sizeof(bytes),
				    NULL) != sizeof(bytes))
		abort();
	bytes[MODE] = IPCCHAN_EXTENT_SHARE;
	ipcchan_message_set(&message, bytes, HEADER);
	ipcchan_message_set_extents(&message, &extent, 1);
	return ipcchan_mailbox_send_batch(self->mailbox, &message, 1,
					  sizeof(message), NULL);
}

static int kill_region(struct ipcchan_region *region)
{
	int error = ipcchan_object_kill(ipcchan_region_fd(region));

	ipcchan_region_close(region);
	return error;
}

TEST_F(pool, gives_no_block_of_a_region_that_was_killed)
{
	struct ipcchan_region *region = new_region(self);

	ASSERT_EQ(1, share_page(self, region));
	ASSERT_EQ(0, kill_region(region));
	EXPECT_EQ(-EIDRM, receive(self->mailbox, &self->received));
}

TEST_F(pool, sends_no_block_on_of_a_region_that_was_killed)
{
	struct ipcchan_region *region = new_region(self);

	ASSERT_EQ(1, share_page(self, region));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	ASSERT_EQ(0, kill_region(region));
	EXPECT_EQ(-EIDRM, ipcchan_block_send(self->received, self->mailbox, 1,
					     IPCCHAN_EXTENT_SHARE, NULL));
}

/* Views */

FIXTURE(view)
{
	struct ipcchan *session;
	struct ipcchan_region *region;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_view *view;
};

FIXTURE_SETUP(view)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;

	self->session = open_session();
	self->mailbox = mailbox_of(self->session, IPCCHAN_DELIVERY_QUEUE);
	options.region_size = LONG;
	ASSERT_EQ(0, ipcchan_region_open(self->session, NULL,
					 IPCCHAN_RIGHTS_REGION, &options,
					 &self->region));
}

FIXTURE_TEARDOWN(view)
{
	ipcchan_mailbox_close(self->mailbox);
	ipcchan_region_close(self->region);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* An extent of all of it, which comes back by the mailbox. */
static struct ipcchan_region *lend(FIXTURE_DATA(view) * self)
{
	const struct ipcchan_extent extent = {
		.fd = ipcchan_region_fd(self->region),
		.mode = IPCCHAN_EXTENT_SHARE,
		.length = LONG,
	};
	struct ipcchan_message message;

	ipcchan_message_set(&message, NULL, 0);
	ipcchan_message_set_extents(&message, &extent, 1);
	if (ipcchan_mailbox_send_batch(self->mailbox, &message, 1,
				       sizeof(message), NULL) != 1)
		abort();
	return take_extent(self->mailbox);
}

TEST_F(view, shows_a_whole_region)
{
	struct ipcchan_region *extent = lend(self);

	EXPECT_EQ(-EINVAL, ipcchan_view_create(extent, &self->view));
	ASSERT_EQ(0, ipcchan_region_release(extent));
	EXPECT_EQ(-ESTALE, ipcchan_view_create(extent, &self->view));
	ipcchan_region_close(extent);
}

TEST_F(view, needs_the_right_to_read)
{
	int fd = ipcchan_object_restrict(ipcchan_region_fd(self->region),
					 IPCCHAN_RIGHT_ADMIN, 0);
	struct ipcchan_region *region;

	ASSERT_EQ(0, ipcchan_region_from_fd(fd, &region));
	EXPECT_EQ(-EACCES, ipcchan_view_create(region, &self->view));
	ipcchan_region_close(region);
}

TEST_F(view, shows_no_region_that_was_killed)
{
	ASSERT_EQ(0, ipcchan_object_kill(ipcchan_region_fd(self->region)));
	EXPECT_EQ(-EIDRM, ipcchan_view_create(self->region, &self->view));
}

TEST_F(view, needs_room)
{
	limit_memory(LITTLE);
	EXPECT_EQ(-ENOMEM, ipcchan_view_create(self->region, &self->view));
	limit_memory(0);
}

TEST_HARNESS_MAIN

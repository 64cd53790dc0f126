// SPDX-License-Identifier: GPL-2.0
/*
 * What libipcchan does without the device.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <regex.h>

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return IPCCHAN_SECONDS(now.tv_sec) + now.tv_nsec;
}

TEST(deadline_in_adds_to_the_monotonic_clock)
{
	uint64_t before = monotonic_ns();
	uint64_t deadline = ipcchan_deadline_in(IPCCHAN_SECONDS(5));
	uint64_t after = monotonic_ns();

	EXPECT_LE(before + IPCCHAN_SECONDS(5), deadline);
	EXPECT_GE(after + IPCCHAN_SECONDS(5), deadline);
}

TEST(deadline_in_is_never_when_it_does_not_fit)
{
	EXPECT_EQ(IPCCHAN_DEADLINE_NEVER, ipcchan_deadline_in(UINT64_MAX));
	EXPECT_EQ(IPCCHAN_DEADLINE_NEVER, ipcchan_deadline_in(UINT64_MAX - 1));
}

TEST(units_of_time_are_nanoseconds)
{
	EXPECT_EQ(3000000000ULL, IPCCHAN_SECONDS(3));
	EXPECT_EQ(3000000ULL, IPCCHAN_MILLISECONDS(3));
}

TEST(error_is_named_with_either_sign)
{
	EXPECT_STREQ("ETIMEDOUT", ipcchan_error_name(ETIMEDOUT));
	EXPECT_STREQ("ETIMEDOUT", ipcchan_error_name(-ETIMEDOUT));
	EXPECT_STREQ("the deadline passed", ipcchan_error_text(-ETIMEDOUT));
}

TEST(unknown_error_has_a_name_and_a_text)
{
	EXPECT_STREQ("E?", ipcchan_error_name(-4000));
	EXPECT_STREQ("unexpected error", ipcchan_error_text(-4000));
}

TEST(version_is_three_numbers)
{
	regex_t three_numbers;

	ASSERT_EQ(0, regcomp(&three_numbers, "^[0-9]+\\.[0-9]+\\.[0-9]+$",
			     REG_EXTENDED));
	EXPECT_EQ(0, regexec(&three_numbers, ipcchan_version(), 0, NULL, 0));
	regfree(&three_numbers);
}

TEST(from_fd_refuses_a_file_that_is_not_of_ipcchan)
{
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_region *region;
	struct ipcchan *session;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	EXPECT_EQ(-ENOTTY, ipcchan_session_from_fd(fd, &session));
	EXPECT_EQ(-ENOTTY, ipcchan_mailbox_from_fd(fd, &mailbox));
	EXPECT_EQ(-ENOTTY, ipcchan_region_from_fd(fd, &region));
	EXPECT_EQ(0, close(fd));
}

TEST(from_fd_refuses_a_closed_descriptor)
{
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_region *region;
	struct ipcchan *session;

	EXPECT_EQ(-EBADF, ipcchan_session_from_fd(-1, &session));
	EXPECT_EQ(-EBADF, ipcchan_mailbox_from_fd(-1, &mailbox));
	EXPECT_EQ(-EBADF, ipcchan_region_from_fd(-1, &region));
}

TEST(failing_call_leaves_errno_alone)
{
	struct ipcchan_object_info info;

	errno = ELOOP;
	EXPECT_EQ(-EBADF, ipcchan_object_info(-1, &info, sizeof(info)));
	EXPECT_EQ(ELOOP, errno);
}

TEST(closing_nothing_is_allowed)
{
	ipcchan_session_close(NULL);
	ipcchan_mailbox_close(NULL);
	ipcchan_region_close(NULL);
}

TEST(message_set_clears_all_but_data_and_size)
{
	struct ipcchan_message expected = {};
	struct ipcchan_message message;
	char bytes[7];

	memset(&message, 0xff, sizeof(message));
	ipcchan_message_set(&message, bytes, sizeof(bytes));
	EXPECT_EQ(&bytes[0], ipcchan_message_data(&message));
	EXPECT_EQ(sizeof(bytes), message.size);
	expected.data = message.data;
	expected.size = message.size;
	EXPECT_EQ(0, memcmp(&expected, &message, sizeof(message)));
}

TEST(message_set_segments_adds_their_sizes)
{
	const struct ipcchan_segment parts[] = { { 16, 4 }, { 0, 0 }, { 32, 3 } };
	struct ipcchan_message message;

	ipcchan_message_set(&message, NULL, 0);
	message.type = 9;
	ipcchan_message_set_segments(&message, parts, 3);
	EXPECT_EQ(&parts[0], ipcchan_message_data(&message));
	EXPECT_EQ(3, message.nr_segments);
	EXPECT_EQ(7, message.size);
	EXPECT_EQ(9, message.type);
}

TEST(message_set_segments_makes_too_much_no_message)
{
	const struct ipcchan_segment parts[] = { { 0, UINT64_MAX }, { 0, 2 } };
	struct ipcchan_message message;

	ipcchan_message_set_segments(&message, parts, 2);
	EXPECT_EQ(UINT32_MAX, message.size);
}

TEST(errors_of_calls_have_texts)
{
	const int errors[] = { ESRCH, ECANCELED, EALREADY, EBUSY, ECHILD,
			       EOWNERDEAD, EDEADLK };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		EXPECT_STRNE("E?", ipcchan_error_name(errors[i]));
		EXPECT_STRNE("unexpected error", ipcchan_error_text(errors[i]));
	}
}

TEST_HARNESS_MAIN

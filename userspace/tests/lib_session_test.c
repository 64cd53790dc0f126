// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

FIXTURE(session)
{
	struct ipcchan *session;
};

FIXTURE_SETUP(session)
{
	ASSERT_EQ(0, ipcchan_session_open(&self->session));
}

FIXTURE_TEARDOWN(session)
{
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

TEST_F(session, descriptor_is_closed_on_exec)
{
	int fd = ipcchan_session_fd(self->session);

	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
}

TEST_F(session, close_closes_the_descriptor)
{
	struct ipcchan *other = open_session();
	int fd = ipcchan_session_fd(other);

	ipcchan_session_close(other);
	EXPECT_EQ(-1, fcntl(fd, F_GETFD));
}

TEST_F(session, from_fd_takes_over_the_descriptor)
{
	int fd = open(IPCCHAN_DEVICE, O_RDWR | O_CLOEXEC);
	struct ipcchan *session;

	ASSERT_EQ(0, ipcchan_session_from_fd(fd, &session));
	EXPECT_EQ(fd, ipcchan_session_fd(session));
	ipcchan_session_close(session);
	EXPECT_EQ(-1, fcntl(fd, F_GETFD));
}

TEST_F(session, from_fd_refuses_a_mailbox)
{
	struct ipcchan_mailbox *mailbox = new_mailbox(self->session, NULL);
	struct ipcchan *session;

	EXPECT_EQ(-EBADF, ipcchan_session_from_fd(ipcchan_mailbox_fd(mailbox),
						  &session));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(session, device_info_tells_the_abi_of_this_header)
{
	struct ipcchan_device_info info;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &info, sizeof(info)));
	EXPECT_EQ(IPCCHAN_ABI, info.abi);
	EXPECT_EQ(IPCCHAN_BATCH_MAX, info.max_batch);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_MAILBOX);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_REGION);
}

TEST_F(session, device_info_clears_what_the_kernel_does_not_know)
{
	struct {
		struct ipcchan_device_info known;
		unsigned char unknown[32];
	} info;
	const unsigned char zero[sizeof(info.unknown)] = {};

	memset(&info, 0xff, sizeof(info));
	ASSERT_EQ(0, ipcchan_device_info(self->session, &info.known,
					 sizeof(info)));
	EXPECT_EQ(IPCCHAN_ABI, info.known.abi);
	EXPECT_EQ(0, memcmp(zero, info.unknown, sizeof(zero)));
}

TEST_F(session, device_info_refuses_less_than_the_first_version)
{
	struct ipcchan_device_info info;

	EXPECT_EQ(-EINVAL, ipcchan_device_info(self->session, &info,
					       IPCCHAN_DEVICE_INFO_SIZE_VER0 - 8));
	EXPECT_EQ(-EINVAL, ipcchan_device_info(self->session, &info, 0));
}

TEST_F(session, each_has_a_client_id_of_its_own)
{
	struct ipcchan *other = open_session();
	struct ipcchan_device_info first;
	struct ipcchan_device_info second;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &first, sizeof(first)));
	ASSERT_EQ(0, ipcchan_device_info(other, &second, sizeof(second)));
	EXPECT_NE(first.client, second.client);
	ipcchan_session_close(other);
}

TEST_F(session, mailbox_outlives_it)
{
	struct ipcchan *other = open_session();
	struct ipcchan_mailbox *mailbox = new_mailbox(other, NULL);

	ipcchan_session_close(other);
	EXPECT_EQ(0, ipcchan_mailbox_send(mailbox, "x", 1, NULL));
	ipcchan_mailbox_close(mailbox);
}

TEST_HARNESS_MAIN

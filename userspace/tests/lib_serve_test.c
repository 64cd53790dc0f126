// SPDX-License-Identifier: GPL-2.0
/*
 * The server loop of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#define LARGE	60000

/* What a handler does, and what it has seen. */
struct service {
	struct ipcchan_stop *stop;
	uint32_t stop_after;
	int result;
	const char *text;
	uint32_t text_size;
	uint32_t requests;
	uint32_t notices;
	uint32_t notice_type;
	uint64_t notice_token;
	uint32_t replies;
	int reply_error;
	bool blocks;
	sem_t blocked;
	sem_t go;
	sem_t noticed;
	uint64_t token;
	uint32_t length;
	uint32_t flags;
	char first;
	char last;
	int fd;
	bool keeps_fd;
};

/*
 * A mailbox, a client of it, and a server that does not wait: so a test serves
 * what it has asked for itself. Others have a thread for the server.
 */
FIXTURE(serve)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *client;
	struct ipcchan_mailbox *server;
	struct ipcchan_mailbox *waiting;
	struct ipcchan_stop stop;
	struct ipcchan_serve_options options;
	struct ipcchan_call_options now;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	struct service service;
	char bytes[LARGE];
	char answer[LARGE];
};

FIXTURE_SETUP(serve)
{
	const struct ipcchan_serve_options options = IPCCHAN_SERVE_OPTIONS;
	const struct ipcchan_stop stop = IPCCHAN_STOP;
	const struct ipcchan_call_options now = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox_options created = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	created.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS;
	self->session = open_session();
	mailbox = new_mailbox(self->session, &created);
	self->client = restricted(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = restricted(mailbox, IPCCHAN_RIGHT_RECEIVE,
				  IPCCHAN_OPEN_NONBLOCK);
	self->waiting = restricted(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ipcchan_mailbox_close(mailbox);
	self->options = options;
	self->stop = stop;
	self->now = now;
	self->now.flags = IPCCHAN_NONBLOCK;
	self->service = (struct service){
		.stop = &self->stop,
		.text = "answer",
		.text_size = 6,
	};
	sem_init(&self->service.blocked, 0, 0);
	sem_init(&self->service.go, 0, 0);
	sem_init(&self->service.noticed, 0, 0);
	ipcchan_message_set(&self->request, "question", 8);
	ipcchan_message_set(&self->reply, self->answer, LARGE);
}

FIXTURE_TEARDOWN(serve)
{
	ipcchan_mailbox_close(self->client);
	ipcchan_mailbox_close(self->server);
	ipcchan_mailbox_close(self->waiting);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static void look_at(struct service *service,
		    const struct ipcchan_message *request)
{
	const char *bytes = ipcchan_message_data(request);

	__atomic_add_fetch(&service->requests, 1, __ATOMIC_SEQ_CST);
	service->token = request->token;
	service->length = request->length;
	service->flags = request->flags;
	service->first = bytes[0];
	if (request->length && request->length <= request->size)
		service->last = bytes[request->length - 1];
	if (request->nr_fds)
		service->fd = *(int *)(uintptr_t)request->fds;
}

static int handle(const struct ipcchan_mailbox *mailbox,
		  struct ipcchan_message *request,
		  struct ipcchan_message *reply, void *context)
{
	struct service *service = context;

	(void)mailbox;
	look_at(service, request);
	if (service->keeps_fd)
		request->nr_fds = 0;
	if (service->blocks) {
		sem_post(&service->blocked);
		sem_wait(&service->go);
	}
	ipcchan_message_set(reply, service->text, service->text_size);
	reply->type = 9;
	if (service->stop_after &&
	    __atomic_load_n(&service->requests, __ATOMIC_SEQ_CST) >=
	    service->stop_after)
		ipcchan_serve_stop(service->stop);
	return service->result;
}

static void take_notice(const struct ipcchan_message *notice, void *context)
{
	struct service *service = context;

	service->notices++;
	service->notice_type = notice->type;
	service->notice_token = notice->token;
	sem_post(&service->go);
	sem_post(&service->noticed);
}

static void take_replied(const struct ipcchan_message *reply, int error,
			 void *context)
{
	struct service *service = context;

	service->replies += ipcchan_message_data(reply) == service->text;
	service->reply_error = error;
}

static int start(FIXTURE_DATA(serve) * self)
{
	self->request.token = 0;
	return ipcchan_mailbox_call_start(self->client, &self->request,
					  sizeof(self->request), NULL);
}

static int serve(FIXTURE_DATA(serve) * self)
{
	return ipcchan_serve(self->server, handle, &self->service,
			     &self->options);
}

/* The outcome that is there, or -EAGAIN. */
static int outcome(FIXTURE_DATA(serve) * self)
{
	ipcchan_message_set(&self->reply, self->answer, LARGE);
	return ipcchan_mailbox_call_wait(self->client, self->request.token,
					 &self->reply, sizeof(self->reply),
					 &self->now) ?: -(int)self->reply.error;
}

static int wait_for_outcome(FIXTURE_DATA(serve) * self)
{
	self->now.flags = 0;
	return outcome(self);
}

static void *serve_in_thread(void *fixture)
{
	FIXTURE_DATA(serve) * self = fixture;

	return (void *)(intptr_t)ipcchan_serve(self->waiting, handle,
					       &self->service, &self->options);
}

static pthread_t start_server(FIXTURE_DATA(serve) * self)
{
	pthread_t thread;

	self->options.stop = &self->stop;
	if (pthread_create(&thread, NULL, serve_in_thread, self))
		abort();
	return thread;
}

static int join(pthread_t server)
{
	void *result;

	if (pthread_join(server, &result))
		abort();
	return (intptr_t)result;
}

TEST_F(serve, answers_what_the_handler_says)
{
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(0, outcome(self));
	EXPECT_EQ(6, self->reply.length);
	EXPECT_EQ(9, self->reply.type);
	EXPECT_EQ(0, memcmp("answer", self->answer, 6));
	EXPECT_EQ(8, self->service.length);
	EXPECT_EQ('q', self->service.first);
}

TEST_F(serve, answers_one_request_after_the_other)
{
	uint64_t first;

	ASSERT_EQ(0, start(self));
	first = self->request.token;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(2, self->service.requests);
	EXPECT_EQ(0, outcome(self));
	self->request.token = first;
	EXPECT_EQ(0, outcome(self));
}

TEST_F(serve, hands_over_a_long_request_as_a_whole)
{
	memset(self->bytes, 'x', LARGE);
	self->bytes[LARGE - 1] = 'z';
	ipcchan_message_set(&self->request, self->bytes, LARGE);
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(1, self->service.requests);
	EXPECT_EQ(LARGE, self->service.length);
	EXPECT_EQ('z', self->service.last);
	EXPECT_EQ(0, outcome(self));
}

TEST_F(serve, hands_over_the_first_part_of_what_is_longer_than_wanted)
{
	self->options.max_size = 4;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, self->service.flags);
	EXPECT_EQ(8, self->service.length);
	EXPECT_EQ('q', self->service.first);
	EXPECT_EQ(0, outcome(self));
}

static int handle_in_parts(const struct ipcchan_mailbox *mailbox,
			   struct ipcchan_message *request,
			   struct ipcchan_message *reply, void *context)
{
	static char rest[16];
	ssize_t size = ipcchan_mailbox_call_read(mailbox, request->token, rest,
						 sizeof(rest), request->size);

	(void)context;
	ipcchan_message_set(reply, rest, size);
	return 0;
}

TEST_F(serve, lets_the_handler_read_the_rest)
{
	self->options.max_size = 4;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, ipcchan_serve(self->server, handle_in_parts,
					 &self->service, &self->options));
	EXPECT_EQ(0, outcome(self));
	EXPECT_EQ(4, self->reply.length);
	EXPECT_EQ(0, memcmp("tion", self->answer, 4));
}

TEST_F(serve, hands_over_messages_that_want_no_reply)
{
	ASSERT_EQ(0, ipcchan_mailbox_send(self->client, "hint", 4, NULL));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(1, self->service.requests);
	EXPECT_EQ(0, self->service.token);
	EXPECT_EQ('h', self->service.first);
}

TEST_F(serve, hands_over_long_messages_that_want_no_reply_as_a_whole)
{
	memset(self->bytes, 'x', LARGE);
	self->bytes[LARGE - 1] = 'z';
	ASSERT_EQ(0, ipcchan_mailbox_send(self->client, self->bytes, LARGE,
					  NULL));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ('z', self->service.last);
}

TEST_F(serve, tells_the_caller_of_a_reply_that_cannot_be_given)
{
	struct ipcchan_device_info info;
	char *text;

	ASSERT_EQ(0, ipcchan_device_info(self->session, &info, sizeof(info)));
	text = calloc(1, info.max_message_size + 1);
	ASSERT_NE(NULL, text);
	self->service.text = text;
	self->service.text_size = info.max_message_size + 1;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(0, outcome(self));
	EXPECT_EQ(EMSGSIZE, self->reply.type);
	EXPECT_EQ(0, self->reply.length);
	free(text);
}

TEST_F(serve, leaves_to_others_what_is_to_be_answered_later)
{
	struct ipcchan_message reply;

	self->service.result = IPCCHAN_REPLY_LATER;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_TRUE(await_calls(self->client, 1, 1));
	ipcchan_message_set(&reply, "later", 5);
	reply.token = self->service.token;
	EXPECT_EQ(0, ipcchan_mailbox_reply(self->server, &reply,
					   sizeof(reply)));
	EXPECT_EQ(0, outcome(self));
	EXPECT_EQ(0, memcmp("later", self->answer, 5));
}

TEST_F(serve, returns_an_error_of_the_handler_with_all_answered)
{
	self->service.result = -ENOTEMPTY;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-ENOTEMPTY, serve(self));
	EXPECT_EQ(0, outcome(self));
	EXPECT_EQ(6, self->reply.length);
}

TEST_F(serve, answers_what_it_has_when_its_handler_stops_it)
{
	self->options.stop = &self->stop;
	self->service.stop_after = 1;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(0, serve(self));
	EXPECT_EQ(0, outcome(self));
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(0, serve(self));
	EXPECT_EQ(1, self->service.requests);
}

TEST_F(serve, goes_on_when_a_caller_has_given_up)
{
	pthread_t server;

	self->service.blocks = true;
	server = start_server(self);
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(0, sem_wait(&self->service.blocked));
	ASSERT_EQ(0, ipcchan_mailbox_call_cancel(self->client,
						 self->request.token));
	ASSERT_EQ(0, start(self));
	sem_post(&self->service.go);
	sem_post(&self->service.go);
	EXPECT_EQ(0, wait_for_outcome(self));
	ipcchan_serve_stop(&self->stop);
	EXPECT_EQ(0, join(server));
	EXPECT_EQ(2, self->service.requests);
}

TEST_F(serve, tells_another_thread_that_a_request_is_cancelled)
{
	pthread_t first;
	pthread_t second;

	self->service.blocks = true;
	self->options.notice = take_notice;
	first = start_server(self);
	second = start_server(self);
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(0, sem_wait(&self->service.blocked));
	ASSERT_EQ(0, ipcchan_mailbox_call_cancel(self->client,
						 self->request.token));
	ASSERT_EQ(0, sem_wait(&self->service.noticed));
	ipcchan_serve_stop(&self->stop);
	EXPECT_EQ(0, join(first));
	EXPECT_EQ(0, join(second));
	EXPECT_EQ(IPCCHAN_NOTICE_CANCELLED, self->service.notice_type);
	EXPECT_EQ(self->request.token, self->service.notice_token);
	EXPECT_EQ(1, self->service.requests);
}

TEST_F(serve, calls_back_when_a_reply_was_given)
{
	self->options.replied = take_replied;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(1, self->service.replies);
	EXPECT_EQ(0, self->service.reply_error);
	EXPECT_EQ(0, outcome(self));
}

static int handle_cancelled(const struct ipcchan_mailbox *mailbox,
			    struct ipcchan_message *request,
			    struct ipcchan_message *reply, void *context)
{
	FIXTURE_DATA(serve) * self = context;

	(void)mailbox;
	(void)request;
	ipcchan_message_set(reply, "late", 4);
	return ipcchan_mailbox_call_cancel(self->client, self->request.token);
}

static void note_error(const struct ipcchan_message *reply, int error,
		       void *context)
{
	FIXTURE_DATA(serve) * self = context;

	(void)reply;
	self->service.reply_error = error;
}

TEST_F(serve, calls_back_when_a_reply_came_too_late)
{
	self->options.replied = note_error;
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EAGAIN, ipcchan_serve(self->server, handle_cancelled, self,
					 &self->options));
	EXPECT_EQ(-ECANCELED, self->service.reply_error);
}

/* A request with the reading end of a pipe, whose other end is returned. */
static int start_with_fd(FIXTURE_DATA(serve) * self)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		abort();
	ipcchan_message_set_fds(&self->request, &ends[0], 1);
	if (start(self))
		abort();
	close(ends[0]);
	return ends[1];
}

TEST_F(serve, closes_the_descriptors_of_a_request)
{
	int end = start_with_fd(self);

	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_LT(0, self->service.fd);
	EXPECT_EQ(-1, fcntl(self->service.fd, F_GETFD));
	close(end);
}

TEST_F(serve, leaves_descriptors_to_a_handler_that_takes_them)
{
	int end = start_with_fd(self);

	self->service.keeps_fd = true;
	EXPECT_EQ(-EAGAIN, serve(self));
	EXPECT_EQ(FD_CLOEXEC, fcntl(self->service.fd, F_GETFD));
	close(self->service.fd);
	close(end);
}

TEST_F(serve, stops_while_it_waits_for_requests)
{
	pthread_t server = start_server(self);

	ASSERT_TRUE(await_receiver(self->client));
	ipcchan_serve_stop(&self->stop);
	EXPECT_EQ(0, join(server));
}

TEST_F(serve, stops_all_threads)
{
	pthread_t first = start_server(self);
	pthread_t second = start_server(self);

	for (int i = 0; i < 50; i++) {
		ASSERT_EQ(0, start(self));
		EXPECT_EQ(0, wait_for_outcome(self));
	}
	ipcchan_serve_stop(&self->stop);
	EXPECT_EQ(0, join(first));
	EXPECT_EQ(0, join(second));
	EXPECT_EQ(50, self->service.requests);
}

TEST_F(serve, leaves_nothing_unanswered_wherever_it_is_stopped)
{
	struct ipcchan_mailbox_info info;
	uint32_t outcomes = 0;
	pthread_t first;
	pthread_t second;

	for (int i = 0; i < 60; i++)
		ASSERT_EQ(0, start(self));
	self->service.stop_after = 30;
	first = start_server(self);
	second = start_server(self);
	EXPECT_EQ(0, join(first));
	EXPECT_EQ(0, join(second));
	ASSERT_EQ(0, ipcchan_mailbox_info(self->client, &info, sizeof(info)));
	EXPECT_EQ(0, info.calls_held);
	EXPECT_EQ(60 - self->service.requests, info.calls);
	self->request.token = 0;
	while (!outcome(self))
		outcomes++;
	EXPECT_EQ(self->service.requests, outcomes);
}

static struct ipcchan_stop *stop_of_signal;

static void stop_by_signal(int number)
{
	(void)number;
	ipcchan_serve_stop(stop_of_signal);
}

TEST_F(serve, stops_when_a_signal_handler_says_so)
{
	const struct sigaction action = { .sa_handler = stop_by_signal };
	pthread_t server;

	stop_of_signal = &self->stop;
	sigaction(SIGUSR1, &action, NULL);
	self->options.stop_within_ns = IPCCHAN_SECONDS(3600);
	server = start_server(self);
	ASSERT_TRUE(await_receiver(self->client));
	pthread_kill(server, SIGUSR1);
	EXPECT_EQ(0, join(server));
}

static void ignore(int number)
{
	(void)number;
}

TEST_F(serve, returns_when_another_signal_handler_ran)
{
	const struct sigaction action = { .sa_handler = ignore };
	pthread_t server;

	sigaction(SIGUSR1, &action, NULL);
	self->options.stop_within_ns = IPCCHAN_SECONDS(3600);
	server = start_server(self);
	ASSERT_TRUE(await_receiver(self->client));
	pthread_kill(server, SIGUSR1);
	EXPECT_EQ(-EINTR, join(server));
}

TEST_F(serve, ends_when_nobody_can_send_any_more)
{
	ipcchan_mailbox_close(self->client);
	self->client = NULL;
	EXPECT_EQ(-EPIPE, serve(self));
}

TEST_F(serve, ends_when_the_mailbox_is_killed)
{
	struct ipcchan_mailbox *mailbox = new_mailbox(self->session, NULL);

	ASSERT_EQ(0, ipcchan_object_kill(ipcchan_mailbox_fd(mailbox)));
	EXPECT_EQ(-EIDRM, ipcchan_serve(mailbox, handle, &self->service, NULL));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(serve, needs_the_right_to_receive)
{
	EXPECT_EQ(-EPERM, ipcchan_serve(self->client, handle, &self->service,
					NULL));
}

TEST_F(serve, refuses_what_is_reserved)
{
	self->options.reserved = 1;
	EXPECT_EQ(-EOPNOTSUPP, serve(self));
	self->options.reserved = 0;
	self->options.flags = 1;
	EXPECT_EQ(-EOPNOTSUPP, serve(self));
	self->options.size = 8;
	EXPECT_EQ(-EINVAL, serve(self));
}

TEST_HARNESS_MAIN

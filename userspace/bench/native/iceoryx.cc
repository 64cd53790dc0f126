// SPDX-License-Identifier: GPL-2.0
/*
 * iceoryx 2.0: a publisher and a subscriber each way, who waits sleeps in a WaitSet, or
 * looks again and again, and the publisher waits for room. Its daemon runs for as long as
 * the benchmark.
 */
#include <algorithm>
#include <csignal>
#include <err.h>
#include <fcntl.h>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/popo/wait_set.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mechanism.h"

using namespace iox::popo;

static pid_t daemon_pid;

/* It is asked to go, so that it removes its shared memory. */
static void be_daemon(void)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execlp("iox-roudi", "iox-roudi", "--monitoring-mode", "off",
	       "--log-level", "off", nullptr);
	_exit(127);
}

static void prepare(void)
{
	daemon_pid = fork();
	if (daemon_pid < 0)
		err(1, "fork");
	if (!daemon_pid)
		be_daemon();
}

static void conclude(void)
{
	if (daemon_pid <= 0)
		return;
	kill(daemon_pid, SIGTERM);
	must(waitpid(daemon_pid, nullptr, 0), daemon_pid, "waitpid");
}

static iox::capro::ServiceDescription service_of(enum side receiver)
{
	if (receiver == SERVER)
		return { "ipcchan", "bench", "requests" };
	return { "ipcchan", "bench", "answers" };
}

static PublisherOptions as_publisher(void)
{
	PublisherOptions options;

	options.subscriberTooSlowPolicy =
		ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
	return options;
}

static SubscriberOptions as_subscriber(size_t size)
{
	SubscriberOptions options;

	options.queueCapacity = std::min<uint64_t>(256, CAPACITY / size);
	options.queueFullPolicy = QueueFullPolicy::BLOCK_PRODUCER;
	return options;
}

namespace {

/** struct ends - what one side has */
struct ends {
	UntypedPublisher out;
	UntypedSubscriber in;
	WaitSet<1> waiting;
	void *sent = nullptr;
	const void *received = nullptr;

	ends(enum side side, size_t size)
		: out(service_of(side == CLIENT ? SERVER : CLIENT),
		      as_publisher()),
		  in(service_of(side), as_subscriber(size))
	{
	}
};

}

static ends *own;

static void open_side(enum side side, size_t size)
{
	const char *names[] = { "ipcchan-client", "ipcchan-server" };

	iox::log::LogManager::GetLogManager().SetDefaultLogLevel(
		iox::log::LogLevel::kOff,
		iox::log::LogLevelOutput::kHideLogLevel);
	iox::runtime::PoshRuntime::initRuntime(
		iox::RuntimeName_t(iox::cxx::TruncateToCapacity, names[side]));
	own = new ends(side, size);
	if (own->waiting.attachState(own->in, SubscriberState::HAS_DATA)
		    .has_error())
		errx(1, "attachState");
	while (!own->out.hasSubscribers() ||
	       own->in.getSubscriptionState() != iox::SubscribeState::SUBSCRIBED)
		usleep(1000);
}

static void close_side(void)
{
	delete own;
}

static void *reserve(size_t size)
{
	auto loan = own->out.loan(size);

	if (loan.has_error())
		errx(1, "loan: error %d", static_cast<int>(loan.get_error()));
	own->sent = loan.value();
	return own->sent;
}

static void publish(size_t)
{
	own->out.publish(own->sent);
}

/* The next message, or null. */
static const void *take(size_t size)
{
	auto taken = own->in.take();

	if (taken.has_error())
		return nullptr;
	own->received = taken.value();
	must(iox::mepoo::ChunkHeader::fromUserPayload(own->received)
		     ->userPayloadSize(),
	     size, "take");
	return own->received;
}

static const void *receive_asleep(size_t size)
{
	const void *message;

	while (!(message = take(size)))
		own->waiting.wait();
	return message;
}

static const void *receive_awake(size_t size)
{
	const void *message;

	do
		message = take(size);
	while (!message);
	return message;
}

static void release(void)
{
	own->in.release(own->received);
}

static mechanism iceoryx_of(const char *name, const void *(*receive)(size_t))
{
	mechanism made = {};

	made.name = name;
	made.open = open_side;
	made.close = close_side;
	made.reserve = reserve;
	made.send = publish;
	made.receive = receive;
	made.release = release;
	return made;
}

static mechanism sleeping()
{
	mechanism made = iceoryx_of("iceoryx 2.0", receive_asleep);

	made.prepare = prepare;
	made.conclude = conclude;
	return made;
}

static mechanism spinning()
{
	mechanism made = iceoryx_of("iceoryx 2.0, spins", receive_awake);

	made.spins = true;
	return made;
}

extern "C" const mechanism iceoryx_mechanism = sleeping();
extern "C" const mechanism iceoryx_spinning_mechanism = spinning();

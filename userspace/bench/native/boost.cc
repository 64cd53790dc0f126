// SPDX-License-Identifier: GPL-2.0
/*
 * Boost.Interprocess: two message queues. It copies, and asks for room for a whole
 * message at both ends.
 */
#include <boost/interprocess/ipc/message_queue.hpp>
#include <string>
#include <unistd.h>

#include "mechanism.h"

using queue = boost::interprocess::message_queue;

static queue *in;
static queue *out;

static std::string name_of(int number)
{
	return "ipcchan-bench-" + std::to_string(getpgrp()) + "-" +
	       std::to_string(number);
}

static void set_up(size_t size)
{
	for (int i = 0; i < 2; i++)
		queue(boost::interprocess::create_only, name_of(i).c_str(),
		      CAPACITY / size, size);
}

static void tear_down(void)
{
	for (int i = 0; i < 2; i++)
		queue::remove(name_of(i).c_str());
}

static queue *open_queue(int number)
{
	return new queue(boost::interprocess::open_only,
			 name_of(number).c_str());
}

static void open_side(enum side side, size_t)
{
	in = open_queue(side == CLIENT);
	out = open_queue(side == SERVER);
}

static void close_side(void)
{
	delete in;
	delete out;
}

static void send_bytes(size_t size)
{
	out->send(buffer_of(size), size, 0);
}

static const void *receive(size_t size)
{
	void *buffer = buffer_of(size);
	unsigned int priority;
	size_t got;

	in->receive(buffer, size, got, priority);
	must(got, size, "receive");
	return buffer;
}

static mechanism boost_of()
{
	mechanism made = {};

	made.name = "Boost message_queue";
	made.set_up = set_up;
	made.tear_down = tear_down;
	made.open = open_side;
	made.close = close_side;
	made.reserve = buffer_of;
	made.send = send_bytes;
	made.receive = receive;
	return made;
}

extern "C" const mechanism boost_mechanism = boost_of();

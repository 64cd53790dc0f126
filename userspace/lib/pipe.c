// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Pipe: two rings, one for each direction.
 */
#include <errno.h>
#include <stdlib.h>

#include "ring.h"

/**
 * struct ipcchan_pipe - one end of a pipe
 * @producer: End of the ring on which this end writes, owned.
 * @consumer: End of the other ring, on which it reads, owned.
 */
struct ipcchan_pipe {
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;
};

static int pipe_new(struct ipcchan_ring *producer,
		    struct ipcchan_ring *consumer, struct ipcchan_pipe **pipe)
{
	struct ipcchan_pipe *new = ipcchan_sys_new(sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->producer = producer;
	new->consumer = consumer;
	*pipe = new;
	return 0;
}

/* Without the rings, which are the caller's again. */
static int pipes_new(struct ipcchan_ring *producers[2],
		     struct ipcchan_ring *consumers[2],
		     struct ipcchan_pipe **first, struct ipcchan_pipe **second)
{
	int error = pipe_new(producers[0], consumers[1], first);

	if (error)
		return error;
	error = pipe_new(producers[1], consumers[0], second);
	if (error)
		free(*first);
	return error;
}

static void close_rings(struct ipcchan_ring *producer,
			struct ipcchan_ring *consumer)
{
	ipcchan_ring_close(producer);
	ipcchan_ring_close(consumer);
}

int ipcchan_pipe_pair(const struct ipcchan *session, size_t size,
		      struct ipcchan_pipe **first, struct ipcchan_pipe **second)
{
	struct ipcchan_ring *producers[2] = {};
	struct ipcchan_ring *consumers[2] = {};
	int error = ipcchan_ring_create(session, size, &producers[0],
					&consumers[0]);

	if (error)
		return error;
	error = ipcchan_ring_create(session, size, &producers[1],
				    &consumers[1]);
	if (!error)
		error = pipes_new(producers, consumers, first, second);
	if (error) {
		close_rings(producers[0], consumers[0]);
		close_rings(producers[1], consumers[1]);
	}
	return error;
}

/* Both handles are new and not mapped: without them the descriptors are the caller's. */
static int from_rings(struct ipcchan_ring *producer,
		      struct ipcchan_ring *consumer, struct ipcchan_pipe **pipe)
{
	if (producer->producer.error == -EPERM ||
	    consumer->consumer.error == -EPERM)
		return -EPERM;
	return pipe_new(producer, consumer, pipe);
}

int ipcchan_pipe_from_fds(int producer_fd, int consumer_fd,
			  struct ipcchan_pipe **pipe)
{
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;
	int error = ipcchan_ring_from_fd(producer_fd, &producer);

	if (error)
		return error;
	error = ipcchan_ring_from_fd(consumer_fd, &consumer);
	if (!error) {
		error = from_rings(producer, consumer, pipe);
		if (error)
			free(consumer);
	}
	if (error)
		free(producer);
	return error;
}

int ipcchan_pipe_map(struct ipcchan_pipe *pipe)
{
	int error = ipcchan_ring_map(pipe->producer);

	return error ? error : ipcchan_ring_map(pipe->consumer);
}

void ipcchan_pipe_close(struct ipcchan_pipe *pipe)
{
	if (!pipe)
		return;
	close_rings(pipe->producer, pipe->consumer);
	free(pipe);
}

int ipcchan_pipe_write(const struct ipcchan_pipe *pipe, const void *data,
		       size_t size, uint32_t type, uint64_t deadline_ns)
{
	return ipcchan_ring_write(pipe->producer, data, size, type,
				  deadline_ns);
}

int ipcchan_pipe_read(const struct ipcchan_pipe *pipe, void *buffer, size_t size,
		      struct ipcchan_record *record, uint64_t deadline_ns)
{
	return ipcchan_ring_read(pipe->consumer, buffer, size, record,
				 deadline_ns);
}

int ipcchan_pipe_wait(const struct ipcchan_pipe *pipe, uint64_t deadline_ns)
{
	return ipcchan_ring_turn(pipe->producer, pipe->consumer, deadline_ns);
}

struct ipcchan_ring *ipcchan_pipe_producer(const struct ipcchan_pipe *pipe)
{
	return pipe->producer;
}

struct ipcchan_ring *ipcchan_pipe_consumer(const struct ipcchan_pipe *pipe)
{
	return pipe->consumer;
}

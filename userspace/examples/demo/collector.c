// SPDX-License-Identifier: GPL-2.0
/*
 * The collector: watches the others, and kills one if that is its task.
 */
#include <errno.h>
#include <signal.h>

#include "collector.h"
#include "report.h"

/* Without a message received for so long, something hangs. */
#define PATIENCE	IPCCHAN_SECONDS(30)

uint64_t taken_messages(const struct table *table)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < table->nr_workers; i++)
		sum += __atomic_load_n(&table->ledgers[i].taken_messages,
				       __ATOMIC_RELAXED);
	return sum;
}

static void end_crew(const struct crew *crew)
{
	kill(crew->reader, SIGKILL);
	for (uint32_t i = 0; i < crew->nr_workers; i++)
		kill(crew->workers[i], SIGKILL);
}

/*
 * The next report; -EPIPE when nobody is left to send one. Who sent it is known
 * from the kernel, not from what it says.
 */
static int next_report(struct ipcchan_mailbox *reports,
		       struct ipcchan_message *message, struct report *report)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	ipcchan_message_set(message, report, sizeof(*report));
	return ipcchan_mailbox_receive_batch(reports, message, 1,
					     sizeof(*message), &options);
}

static void take_report(const struct ipcchan_message *message,
			const struct report *report, const struct table *table,
			struct findings *findings)
{
	switch (message->type) {
	case REPORT_READER_DONE:
		findings->sent = report->number;
		break;
	case REPORT_WORKER_HOLDS:
		findings->victim = report->number;
		findings->victim_pid = message->tgid;
		findings->taken_by_then = taken_messages(table);
		kill(message->tgid, SIGKILL);
		break;
	}
}

void collector_run(const struct crew *crew, const struct table *table,
		   struct ipcchan_mailbox *reports, struct findings *findings)
{
	struct ipcchan_message message;
	struct report report;
	uint64_t before;
	int result;

	for (;;) {
		before = taken_messages(table);
		result = next_report(reports, &message, &report);
		if (result == -EPIPE)
			return;
		if (result > 0) {
			take_report(&message, &report, table, findings);
		} else if (result != -ETIMEDOUT) {
			require(result, "receive a report");
		} else if (taken_messages(table) == before) {
			findings->hangs = true;
			end_crew(crew);
			return;
		}
	}
}

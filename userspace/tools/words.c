// SPDX-License-Identifier: GPL-2.0
/*
 * Words for numbers of the ABI: deliveries, policies and the like.
 */
#include <ipcchan.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

const struct word deliveries[] = {
	{ "queue", IPCCHAN_DELIVERY_QUEUE },
	{ "rendezvous", IPCCHAN_DELIVERY_RENDEZVOUS },
	{ "fair", IPCCHAN_DELIVERY_FAIR },
	{ "latest", IPCCHAN_DELIVERY_LATEST },
	{ "broadcast", IPCCHAN_DELIVERY_BROADCAST },
	{ NULL, 0 },
};

const struct word policies[] = {
	{ "block", IPCCHAN_POLICY_BLOCK },
	{ "fail", IPCCHAN_POLICY_FAIL },
	{ "drop-oldest", IPCCHAN_POLICY_DROP_OLDEST },
	{ "drop-new", IPCCHAN_POLICY_DROP_NEW },
	{ "latest", IPCCHAN_POLICY_LATEST },
	{ NULL, 0 },
};

const struct word subscriber_policies[] = {
	{ "block", IPCCHAN_POLICY_BLOCK },
	{ "drop-oldest", IPCCHAN_POLICY_DROP_OLDEST },
	{ "evict", IPCCHAN_POLICY_EVICT },
	{ NULL, 0 },
};

const struct word notices[] = {
	{ "opened", IPCCHAN_NOTICE_OPENED },
	{ "closed", IPCCHAN_NOTICE_CLOSED },
	{ "died", IPCCHAN_NOTICE_DIED },
	{ "cancelled", IPCCHAN_NOTICE_CANCELLED },
	{ NULL, 0 },
};

const struct word call_states[] = {
	{ "queued", IPCCHAN_CALL_QUEUED },
	{ "held", IPCCHAN_CALL_HELD },
	{ NULL, 0 },
};

const char *word_of(const struct word *words, uint32_t number)
{
	for (; words->text; words++)
		if (words->number == number)
			return words->text;
	return "?";
}

uint32_t parse_word(struct argp_state *state, const char *what,
		    const char *text, const struct word *words)
{
	const struct word *word;
	char all[128] = "";

	for (word = words; word->text; word++) {
		if (!strcmp(word->text, text))
			return word->number;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
			 *all ? ", " : "", word->text);
	}
	argp_error(state, "%s is one of %s, not \"%s\"", what, all, text);
	return 0;
}

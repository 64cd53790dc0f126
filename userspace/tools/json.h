/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages in JSON.
 */
#ifndef IPCCHAN_JSON_H
#define IPCCHAN_JSON_H

#include <ipcchan.h>
#include <stdio.h>

/*
 * One object in one line. Its bytes are the string "data" if they are UTF-8,
 * else the string "base64".
 */
void json_message(FILE *out, const struct ipcchan_message *message);

#endif /* IPCCHAN_JSON_H */

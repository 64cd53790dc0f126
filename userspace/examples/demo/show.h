/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What people read.
 */
#ifndef DEMO_SHOW_H
#define DEMO_SHOW_H

#include "pass.h"
#include "text.h"

void show_text(const struct text *text);

/** show_count - show a pass in which nobody was killed; was it right? */
bool show_count(const struct pass *pass, const struct text *text);

/** show_kill - show a pass in which one worker was killed; was it right? */
bool show_kill(const struct pass *pass, const struct text *text);

#endif /* DEMO_SHOW_H */

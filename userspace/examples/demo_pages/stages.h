/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processes of the pipeline.
 */
#ifndef DEMO_STAGES_H
#define DEMO_STAGES_H

#include <sys/types.h>

#include "way.h"

#define RAW		"demo-raw"
#define FILTERED	"demo-filtered"

pid_t camera_start(const struct way *way);

/** filter_start - the filter; it stops for ever half way through frame @stall */
pid_t filter_start(const struct way *way, uint64_t stall);

pid_t display_start(const struct way *way);

#endif /* DEMO_STAGES_H */

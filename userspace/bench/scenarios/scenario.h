/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scenarios: what is done by all mechanisms that can, with the same code.
 */
#ifndef BENCH_SCENARIO_H
#define BENCH_SCENARIO_H

/**
 * struct scenario - what is compared
 * @name: For programs, and the command line.
 * @title: What a result is of, for people.
 * @unit: Of a result; NULL: that of the clock.
 * @run: Measure all of it.
 *
 * One file each, with its row in the table of main.c.
 */
struct scenario {
	const char *name;
	const char *title;
	const char *unit;
	void (*run)(const struct scenario *scenario);
};

extern const struct scenario round_trip_scenario;
extern const struct scenario stream_scenario;
extern const struct scenario self_scenario;
extern const struct scenario batch_scenario;
extern const struct scenario fan_in_scenario;
extern const struct scenario fan_out_scenario;
extern const struct scenario many_scenario;
extern const struct scenario requests_scenario;
extern const struct scenario depth_scenario;
extern const struct scenario lock_pair_scenario;
extern const struct scenario lock_hand_off_scenario;
extern const struct scenario hand_over_scenario;
extern const struct scenario creation_scenario;
extern const struct scenario memory_scenario;

#endif /* BENCH_SCENARIO_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Verbs, each in the file of its name. A verb parses its arguments, does its
 * work through libipcchan and returns an exit status, or ends by fail().
 */
#ifndef IPCCHAN_VERBS_H
#define IPCCHAN_VERBS_H

int run_call(int argc, char **argv);
int run_calls(int argc, char **argv);
int run_create(int argc, char **argv);
int run_doctor(int argc, char **argv);
int run_limits(int argc, char **argv);
int run_list(int argc, char **argv);
int run_lock(int argc, char **argv);
int run_multicast(int argc, char **argv);
int run_peek(int argc, char **argv);
int run_receive(int argc, char **argv);
int run_region_create(int argc, char **argv);
int run_region_extents(int argc, char **argv);
int run_region_freeze(int argc, char **argv);
int run_region_read(int argc, char **argv);
int run_region_thaw(int argc, char **argv);
int run_region_write(int argc, char **argv);
int run_ring_create(int argc, char **argv);
int run_ring_read(int argc, char **argv);
int run_ring_write(int argc, char **argv);
int run_restore(int argc, char **argv);
int run_rm(int argc, char **argv);
int run_send(int argc, char **argv);
int run_senders(int argc, char **argv);
int run_serve(int argc, char **argv);
int run_show(int argc, char **argv);
int run_subscribe(int argc, char **argv);
int run_snapshot(int argc, char **argv);

#endif /* IPCCHAN_VERBS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Minimising: leave out of a program what it does not need.
 */
#ifndef FUZZ_MINIMISE_H
#define FUZZ_MINIMISE_H

#include "execute.h"

/**
 * fuzz_minimise - make shorter what has just reached something new
 * @machine: Where it was run last.
 * @program: To shorten; if there is a finding, what had it.
 *
 * Only in a few trials, since there are hundreds of such programs.
 *
 * Return: false if one of them has a finding.
 */
bool fuzz_minimise(struct fuzz_machine *machine, struct fuzz_program *program);

#endif /* FUZZ_MINIMISE_H */

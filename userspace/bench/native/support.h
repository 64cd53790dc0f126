/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The folder in which path_of() names files.
 */
#ifndef NATIVE_SUPPORT_H
#define NATIVE_SUPPORT_H

/** make_folder - before the first path_of() */
void make_folder(void);

/** remove_folder - everything in it has been removed */
void remove_folder(void);

#endif /* NATIVE_SUPPORT_H */

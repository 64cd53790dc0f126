/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vectors: the array of struct ipcchan_message that SEND, RECEIVE and PEEK take.
 */
#ifndef IPCCHAN_VECTOR_H
#define IPCCHAN_VECTOR_H

#include <linux/types.h>
#include <linux/ipcchan.h>

struct ipcchan_needs;
struct ipcchan_msg;
struct ipcchan_taken;

/**
 * struct ipcchan_vector - the array, in kernel memory
 * @slots: its elements; @one, or allocated
 * @count: how many
 * @stride: size of an element in user memory
 * @user: address of the array in user memory
 * @takes_fds: who stores a message there gets its descriptors; set before load
 * @one: the usual case needs no allocation
 */
struct ipcchan_vector {
	struct ipcchan_message *slots;
	u32 count;
	u32 stride;
	u64 user;
	bool takes_fds;
	struct ipcchan_message one;
};

int ipcchan_vector_load(struct ipcchan_vector *vec, u64 user, u32 count,
			u32 stride);
void ipcchan_vector_free(struct ipcchan_vector *vec);
void ipcchan_vector_describe(const struct ipcchan_msg *msg, u64 lost,
			     struct ipcchan_message *out);
int ipcchan_vector_store(const struct ipcchan_vector *vec, u32 i,
			 const struct ipcchan_taken *taken);
int ipcchan_vector_store_flags(const struct ipcchan_vector *vec, u32 i,
			       u32 flags);
int ipcchan_vector_store_fds(const struct ipcchan_vector *vec, u32 i,
			     struct ipcchan_taken *taken);
void ipcchan_vector_take_fds_back(const struct ipcchan_vector *vec, u32 i,
				  struct ipcchan_taken *taken);
int ipcchan_vector_store_needs(const struct ipcchan_vector *vec,
			       const struct ipcchan_needs *needs);

#endif /* IPCCHAN_VECTOR_H */

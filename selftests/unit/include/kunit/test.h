/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of KUnit as the tests in kmod/tests/ use, for this machine.
 */
#ifndef IPCCHAN_KUNIT_TEST_H
#define IPCCHAN_KUNIT_TEST_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/types.h>

/**
 * struct kunit - the test that runs
 * @name: of it
 * @has_failed: an expectation was not met
 */
struct kunit {
	const char *name;
	bool has_failed;
};

/**
 * struct kunit_case - a test
 * @run_case: its function; NULL: the end of a suite
 * @name: the sentence that is true when it passes
 */
struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
};

/**
 * struct kunit_suite - the tests of one part
 * @name: of the suite
 * @test_cases: its tests
 * @next: added after it
 */
struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

/**
 * struct kunit_place - where a condition was to be true
 * @file: the source
 * @line: the line in it
 * @what: the condition as it is written there
 */
struct kunit_place {
	const char *file;
	int line;
	const char *what;
};

/** kunit_add_suite - run @suite, too */
void kunit_add_suite(struct kunit_suite *suite);

/** kunit_fail - @test fails; the message may be empty */
void __attribute__((format(printf, 3, 4)))
kunit_fail(struct kunit *test, const struct kunit_place *place,
	   const char *message, ...);

/** kunit_abort - end @test here */
void __attribute__((noreturn)) kunit_abort(struct kunit *test);

#define KUNIT_CASE(test_name) { .run_case = test_name, .name = #test_name }

#define kunit_test_suite(suite)						\
	static void __attribute__((constructor)) add_suite(void)	\
	{								\
		kunit_add_suite(&(suite));				\
	}

/* Says something in the file of a module. */
#define MODULE_INFO(tag, info) _Static_assert(sizeof(info) > 1, #tag)

#define kunit_info(test, message, ...)					\
	printf("# %s: " message "\n", (test)->name, ##__VA_ARGS__)

#define KUNIT_CHECK(test, is_true, what, on_failure, message, ...) do {	\
	static const struct kunit_place place_ = {			\
		__FILE__, __LINE__, what				\
	};								\
	if (!(is_true)) {						\
		kunit_fail(test, &place_, message, ##__VA_ARGS__);	\
		on_failure;						\
	}								\
} while (0)

#define KUNIT_EXPECT_TRUE(test, condition)				\
	KUNIT_CHECK(test, condition, #condition, (void)0, " ")

#define KUNIT_EXPECT_FALSE(test, condition)				\
	KUNIT_CHECK(test, !(condition), "!(" #condition ")", (void)0, " ")

#define KUNIT_ASSERT_TRUE_MSG(test, condition, message, ...)		\
	KUNIT_CHECK(test, condition, #condition, kunit_abort(test),	\
		    message, ##__VA_ARGS__)

#define KUNIT_EXPECT_EQ(test, left, right) do {				\
	__auto_type left_ = (left);					\
	__auto_type right_ = (right);					\
	KUNIT_CHECK(test, left_ == right_, #left " == " #right,		\
		    (void)0, "%lld and %lld", (long long)left_,		\
		    (long long)right_);					\
} while (0)

#define KUNIT_EXPECT_PTR_EQ(test, left, right) do {			\
	const void *left_ = (left);					\
	const void *right_ = (right);					\
	KUNIT_CHECK(test, left_ == right_, #left " == " #right,		\
		    (void)0, "%p and %p", left_, right_);		\
} while (0)

#define KUNIT_EXPECT_STREQ(test, left, right) do {			\
	const char *left_ = (left);					\
	const char *right_ = (right);					\
	KUNIT_CHECK(test, !strcmp(left_, right_), #left " is " #right,	\
		    (void)0, "\"%s\" and \"%s\"", left_, right_);	\
} while (0)

#define KUNIT_EXPECT_NULL(test, pointer)				\
	KUNIT_EXPECT_PTR_EQ(test, pointer, NULL)

#define KUNIT_ASSERT_NOT_NULL(test, pointer)				\
	KUNIT_CHECK(test, pointer, #pointer, kunit_abort(test), " ")

#endif /* IPCCHAN_KUNIT_TEST_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Every ioctl, by the rules that all of them obey: sizes, addresses, reserved
 * fields, flags, kinds of descriptor, and what is written back. Built for 64
 * and for 32 bit; the tables come from linux/ipcchan.h itself.
 */

#include "kselftest_harness.h"

#include <assert.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"
#include "uapi_calls.h"

/* The layout, for this word size. */
#define UAPI_CONSTANT(name, value)					\
	static_assert((name) == (value), #name " has changed")
#define UAPI_STRUCT(type, bytes)					\
	static_assert(sizeof(struct type) == (bytes), #type " has changed")
#define UAPI_FIELD(type, name, place, bytes)				\
	static_assert(offsetof(struct type, name) * 1000 +		\
		      sizeof(((struct type *)0)->name) ==		\
		      (place) * 1000 + (bytes), #type "." #name " has moved")
#include "uapi_layout.h"

/* Addresses where no structure can be. */
static void *const bad_addresses[] = {
	NULL,
	(void *)1,
	(void *)-4096L,
#if __LP64__
	(void *)0x0000800000000000,
	(void *)0xffff888000000000,
#endif
};

FIXTURE(uapi)
{
	struct uapi_world world;
	const struct uapi_ioctl *ioctl;
	int fd;
	int expected;
};

FIXTURE_VARIANT(uapi)
{
	struct uapi_call call;
};

FIXTURE(uapi_array)
{
	struct uapi_world world;
	const struct uapi_ioctl *ioctl;
	const struct uapi_array *array;
	unsigned char *argument;
	int fd;
	int expected;
};

FIXTURE_VARIANT(uapi_array)
{
	struct uapi_call call;
};

#include "uapi_variants.h"

FIXTURE_SETUP(uapi)
{
	ASSERT_TRUE(uapi_world_open(&self->world));
	self->ioctl = variant->call.ioctl;
	self->fd = self->world.fds[variant->call.kind];
	self->expected = uapi_expected(&self->world, &variant->call);
}

FIXTURE_TEARDOWN(uapi)
{
	uapi_world_close(&self->world);
}

/* @bytes for the call that works, the last where memory ends. */
#define ARGUMENT(bytes)							\
	uapi_argument(&self->world, &variant->call, (bytes))

/* The call with its own number, and with that for another size. */
#define TRY(argument)							\
	uapi_try(&self->world, self->fd, self->ioctl->cmd, (argument))
#define TRY_SIZED(argument, size)					\
	uapi_try(&self->world, self->fd, uapi_sized(self->ioctl, (size)), \
		 (argument))

static bool all_bytes_are(const unsigned char *bytes, size_t nr, int wanted)
{
	for (size_t i = 0; i < nr; i++)
		if (bytes[i] != wanted)
			return false;
	return true;
}

/* Does the structure, or the element, have fields of this role? */
static bool has_fields(const struct uapi_field *fields, size_t nr_fields,
		       enum uapi_role role)
{
	for (size_t i = 0; i < nr_fields; i++)
		if (fields[i].role == role)
			return true;
	return false;
}

static bool has_output(const struct uapi_ioctl *ioctl)
{
	return has_fields(ioctl->fields, ioctl->nr_fields, UAPI_OUTPUT);
}

static void fill_output(void *structure, const struct uapi_field *fields,
			size_t nr_fields, int byte)
{
	for (size_t i = 0; i < nr_fields; i++)
		if (fields[i].role == UAPI_OUTPUT)
			memset((char *)structure + fields[i].offset, byte,
			       fields[i].size);
}

/* Sizes */

TEST_F(uapi, works_with_its_own_size)
{
	void *argument = ARGUMENT(self->ioctl->size);

	EXPECT_EQ(self->expected, TRY(argument));
}

TEST_F(uapi, works_with_its_first_size)
{
	size_t size = self->ioctl->size_ver0;
	void *argument = ARGUMENT(size);

	EXPECT_EQ(self->expected, TRY_SIZED(argument, size));
}

TEST_F(uapi, works_with_a_tail_of_zeros)
{
	size_t size = self->ioctl->size + 8;
	void *argument = ARGUMENT(size);

	EXPECT_EQ(self->expected, TRY_SIZED(argument, size));
}

TEST_F(uapi, works_with_a_page_that_ends_in_zeros)
{
	void *argument = ARGUMENT(UAPI_PAGE);

	EXPECT_EQ(self->expected, TRY_SIZED(argument, UAPI_PAGE));
}

TEST_F(uapi, refuses_more_than_a_page)
{
	const size_t sizes[] = { UAPI_PAGE + 1, UAPI_PAGE + 8, _IOC_SIZEMASK };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *argument = ARGUMENT(sizes[i]);

		EXPECT_EQ(-E2BIG, TRY_SIZED(argument, sizes[i]));
	}
}

TEST_F(uapi, refuses_less_than_its_first_size)
{
	for (size_t size = 0; size < self->ioctl->size_ver0; size++) {
		void *argument = ARGUMENT(size);

		ASSERT_EQ(-EINVAL, TRY_SIZED(argument, size)) {
			TH_LOG("with %zu bytes", size);
		}
	}
}

TEST_F(uapi, refuses_a_tail_it_does_not_know)
{
	size_t size = self->ioctl->size + 16;
	unsigned char *argument = ARGUMENT(size);

	for (size_t at = self->ioctl->size; at < size; at++) {
		argument[at] = 0x80;
		ASSERT_EQ(-E2BIG, TRY_SIZED(argument, size)) {
			TH_LOG("with byte %zu not zero", at);
		}
		argument[at] = 0;
	}
}

/* Addresses */

TEST_F(uapi, refuses_a_bad_address)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_addresses); i++) {
		EXPECT_EQ(-EFAULT, TRY(bad_addresses[i])) {
			TH_LOG("at %p", bad_addresses[i]);
		}
	}
}

TEST_F(uapi, refuses_a_structure_that_is_not_all_there)
{
	unsigned char *end = self->world.argument_end;

	for (size_t there = 0; there < self->ioctl->size; there++) {
		ASSERT_EQ(-EFAULT, TRY(end - there)) {
			TH_LOG("with %zu bytes", there);
		}
	}
}

TEST_F(uapi, refuses_a_tail_that_is_not_there)
{
	size_t size = self->ioctl->size;
	void *argument = ARGUMENT(size);

	EXPECT_EQ(-EFAULT, TRY_SIZED(argument, size + 8));
}

TEST_F(uapi, writes_only_where_it_has_output)
{
	unsigned char *page = self->world.argument_end - UAPI_PAGE;
	void *argument = ARGUMENT(self->ioctl->size);
	int expected = has_output(self->ioctl) ? -EFAULT : self->expected;

	ASSERT_EQ(0, mprotect(page, UAPI_PAGE, PROT_READ));
	EXPECT_EQ(expected, TRY(argument));
}

/* What is kept for later */

TEST_F(uapi, refuses_every_unknown_bit)
{
	const struct uapi_field *field = self->ioctl->fields;
	const struct uapi_field *end = field + self->ioctl->nr_fields;

	for (; field < end; field++) {
		if (field->role != UAPI_FLAGS)
			continue;
		for (unsigned int bit = 0; bit < 8 * field->size; bit++) {
			void *argument = ARGUMENT(self->ioctl->size);
			__u64 valid = uapi_get(argument, field);

			if (field->known >> bit & 1)
				continue;
			uapi_set(argument, field, valid | 1ULL << bit);
			EXPECT_EQ(-field->errno_unknown, TRY(argument)) {
				TH_LOG("with bit %u of the field at %zu", bit,
				       field->offset);
			}
		}
	}
}

/* Descriptors and numbers */

TEST_F(uapi, refuses_other_kinds_of_descriptor)
{
	void *argument = ARGUMENT(self->ioctl->size);

	for (int kind = 0; kind < UAPI_KINDS; kind++) {
		if (self->ioctl->kinds >> kind & 1)
			continue;
		self->fd = self->world.fds[kind];
		EXPECT_EQ(-EBADF, TRY(argument));
		EXPECT_EQ(-EBADF, TRY(NULL));
	}
}

/* With all rights but one. An end of a ring has one description only. */
static int open_without(const struct uapi_world *world, enum uapi_kind kind,
			unsigned int right)
{
	unsigned int rights = all_rights(object_info(world->fds[kind]).kind);

	if (kind == UAPI_ring)
		return object_open_for(world->fds[UAPI_device], IPCCHAN_KIND_RING,
				       fresh_name(), IPCCHAN_OPEN_CREATE,
				       rights & ~right, 0600);
	return object_restrict(world->fds[kind], rights & ~right, 0);
}

TEST_F(uapi, refuses_a_descriptor_without_the_right)
{
	void *argument = ARGUMENT(self->ioctl->size);

	if (!self->ioctl->right)
		return;
	self->fd = open_without(&self->world, variant->call.kind,
				self->ioctl->right);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EPERM, TRY(argument));
}

TEST_F(uapi, has_one_direction)
{
	const unsigned int others[] = { _IOC_NONE, _IOC_READ, _IOC_WRITE };
	void *argument = ARGUMENT(self->ioctl->size);

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		unsigned long cmd = _IOC(others[i], IPCCHAN_IOC_MAGIC,
					 _IOC_NR(self->ioctl->cmd),
					 self->ioctl->size);

		EXPECT_EQ(-ENOTTY,
			  uapi_try(&self->world, self->fd, cmd, argument));
	}
}

TEST_F(uapi, has_one_magic)
{
	void *argument = ARGUMENT(self->ioctl->size);

	for (int bit = 0; bit < 8; bit++) {
		unsigned long cmd = self->ioctl->cmd ^ 1UL << (8 + bit);

		EXPECT_EQ(-ENOTTY,
			  uapi_try(&self->world, self->fd, cmd, argument));
	}
}

/* What is written back */

/* Leave bytes on the kernel's stack for the next call to find, and give away. */
static void stain(const struct uapi_world *world, int byte)
{
	unsigned char bytes[UAPI_PAGE];

	memset(bytes, byte, sizeof(bytes));
	call(world->fds[UAPI_device], IPCCHAN_IOC_OBJECT_LIST, bytes);
	call(world->fds[UAPI_mailbox], IPCCHAN_IOC_OBJECT_INFO, bytes);
	call(world->fds[UAPI_mailbox], IPCCHAN_IOC_MAILBOX_SEND, bytes);
}

/*
 * Two answers to one question, written over different bytes, are the same only
 * if each byte of them was written and none came by chance.
 */
TEST_F(uapi, writes_every_byte_of_its_output)
{
	const struct uapi_ioctl *ioctl = self->ioctl;
	void *argument = ARGUMENT(ioctl->size);
	unsigned char first[UAPI_PAGE];

	if (!has_output(ioctl))
		return;
	fill_output(argument, ioctl->fields, ioctl->nr_fields, 0xa5);
	stain(&self->world, 0xa5);
	ASSERT_EQ(self->expected, call(self->fd, ioctl->cmd, argument));
	memcpy(first, argument, ioctl->size);
	fill_output(argument, ioctl->fields, ioctl->nr_fields, 0x5a);
	stain(&self->world, 0x5a);
	ASSERT_EQ(self->expected, call(self->fd, ioctl->cmd, argument));
	EXPECT_EQ(0, memcmp(first, argument, ioctl->size));
}

TEST_F(uapi, writes_nothing_but_its_output)
{
	const struct uapi_ioctl *ioctl = self->ioctl;
	size_t size = ioctl->size + 8;
	unsigned char *argument = ARGUMENT(size);
	unsigned char before[UAPI_PAGE];

	memset(argument - 8, 0xc3, 8);
	memcpy(before, argument, size);
	ASSERT_EQ(self->expected, TRY_SIZED(argument, size));
	fill_output(argument, ioctl->fields, ioctl->nr_fields, 0);
	fill_output(before, ioctl->fields, ioctl->nr_fields, 0);
	EXPECT_EQ(0, memcmp(before, argument, size));
	EXPECT_TRUE(all_bytes_are(argument - 8, 8, 0xc3));
}

/* Arrays: the same rules for their elements */

FIXTURE_SETUP(uapi_array)
{
	ASSERT_TRUE(uapi_world_open(&self->world));
	self->ioctl = variant->call.ioctl;
	self->array = self->ioctl->array;
	self->fd = self->world.fds[variant->call.kind];
	self->expected = uapi_expected(&self->world, &variant->call);
	self->argument = ARGUMENT(self->ioctl->size);
}

FIXTURE_TEARDOWN(uapi_array)
{
	uapi_world_close(&self->world);
}

/* The call that is laid out. */
#define TRY_ARRAY()	TRY(self->argument)

/* Lay the call out anew, with elements that are longer by zeros. */
static void *lay_out(struct uapi_world *world, const struct uapi_call *call,
		     size_t more)
{
	world->more = more;
	return uapi_argument(world, call, call->ioctl->size);
}

static bool array_has(const struct uapi_array *array, enum uapi_role role)
{
	return has_fields(array->fields, array->nr_fields, role);
}

/* Is it only written, so that what is in it before does not matter? */
static bool is_output_only(const struct uapi_array *array)
{
	return !array_has(array, UAPI_INPUT) && !array_has(array, UAPI_FLAGS);
}

static void fill_elements(struct uapi_world *world, unsigned char *elements,
			  const struct uapi_array *array, int byte)
{
	for (int i = 0; i < UAPI_ELEMENTS; i++)
		fill_output(elements + i * world->stride, array->fields,
			    array->nr_fields, byte);
}

TEST_F(uapi_array, works_with_elements_with_a_tail_of_zeros)
{
	self->argument = lay_out(&self->world, &variant->call, 8);
	EXPECT_EQ(self->expected, TRY_ARRAY());
}

TEST_F(uapi_array, works_with_elements_of_a_page)
{
	self->argument = lay_out(&self->world, &variant->call,
				 UAPI_PAGE - self->array->element);
	EXPECT_EQ(self->expected, TRY_ARRAY());
}

TEST_F(uapi_array, refuses_elements_of_more_than_a_page)
{
	const unsigned int sizes[] = { UAPI_PAGE + 1, 1U << 16, ~0U };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uapi_set(self->argument, &self->array->element_size, sizes[i]);
		EXPECT_EQ(-E2BIG, TRY_ARRAY()) {
			TH_LOG("with %u bytes", sizes[i]);
		}
	}
}

TEST_F(uapi_array, refuses_elements_of_less_than_the_first_size)
{
	for (size_t size = 0; size < self->array->element_ver0; size++) {
		uapi_set(self->argument, &self->array->element_size, size);
		ASSERT_EQ(-EINVAL, TRY_ARRAY()) {
			TH_LOG("with %zu bytes", size);
		}
	}
}

TEST_F(uapi_array, refuses_an_element_with_a_tail_it_does_not_know)
{
	const size_t tail = 16;
	struct uapi_world *world = &self->world;

	if (is_output_only(self->array))
		return;
	self->argument = lay_out(world, &variant->call, tail);
	for (size_t at = 0; at < UAPI_ELEMENTS * world->stride; at++) {
		if (at % world->stride < self->array->element)
			continue;
		world->elements[at] = 1;
		ASSERT_EQ(-E2BIG, TRY_ARRAY()) {
			TH_LOG("with byte %zu not zero", at);
		}
		world->elements[at] = 0;
	}
}

TEST_F(uapi_array, clears_the_tail_of_an_element_that_is_only_written)
{
	struct uapi_world *world = &self->world;

	if (!is_output_only(self->array))
		return;
	self->argument = lay_out(world, &variant->call, 8);
	memset(world->elements, 0xa5, world->stride);
	ASSERT_LE(1, TRY_ARRAY());
	EXPECT_TRUE(all_bytes_are(world->elements + self->array->element, 8,
				  0));
}

TEST_F(uapi_array, refuses_a_bad_address)
{
	__u64 address = (uintptr_t)self->world.elements;
	unsigned int top = sizeof(long) == 8 ? 63 : 32;

	for (size_t i = 0; i < ARRAY_SIZE(bad_addresses); i++) {
		uapi_set(self->argument, &self->array->address,
			 (uintptr_t)bad_addresses[i]);
		EXPECT_EQ(-EFAULT, TRY_ARRAY()) {
			TH_LOG("at %p", bad_addresses[i]);
		}
	}
	uapi_set(self->argument, &self->array->address, address | 1ULL << top);
	EXPECT_EQ(-EFAULT, TRY_ARRAY());
}

TEST_F(uapi_array, refuses_an_element_that_is_not_all_there)
{
	uintptr_t end = (uintptr_t)self->world.elements_end;
	size_t there = self->array->element - 1;

	uapi_set(self->argument, &self->array->address, end - there);
	EXPECT_EQ(-EFAULT, TRY_ARRAY());
	if (is_output_only(self->array))
		return;
	there += self->array->element;
	uapi_set(self->argument, &self->array->address, end - there);
	EXPECT_EQ(-EFAULT, TRY_ARRAY());
}

TEST_F(uapi_array, writes_elements_only_where_it_has_output)
{
	unsigned char *page = self->world.elements_end - UAPI_PAGE;
	int expected = self->expected;

	if (array_has(self->array, UAPI_OUTPUT))
		expected = -EFAULT;
	ASSERT_EQ(0, mprotect(page, UAPI_PAGE, PROT_READ));
	EXPECT_EQ(expected, TRY_ARRAY());
}

TEST_F(uapi_array, refuses_no_elements_and_too_many)
{
	const __u32 counts[] = { 0, self->array->count_max + 1, ~0U };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		uapi_set(self->argument, &self->array->count, counts[i]);
		EXPECT_EQ(-EINVAL, TRY_ARRAY()) {
			TH_LOG("with %u elements", counts[i]);
		}
	}
}

TEST_F(uapi_array, refuses_every_unknown_bit_of_an_element)
{
	const struct uapi_field *field = self->array->fields;
	const struct uapi_field *end = field + self->array->nr_fields;

	for (; field < end; field++) {
		if (field->role != UAPI_FLAGS)
			continue;
		for (unsigned int bit = 0; bit < 8 * field->size; bit++) {
			if (field->known >> bit & 1)
				continue;
			uapi_set(self->world.elements, field, 1ULL << bit);
			EXPECT_EQ(-field->errno_unknown, TRY_ARRAY()) {
				TH_LOG("with bit %u of the field at %zu", bit,
				       field->offset);
			}
			uapi_set(self->world.elements, field, 0);
		}
	}
}

/* The question asked first, which must not take what the second one takes. */
static const struct uapi_call *asked_first(const struct uapi_call *call)
{
	static const struct uapi_call peek = {
		.ioctl = &uapi_mailbox_peek,
		.kind = UAPI_mailbox,
		.fill = fill_mailbox_peek,
	};

	return call->ioctl == &uapi_mailbox_receive ? &peek : call;
}

TEST_F(uapi_array, writes_every_byte_of_its_output)
{
	const struct uapi_call *ask = asked_first(&variant->call);
	size_t bytes = self->expected * self->array->element;
	struct uapi_world *world = &self->world;
	unsigned char first[UAPI_PAGE];
	void *argument;

	if (!array_has(self->array, UAPI_OUTPUT))
		return;
	argument = lay_out(world, ask, 0);
	fill_elements(world, world->elements, self->array, 0xa5);
	stain(world, 0xa5);
	ASSERT_EQ(self->expected, call(self->fd, ask->ioctl->cmd, argument));
	memcpy(first, world->elements, bytes);
	argument = lay_out(world, &variant->call, 0);
	fill_elements(world, world->elements, self->array, 0x5a);
	stain(world, 0x5a);
	ASSERT_EQ(self->expected, call(self->fd, self->ioctl->cmd, argument));
	EXPECT_EQ(0, memcmp(first, world->elements, bytes));
}

TEST_F(uapi_array, writes_nothing_but_its_output)
{
	struct uapi_world *world = &self->world;
	unsigned char before[UAPI_PAGE];
	size_t bytes;

	self->argument = lay_out(world, &variant->call, 8);
	bytes = UAPI_ELEMENTS * world->stride;
	memset(world->elements - 8, 0xc3, 8);
	memcpy(before, world->elements, bytes);
	ASSERT_EQ(self->expected, TRY_ARRAY());
	fill_elements(world, world->elements, self->array, 0);
	fill_elements(world, before, self->array, 0);
	EXPECT_EQ(0, memcmp(before, world->elements, bytes));
	EXPECT_TRUE(all_bytes_are(world->elements - 8, 8, 0xc3));
}

TEST_F(uapi_array, leaves_a_buffer_as_it_is_behind_the_message)
{
	struct uapi_world *world = &self->world;

	ASSERT_EQ(self->expected, TRY_ARRAY());
	for (int i = 0; i < UAPI_ELEMENTS; i++) {
		unsigned char *rest = world->buffers[i] + UAPI_MESSAGE;

		EXPECT_TRUE(all_bytes_are(rest, UAPI_BUFFER - UAPI_MESSAGE,
					  0xee));
	}
}

/* Numbers that no ioctl has */

static bool is_known(unsigned int nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(uapi_ioctls); i++)
		if (_IOC_NR(uapi_ioctls[i]->cmd) == nr)
			return true;
	return false;
}

FIXTURE(uapi_numbers)
{
	struct uapi_world world;
};

FIXTURE_SETUP(uapi_numbers)
{
	ASSERT_TRUE(uapi_world_open(&self->world));
}

FIXTURE_TEARDOWN(uapi_numbers)
{
	uapi_world_close(&self->world);
}

TEST_F(uapi_numbers, are_those_of_the_header)
{
	char nothing[UAPI_PAGE] = {};

	for (unsigned int nr = 0; nr < 256 * UAPI_KINDS; nr++) {
		unsigned long cmd = _IOWR(IPCCHAN_IOC_MAGIC, nr % 256, __u64);
		int fd = self->world.fds[nr / 256];

		if (is_known(nr % 256))
			continue;
		EXPECT_EQ(-ENOTTY, call(fd, cmd, nothing));
		EXPECT_EQ(-ENOTTY, call(fd, cmd, NULL));
		EXPECT_EQ(-ENOTTY, call(fd, _IO(IPCCHAN_IOC_MAGIC, nr % 256),
					nothing));
	}
}

TEST_F(uapi_numbers, are_not_those_of_others)
{
	for (int kind = 0; kind < UAPI_KINDS; kind++) {
		int fd = self->world.fds[kind];

		EXPECT_EQ(-ENOTTY, call(fd, _IO('T', 1), NULL));
		EXPECT_EQ(-ENOTTY, call(fd, 0, NULL));
		EXPECT_EQ(-ENOTTY, call(fd, ~0U, NULL));
	}
}

#include "ipcchan_selftest_main.h"

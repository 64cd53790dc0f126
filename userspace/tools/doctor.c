// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan doctor: find out why it does not work, and what to do.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"
#include "waits.h"

#define MODULE	"/sys/module/ipcchan"
#define NUMBERS	"/sys/class/misc/ipcchan/dev"
#define RULE	"/etc/udev/rules.d/60-ipcchan.rules"

/**
 * struct finding - what one check found
 * @problem: What is wrong; empty: nothing.
 * @command: The next command to run.
 */
struct finding {
	char problem[128];
	char command[256];
};

/**
 * struct check - one thing that has to be so
 * @title: The sentence that is true then.
 * @run: Looks, and fills in @finding if it is not so.
 */
struct check {
	const char *title;
	void (*run)(struct finding *finding);
};

__attribute__((format(printf, 2, 3)))
static void find_problem(struct finding *finding, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(finding->problem, sizeof(finding->problem), format, arguments);
	va_end(arguments);
}

__attribute__((format(printf, 2, 3)))
static void advise(struct finding *finding, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(finding->command, sizeof(finding->command), format, arguments);
	va_end(arguments);
}

/* A path in the folder of the running kernel's modules. */
static const char *modules_path(const char *file)
{
	static char path[512];
	struct utsname kernel;

	uname(&kernel);
	snprintf(path, sizeof(path), "/lib/modules/%s/%s", kernel.release, file);
	return path;
}

/* Does modprobe(8) know the module? */
static bool is_installed(void)
{
	FILE *list = fopen(modules_path("modules.dep"), "r");
	bool found = false;
	char *line = NULL;
	size_t size = 0;

	if (!list)
		return false;
	while (!found && getline(&line, &size, list) > 0)
		found = strstr(line, "/ipcchan.ko");
	free(line);
	fclose(list);
	return found;
}

/* Is the module installed, or built, or can it be built? */
static void advise_loading(struct finding *finding)
{
	struct utsname kernel;
	char built[128];

	uname(&kernel);
	snprintf(built, sizeof(built), "build/module-%.64s/kmod/ipcchan.ko",
		 kernel.release);
	if (is_installed())
		advise(finding, "sudo modprobe ipcchan");
	else if (!access(built, F_OK))
		advise(finding, "sudo insmod %s", built);
	else if (!access(modules_path("build/Makefile"), F_OK))
		advise(finding, "make modules && sudo insmod %s", built);
	else
		advise(finding, "sudo apt install linux-headers-%s",
		       kernel.release);
}

static void check_module(struct finding *finding)
{
	if (!access(MODULE, F_OK))
		return;
	find_problem(finding, "the kernel module is not loaded");
	advise_loading(finding);
}

static void check_node(struct finding *finding)
{
	unsigned int major = 10;
	unsigned int minor = 0;
	struct stat status;
	FILE *numbers;

	if (!stat(IPCCHAN_DEVICE, &status) && S_ISCHR(status.st_mode))
		return;
	find_problem(finding, "there is no device " IPCCHAN_DEVICE
		     " (no devtmpfs, or a container without it)");
	numbers = fopen(NUMBERS, "r");
	if (numbers && fscanf(numbers, "%u:%u", &major, &minor) == 2)
		advise(finding, "sudo mknod -m 666 " IPCCHAN_DEVICE " c %u %u",
		       major, minor);
	if (numbers)
		fclose(numbers);
}

static void check_permission(struct finding *finding)
{
	struct stat status = {};

	if (!access(IPCCHAN_DEVICE, R_OK | W_OK))
		return;
	stat(IPCCHAN_DEVICE, &status);
	find_problem(finding,
		     "you may not open " IPCCHAN_DEVICE " (mode %04o, owner %u)",
		     status.st_mode & 07777, status.st_uid);
	advise(finding, "echo 'KERNEL==\"ipcchan\", MODE=\"0666\"' | sudo tee "
	       RULE " && sudo udevadm control --reload && sudo udevadm trigger "
	       IPCCHAN_DEVICE);
}

/* Open the device and ask it; what fails is the finding. */
static bool ask_device(struct finding *finding, struct ipcchan_device_info *info)
{
	struct ipcchan *session;
	int error = ipcchan_session_open(&session);

	if (!error) {
		error = ipcchan_device_info(session, info, sizeof(*info));
		ipcchan_session_close(session);
	}
	if (error)
		find_problem(finding, IPCCHAN_DEVICE " does not answer: %s [%s]",
			     ipcchan_error_text(error),
			     ipcchan_error_name(error));
	return !error;
}

static void advise_reloading(struct finding *finding)
{
	struct utsname kernel;

	uname(&kernel);
	advise(finding, "make modules && sudo rmmod ipcchan && sudo insmod "
	       "build/module-%s/kmod/ipcchan.ko", kernel.release);
}

static void check_answer(struct finding *finding)
{
	struct ipcchan_device_info info;

	if (!ask_device(finding, &info))
		advise_reloading(finding);
}

static void check_abi(struct finding *finding)
{
	struct ipcchan_device_info info;

	if (!ask_device(finding, &info) || info.abi == IPCCHAN_ABI)
		return;
	find_problem(finding, "the module has ABI %u, this tool has %u",
		     info.abi, IPCCHAN_ABI);
	advise_reloading(finding);
}

static void check_features(struct finding *finding)
{
	const uint64_t wanted = IPCCHAN_FEATURE_MAILBOX | IPCCHAN_FEATURE_REGION;
	struct ipcchan_device_info info;

	if (!ask_device(finding, &info) || (info.features & wanted) == wanted)
		return;
	find_problem(finding, "the module lacks %s%s",
		     info.features & IPCCHAN_FEATURE_MAILBOX ? "" : "mailboxes ",
		     info.features & IPCCHAN_FEATURE_REGION ? "" : "regions");
	advise_reloading(finding);
}

static void check_quota(struct finding *finding)
{
	struct ipcchan_device_info info;

	if (!ask_device(finding, &info))
		return;
	if (info.user_objects >= info.user_objects_max)
		find_problem(finding, "you own %llu of %llu objects",
			     (unsigned long long)info.user_objects,
			     (unsigned long long)info.user_objects_max);
	else if (info.user_bytes >= info.user_bytes_max)
		find_problem(finding, "you hold %llu of %llu bytes",
			     (unsigned long long)info.user_bytes,
			     (unsigned long long)info.user_bytes_max);
	advise(finding, "ipcchan list");
}

static int exchange(struct ipcchan *session)
{
	static const char sent[] = "doctor";
	struct ipcchan_receive_options now = IPCCHAN_RECEIVE_OPTIONS;
	struct ipcchan_mailbox *mailbox;
	char got[sizeof(sent)];
	int result = ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
					  IPCCHAN_RIGHT_RECEIVE, NULL, &mailbox);

	if (result)
		return result;
	now.flags = IPCCHAN_NONBLOCK;
	result = ipcchan_mailbox_send(mailbox, sent, sizeof(sent), NULL);
	if (!result)
		result = ipcchan_mailbox_receive(mailbox, got, sizeof(got), &now);
	ipcchan_mailbox_close(mailbox);
	if (result < 0)
		return result;
	return result == sizeof(sent) && !memcmp(sent, got, sizeof(sent)) ?
		0 : -EBADMSG;
}

static void check_exchange(struct finding *finding)
{
	struct ipcchan *session;
	int error = ipcchan_session_open(&session);

	if (!error) {
		error = exchange(session);
		ipcchan_session_close(session);
	}
	if (!error)
		return;
	find_problem(finding, "no message goes through: %s [%s]",
		     ipcchan_error_text(error), ipcchan_error_name(error));
	advise(finding, "sudo dmesg | tail");
}

/* Each needs those before it. */
static const struct check checks[] = {
	{ "the kernel module is loaded", check_module },
	{ IPCCHAN_DEVICE " is a device", check_node },
	{ "you may open " IPCCHAN_DEVICE, check_permission },
	{ IPCCHAN_DEVICE " answers", check_answer },
	{ "module and tool have the same ABI", check_abi },
	{ "mailboxes and regions are there", check_features },
	{ "you have not used up your share", check_quota },
	{ "a message goes in and comes out", check_exchange },
};

/**
 * struct arguments - what is asked of the doctor
 * @waits: Who waits for whom, not what is missing.
 * @json: That as JSON.
 * @dot: Or for Graphviz.
 * @stuck_ns: From which age on a wait is marked; 0: as by default.
 */
struct arguments {
	bool waits;
	bool json;
	bool dot;
	uint64_t stuck_ns;
};

#define STUCK_NS	10000000000

static const struct argp_option options[] = {
	{ "waits", 'w', NULL, 0, "Tell who waits for whom, and since when", 0 },
	{ "dot", 'd', NULL, 0, "The waits for Graphviz", 0 },
	{ "stuck", 's', "DURATION", 0, "Mark the waits that are older (default: 10s)", 0 },
	{ 0 }
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'w':
		arguments->waits = true;
		return 0;
	case 'd':
		arguments->dot = true;
		return 0;
	case 's':
		arguments->stuck_ns = parse_duration(state, text);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->waits &&
		    (arguments->json || arguments->dot || arguments->stuck_ns))
			argp_error(state, "--json, --dot and --stuck are of --waits");
		if (arguments->json && arguments->dot)
			argp_error(state, "--json or --dot, not both");
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->json;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &json_argp },
	{ 0 }
};

static const struct argp doctor_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Check what " IPCCHAN_DEVICE " needs, and print the next command to run if "
	       "something is missing; or tell who waits for whom.\v"
	       "A tree has those at its root who do not wait themselves. PID/THREAD of a "
	       "call that any thread of a process can answer is that process alone.",
};

static int check_all(void)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct finding finding = {};

		checks[i].run(&finding);
		if (*finding.problem) {
			printf("FAIL  %s\n", finding.problem);
			if (*finding.command)
				printf("      run: %s\n", finding.command);
			return EXIT_FAILED;
		}
		printf("ok    %s\n", checks[i].title);
	}
	return EXIT_DONE;
}

int run_doctor(int argc, char **argv)
{
	struct arguments arguments = { };

	argp_parse(&doctor_argp, argc, argv, 0, NULL, &arguments);
	if (!arguments.waits)
		return check_all();
	print_waits(arguments.json ? WAITS_JSON :
		    arguments.dot ? WAITS_DOT : WAITS_TREE,
		    arguments.stuck_ns ?: STUCK_NS);
	return EXIT_DONE;
}

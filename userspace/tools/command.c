// SPDX-License-Identifier: GPL-2.0
/*
 * A command that answers a request.
 */
#include "command.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "report.h"

/* How long a command has to end itself when it is told to. */
#define GRACE	IPCCHAN_SECONDS(2)

#define READ_SIZE	(64U << 10)

/* What is waited for while a command runs. */
enum {
	OUTPUT,
	END,
	CANCEL,
	NR_FILES,
};

/**
 * struct run - one run of a command
 * @command: Which.
 * @token: Of the request; 0: it is none.
 * @pid: The process, which leads a process group.
 * @files: The reading end of its standard output; its end; the mailbox. What is not
 *	waited for any more is -1.
 * @is_told: It was told to end.
 * @kill_at: When to kill it, if it has not ended by then.
 */
struct run {
	struct command *command;
	uint64_t token;
	pid_t pid;
	struct pollfd files[NR_FILES];
	bool is_told;
	uint64_t kill_at;
};

__attribute__((format(printf, 2, 3)))
static void set_variable(const char *name, const char *format, ...)
{
	char value[64];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	if (setenv(name, value, 1))
		fail(NULL, -errno);
}

/* The time that is left, as it can be passed on. */
static void set_timeout(uint64_t deadline_ns)
{
	uint64_t now = ipcchan_deadline_in(0);
	uint64_t ns = deadline_ns > now ? deadline_ns - now : 0;

	if (deadline_ns == IPCCHAN_DEADLINE_NEVER)
		unsetenv("IPCCHAN_TIMEOUT");
	else
		set_variable("IPCCHAN_TIMEOUT", "%" PRIu64 ".%09" PRIu64,
			     ns / 1000000000, ns % 1000000000);
}

static void set_environment(const struct command *command,
			    const struct ipcchan_message *request)
{
	set_variable("IPCCHAN_NAME", "%s", command->name);
	set_variable("IPCCHAN_CLIENT", "%" PRIu64, (uint64_t)request->client);
	set_variable("IPCCHAN_PID", "%u", request->tgid);
	set_variable("IPCCHAN_UID", "%u", request->uid);
	set_variable("IPCCHAN_GID", "%u", request->gid);
	set_variable("IPCCHAN_TYPE", "%u", request->type);
	set_variable("IPCCHAN_PRIORITY", "%u", request->priority);
	set_variable("IPCCHAN_REPLY", "%s", request->token ? "yes" : "no");
	set_timeout(request->deadline_ns);
}

/* The request as a file, which a command may read when, and as often, as it likes. */
static int open_request(const struct ipcchan_message *request)
{
	const char *bytes = ipcchan_message_data(request);
	int fd = memfd_create("request", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t written;

	if (fd < 0)
		return -errno;
	while (done < request->length) {
		written = write(fd, bytes + done, request->length - done);
		if (written < 0 && errno != EINTR) {
			int error = -errno;

			close(fd);
			return error;
		}
		done += written < 0 ? 0 : written;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* What we have changed for ourselves is not for it. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t set;

	sigemptyset(&set);
	posix_spawnattr_setsigmask(attributes, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(attributes, &set);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
					POSIX_SPAWN_SETSIGDEF |
					POSIX_SPAWN_SETPGROUP);
}

/* 0 or an errno. */
static int spawn(const struct command *command, int input, int output,
		 pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (!error) {
		error = set_signals(&attributes) ?:
			posix_spawn_file_actions_adddup2(&actions, input,
							 STDIN_FILENO) ?:
			posix_spawn_file_actions_adddup2(&actions, output,
							 STDOUT_FILENO) ?:
			posix_spawnp(pid, command->argv[0], &actions,
				     &attributes, command->argv, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Its standard input, output and process: 0 or an errno. */
static int begin(struct run *run, const struct ipcchan_message *request)
{
	int input = open_request(request);
	int ends[2];
	int error;

	if (input < 0)
		return -input;
	if (pipe2(ends, O_CLOEXEC)) {
		error = errno;
		close(input);
		return error;
	}
	error = spawn(run->command, input, ends[1], &run->pid);
	close(input);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return error;
	}
	run->files[OUTPUT] = (struct pollfd){ ends[0], POLLIN, 0 };
	/* If there is none, its end is waited for once there is no more output. */
	run->files[END] = (struct pollfd){ pidfd_open(run->pid, 0), POLLIN, 0 };
	return 0;
}

/*
 * A message that matches nothing is not received while the command runs; but that
 * the request is cancelled is told whatever the filter is.
 */
static void watch_caller(struct run *run)
{
	struct ipcchan_mailbox_filter nothing = IPCCHAN_MAILBOX_FILTER;

	nothing.flags = IPCCHAN_EXCEPT;
	run->files[CANCEL].fd = -1;
	if (run->token && !ipcchan_mailbox_filter(run->command->mailbox,
						  &nothing, sizeof(nothing)))
		run->files[CANCEL].fd =
			ipcchan_mailbox_fd(run->command->mailbox);
	run->files[CANCEL].events = POLLIN;
}

static void tell_to_end(struct run *run)
{
	if (run->is_told)
		return;
	run->is_told = true;
	run->kill_at = ipcchan_deadline_in(GRACE);
	run->files[CANCEL].fd = -1;
	kill(-run->pid, SIGTERM);
}

static void stop_reading(struct run *run)
{
	close(run->files[OUTPUT].fd);
	run->files[OUTPUT].fd = -1;
}

static void read_output(struct run *run)
{
	struct command *command = run->command;
	ssize_t got;

	if (command->room - command->size < READ_SIZE) {
		command->room += READ_SIZE + command->room / 2;
		command->output = resize(command->output, command->room);
	}
	got = read(run->files[OUTPUT].fd, command->output + command->size,
		   READ_SIZE);
	if (got < 0 && errno == EINTR)
		return;
	if (got <= 0)
		stop_reading(run);
	else
		command->size += got;
	if (command->size > command->limit) {
		stop_reading(run);
		tell_to_end(run);
	}
}

/* Something is to be told of the mailbox: is it that nobody waits any more? */
static void look_for_caller(struct run *run)
{
	ssize_t result = ipcchan_mailbox_call_read(run->command->mailbox,
						   run->token, NULL, 0, 0);

	run->files[CANCEL].fd = -1;
	if (result < 0)
		tell_to_end(run);
}

/* All that it has started might still write; but not once it was told to end. */
static bool is_over(const struct run *run)
{
	return run->files[END].fd < 0 &&
	       (run->is_told || run->files[OUTPUT].fd < 0);
}

static int milliseconds_left(const struct run *run)
{
	uint64_t now = ipcchan_deadline_in(0);

	if (run->kill_at == IPCCHAN_DEADLINE_NEVER)
		return -1;
	return run->kill_at > now ? (run->kill_at - now) / 1000000 + 1 : 0;
}

static void look_after(struct run *run)
{
	int ready = poll(run->files, NR_FILES, milliseconds_left(run));

	if (ready < 0)
		return;
	if (!ready) {
		kill(-run->pid, SIGKILL);
		run->kill_at = IPCCHAN_DEADLINE_NEVER;
		return;
	}
	if (run->files[OUTPUT].revents)
		read_output(run);
	if (run->files[CANCEL].revents)
		look_for_caller(run);
	if (run->files[END].revents) {
		close(run->files[END].fd);
		run->files[END].fd = -1;
	}
}

static int wait_for_end(struct run *run)
{
	int status;

	while (!is_over(run))
		look_after(run);
	if (run->files[OUTPUT].fd >= 0)
		stop_reading(run);
	/* What it has started, and has not ended yet. */
	if (run->is_told)
		kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0)
		continue;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int check_output(struct command *command, int status)
{
	if (command->size <= command->limit)
		return status;
	note(command->name, "the output of %s is longer than %zu bytes",
	     command->argv[0], command->limit);
	command->size = 0;
	return COMMAND_FAILED;
}

int command_run(struct command *command, const struct ipcchan_message *request)
{
	struct run run = {
		.command = command,
		.token = request->token,
		.kill_at = IPCCHAN_DEADLINE_NEVER,
	};
	int status;
	int error;

	command->size = 0;
	set_environment(command, request);
	error = begin(&run, request);
	if (error) {
		note(command->name, "%s: %s", command->argv[0], strerror(error));
		return error == ENOENT ? COMMAND_NOT_FOUND : COMMAND_NOT_RUN;
	}
	watch_caller(&run);
	status = wait_for_end(&run);
	ipcchan_mailbox_filter(command->mailbox, NULL, 0);
	return check_output(command, status);
}

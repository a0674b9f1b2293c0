/* SPDX-License-Identifier: Apache-2.0 */

/* The supervisor from its start to its end: see the door. */

#include "programs/up.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "programs/cli.h"
#include "programs/engine.h"
#include "programs/settings.h"
#include "programs/up/child.h"

#define END_WAIT_MS     15000
#define FINDER_AGAIN_MS 500

enum { ENGINE, PROBE, FINDER, DEMO, CHILDREN };

struct supervisor {
	const struct up_options *options;
	struct arena *arena;
	struct settings settings;
	struct loop *loop;
	struct loop_watch signals, control;
	int signal_fd, control_fd;
	struct child children[CHILDREN];
	struct loop_timer hurry;
	bool ending, was_ready;
	int exit_code;
};

/* ---- starting ---- */

static char *word(struct supervisor *up, const char *text)
{
	return (char *)(uintptr_t)arena_str(up->arena, str_of(text)).data;
}

static char *text_word(struct supervisor *up, struct str text)
{
	return (char *)(uintptr_t)arena_str(up->arena, text).data;
}

static bool pair(int type, int ends[2])
{
	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) == 0)
		return true;
	log_error("no socket pair", F("error", strerror(errno)));
	return false;
}

static void control_ready(struct loop_watch *watch, uint32_t events)
{
	struct supervisor *up = container_of(watch, struct supervisor, control);
	char said;
	ssize_t n = recv(up->control_fd, &said, 1, MSG_DONTWAIT);

	(void)events;
	if (n == 1) {
		up->was_ready |= said == ENGINE_WORD_READY;
		return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	loop_unwatch(up->loop, &up->control); /* its end is told by SIGCHLD */
	close(up->control_fd);
	up->control_fd = -1;
}

static bool start_engine(struct supervisor *up)
{
	char *args[20];
	int ends[2];
	size_t n = 0;

	if (!pair(SOCK_SEQPACKET, ends))
		return false;
	args[n++] = word(up, "engine");
	args[n++] = word(up, "--control-fd=3");
	args[n++] = word(up, "--data");
	args[n++] = text_word(up, up->settings.data);
	if (up->options->store) {
		args[n++] = word(up, "--store");
		args[n++] = word(up, up->options->store);
	}
	args[n++] = word(up, "--listen");
	args[n++] = text_word(up, up->settings.listen);
	if (up->options->no_config)
		args[n++] = word(up, "--no-config");
	if (up->options->config) {
		args[n++] = word(up, "--config");
		args[n++] = word(up, up->options->config);
	}
	if (up->options->demo)
		args[n++] = word(up, "--demo");
	args[n] = NULL;
	if (!child_start(&up->children[ENGINE], args, ends[1], loop_now_ms(up->loop))) {
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	close(ends[1]);
	up->control_fd = ends[0];
	return loop_watch(up->loop, &up->control, up->control_fd, EPOLLIN, control_ready);
}

/* Gives one end of a process's socket to the engine. */
static bool pass(int control_fd, char said, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} aside;
	struct iovec from = {&said, 1};
	struct msghdr message = {.msg_iov = &from, .msg_iovlen = 1, .msg_control = &aside, .msg_controllen = sizeof aside};
	struct cmsghdr *header;

	memset(&aside, 0, sizeof aside);
	header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	return sendmsg(control_fd, &message, MSG_NOSIGNAL) == 1;
}

static void child_again(struct loop_timer *timer);

static void again_in(struct supervisor *up, struct child *child, uint32_t wait_ms)
{
	loop_timer_start(up->loop, &child->again, wait_ms, child_again);
}

/* The probe or the finder. */
static void start_with_engine(struct supervisor *up, size_t which)
{
	struct child *child = &up->children[which];
	char *args[] = {word(up, child->name), word(up, "--fd=3"), NULL};
	char said = which == PROBE ? ENGINE_WORD_PROBE : ENGINE_WORD_FINDER;
	int ends[2];
	bool ok;

	if (!pair(SOCK_STREAM, ends))
		return again_in(up, child, 1000);
	ok = child_start(child, args, ends[1], loop_now_ms(up->loop));
	close(ends[1]);
	if (!ok || !pass(up->control_fd, said, ends[0])) {
		if (!ok)
			again_in(up, child, 1000);
		else
			log_warn("engine takes no process", F("process", child->name)); /* it is ending: they see their closed end and end too */
	}
	close(ends[0]);
}

static void start_demo(struct supervisor *up)
{
	char *args[] = {word(up, "demo"), word(up, "listeners"), word(up, "--supervised"), word(up, "--data"),
			text_word(up, up->settings.data), NULL};

	if (!child_start(&up->children[DEMO], args, -1, loop_now_ms(up->loop)))
		again_in(up, &up->children[DEMO], 1000);
}

static void start(struct supervisor *up, size_t which)
{
	struct child *child = &up->children[which];

	if (up->ending || child->done || child->pid)
		return;
	if (which == ENGINE && !start_engine(up))
		again_in(up, child, 1000);
	if (which == PROBE || which == FINDER) {
		if (up->control_fd >= 0)
			start_with_engine(up, which);
		else /* no engine yet */
			again_in(up, child, 200);
	}
	if (which == DEMO)
		start_demo(up);
}

static struct supervisor *the_supervisor; /* timers know their child, children do not know their owner */

static void child_again(struct loop_timer *timer)
{
	struct child *child = container_of(timer, struct child, again);

	start(the_supervisor, (size_t)(child - the_supervisor->children));
}

/* ---- ending ---- */

static bool all_gone(const struct supervisor *up)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (up->children[i].pid)
			return false;
	return true;
}

static void tell_all(struct supervisor *up, int signal_)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		loop_timer_stop(up->loop, &up->children[i].again);
		if (up->children[i].pid)
			kill(up->children[i].pid, signal_);
	}
}

static void hurry_due(struct loop_timer *timer)
{
	struct supervisor *up = container_of(timer, struct supervisor, hurry);

	log_warn("processes do not end: killed");
	tell_all(up, SIGKILL);
}

static void end(struct supervisor *up, int exit_code)
{
	if (up->ending)
		return;
	up->ending = true;
	up->exit_code = exit_code;
	loop_timer_start(up->loop, &up->hurry, END_WAIT_MS, hurry_due);
	/* the engine first, so that it writes what the others told it and mourns nobody */
	if (up->children[ENGINE].pid)
		kill(up->children[ENGINE].pid, SIGTERM);
	else
		tell_all(up, SIGTERM);
	if (all_gone(up))
		loop_stop(up->loop);
}

static void child_gone(struct supervisor *up, size_t which, int status)
{
	struct child *child = &up->children[which];
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	uint32_t wait_ms = child_ended(child, loop_now_ms(up->loop));
	char how[32];

	if (up->ending) {
		if (which == ENGINE)
			tell_all(up, SIGTERM);
		if (all_gone(up))
			loop_stop(up->loop);
		return;
	}
	if (which == FINDER && code == CLI_OK) { /* it looks once: the next look has a new one */
		child->wait_ms = 0;
		again_in(up, child, FINDER_AGAIN_MS);
		return;
	}
	child_status_write(status, how);
	log_warn("process ended", F("process", child->name), F("how", how), F("again_ms", wait_ms));
	if (which == ENGINE && (code == CLI_USAGE || (code == CLI_FAILED && !up->was_ready))) {
		end(up, code);
		return;
	}
	if (which == DEMO && code == CLI_OK) {
		child->done = true; /* it was told to stop */
		return;
	}
	again_in(up, child, wait_ms);
}

static void reap(struct supervisor *up)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < CHILDREN; i++)
			if (up->children[i].pid == pid)
				child_gone(up, i, status);
}

static void signalled(struct loop_watch *watch, uint32_t events)
{
	struct supervisor *up = container_of(watch, struct supervisor, signals);
	struct signalfd_siginfo info;

	(void)events;
	while (read(up->signal_fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGCHLD)
			reap(up);
		else
			end(up, CLI_OK);
	}
}

static bool signals_open(struct supervisor *up, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	up->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return (up->signal_fd >= 0 && loop_watch(up->loop, &up->signals, up->signal_fd, EPOLLIN, signalled)) ||
	       err_set(err, ERR_INTERNAL, "signals: %s", strerror(errno));
}

/* ---- the whole ---- */

static bool settle(struct supervisor *up, struct err *err)
{
	const struct up_options *options = up->options;

	if (options->no_config)
		settings_usual(up->arena, &up->settings);
	else if (!settings_read(up->arena, options->config, &up->settings, err))
		return false;
	if (options->data && !settings_set(up->arena, "data", str_of(options->data), &up->settings, err))
		return false;
	if (options->store && !settings_set(up->arena, "store.url", str_of(options->store), &up->settings, err))
		return false;
	if (options->listen && !settings_set(up->arena, "listen", str_of(options->listen), &up->settings, err))
		return false;
	return settings_check(&up->settings, err) && signals_open(up, err);
}

static void supervisor_done(struct supervisor *up)
{
	if (up->signal_fd >= 0)
		close(up->signal_fd);
	if (up->control_fd >= 0)
		close(up->control_fd);
	loop_free(up->loop);
	arena_free(up->arena);
}

int up_run(const struct up_options *options)
{
	struct supervisor up = {
		.options = options,
		.arena = arena_new(),
		.loop = loop_new(),
		.signal_fd = -1,
		.control_fd = -1,
		.children = {{.name = "engine"}, {.name = "probe"}, {.name = "finder"}, {.name = "demo", .done = !options->demo}},
	};
	struct err err = {0};

	the_supervisor = &up;
	(void)prctl(PR_SET_NAME, "keepvalid-up", 0, 0, 0);
	if (settle(&up, &err)) {
		log_setup((enum log_level)up.settings.log_level, up.settings.log_format == SETTINGS_LOG_JSON, "up");
		for (size_t i = 0; i < CHILDREN; i++)
			start(&up, i);
		loop_run(up.loop);
	} else {
		up.exit_code = CLI_USAGE;
		fprintf(stderr, "keepvalid: %s\n", err.text);
		if (err.fix[0])
			fprintf(stderr, "  fix: %s [%s]\n", err.fix, err.code);
	}
	supervisor_done(&up);
	return up.exit_code;
}

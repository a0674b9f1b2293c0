/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The process: takes the folder's lock, makes what is missing, listens, says so in FOLDER/targets, serves until it
 * is told to stop, and closes everything. Once an hour it looks whether each certificate still plays its part.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "programs/demo.h"
#include "programs/demo/pki.h"
#include "programs/demo/stage.h"

enum { CONNECTIONS_MAX = 1024, DESCRIPTORS_KEPT = 128, REFRESH_MS = 3600 * 1000 };

struct signals {
	struct loop_watch watch;
	struct loop *loop;
};

static void told_to_stop(struct loop_watch *watch, uint32_t events)
{
	(void)events;
	loop_stop(container_of(watch, struct signals, watch)->loop);
}

static bool watch_signals(struct signals *signals, struct loop *loop, bool die_with_parent)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	if (die_with_parent && (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() == 1))
		raise(SIGTERM); /* the parent is gone already: ends the loop at once */
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	signals->loop = loop;
	return fd >= 0 && loop_watch(loop, &signals->watch, fd, EPOLLIN, told_to_stop);
}

/* -1 with err when another process has the folder. */
static int lock_folder(const char *folder, struct err *err)
{
	char path[4096];
	int fd;

	if (!file_make_folder(folder, 0700, err))
		return -1;
	snprintf(path, sizeof path, "%s/lock", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && chmod(folder, 0700) == 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err_set(err, errno == EWOULDBLOCK ? ERR_CONFLICT : ERR_INTERNAL, "lock %s: %s", path,
		errno == EWOULDBLOCK ? "the demo runs already" : strerror(errno));
	err_fix(err, "demo-runs", "end it with keepvalid demo down, or give another folder with --data");
	if (fd >= 0)
		close(fd);
	return -1;
}

static int network_of(const struct demo_options *options)
{
	const char *given = getenv("KEEPVALID_DEMO_NET");
	uint64_t number = 0;

	if (options->network >= 0)
		return options->network & 255;
	return given && str_to_u64(str_of(given), 255, &number) ? (int)number : 0;
}

static uint32_t connection_room(void)
{
	struct rlimit files = {0};

	getrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur <= DESCRIPTORS_KEPT + 16)
		return 16;
	files.rlim_cur -= DESCRIPTORS_KEPT;
	return files.rlim_cur < CONNECTIONS_MAX ? (uint32_t)files.rlim_cur : CONNECTIONS_MAX;
}

/* Certificates whose dates have moved on are made anew; a kept one that is still right is read again. */
static void refresh(struct loop_timer *timer)
{
	struct demo_stage *stage = container_of(timer, struct demo_stage, refresh);

	for (size_t i = 0; i < stage->listener_count; i++) {
		struct demo_listener *listener = &stage->listeners[i];
		struct err err = {0};

		if (!listener->fault && !demo_listener_dress(listener, clock_now_s(), &err))
			log_warn("demo certificate not refreshed", F("listener", listener->row->name),
				 F("why", err.text));
	}
	loop_timer_start(stage->loop, timer, REFRESH_MS, refresh);
}

static bool raise_curtain(struct demo_stage *stage, struct err *err)
{
	for (size_t i = 0; i < demo_row_count; i++) {
		struct demo_listener *listener = &stage->listeners[i];

		listener->stage = stage;
		listener->row = &demo_rows[i];
		listener->nth = i;
		listener->kind = listener->row->kind;
		listener->watch.fd = -1;
		stage->listener_count = i + 1;
		if (!demo_listener_open(listener, err) || !demo_listener_dress(listener, clock_now_s(), err))
			return false;
	}
	loop_timer_start(stage->loop, &stage->refresh, REFRESH_MS, refresh);
	return true;
}

static bool write_targets(const struct demo_stage *stage, const char *path, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	char target[DEMO_TARGET];

	for (size_t i = 0; i < stage->listener_count; i++) {
		demo_target(i, stage->network, target);
		buf_addf(&text, "%s\n", target);
		if (demo_named_target(i, stage->network, target))
			buf_addf(&text, "%s\n", target);
	}
	return file_write(path, buf_bytes(&text), 0600, err);
}

static bool serve(struct demo_stage *stage, struct err *err)
{
	struct demo_control *control = NULL;
	char path[4096];
	bool good;

	snprintf(path, sizeof path, "%s/targets", stage->folder);
	unlink(path);
	good = demo_pki_open(stage->folder, stage->network, clock_now_s(), &stage->pki, err) &&
	       raise_curtain(stage, err) && demo_control_open(stage, &control, err) &&
	       demo_news_start(stage, err) && write_targets(stage, path, err);
	if (good) {
		log_info("demo listens", F("listeners", stage->listener_count), F("network", stage->network),
			 F("folder", stage->folder));
		loop_run(stage->loop);
		log_info("demo ends", F("folder", stage->folder));
	}
	unlink(path);
	demo_control_close(control);
	demo_connections_free(stage);
	for (size_t i = 0; i < stage->listener_count; i++)
		demo_listener_done(&stage->listeners[i]);
	loop_timer_stop(stage->loop, &stage->refresh);
	demo_pki_free(stage->pki);
	return good;
}

static bool run(const struct demo_options *options, struct err *err)
{
	struct demo_stage stage = {.folder = options->folder, .network = network_of(options)};
	struct signals signals = {.watch.fd = -1};
	int lock = lock_folder(options->folder, err);
	bool good;

	if (lock < 0)
		return false;
	stage.loop = loop_new();
	stage.most_open = connection_room();
	stage.listeners = memory_new(demo_row_count * sizeof *stage.listeners);
	good = watch_signals(&signals, stage.loop, options->die_with_parent) ||
	       err_set(err, ERR_INTERNAL, "watch for signals: %s", strerror(errno));
	good = good && serve(&stage, err);
	if (signals.watch.fd >= 0)
		close(signals.watch.fd);
	loop_free(stage.loop);
	free(stage.listeners);
	close(lock);
	return good;
}

int demo_run(const struct demo_options *options)
{
	struct err err = {0};

	if (run(options, &err))
		return 0;
	fprintf(stderr, "keepvalid demo: %s\n", err.text);
	if (err.fix[0])
		fprintf(stderr, "  fix: %s [%s]\n", err.fix, err.code);
	return err.kind == ERR_CONFLICT ? 2 : 1;
}

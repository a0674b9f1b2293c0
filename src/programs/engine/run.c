/* SPDX-License-Identifier: Apache-2.0 */

/* The engine from its start to its end: see the door. */

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "wire/egress.h"
#include "programs/pack.h"
#include "base/file.h"
#include "jobs/backup.h"
#include "jobs/events.h"
#include "jobs/runner.h"
#include "jobs/source.h"
#include "programs/cli.h"
#include "programs/demo.h"
#include "programs/engine/engine.h"
#include "programs/sandbox.h"
#include "records/store.h"

#define TIDY_MS   600000
#define ANSWERS_S 86400
#define ROOTS_BYTES 1048576
#define CHANGES_S (400 * 86400LL)

struct engine {
	const struct engine_options *options;
	struct arena *arena;
	struct loop *loop;
	struct loop_watch signals;
	struct loop_timer tidy;
	int lock_fd, signal_fd;
	struct store *store;
	struct events *events;
	struct engine_port *port;
	struct runner *runner;
	struct control *control;
	struct own_scans *own;
	struct scheduler *scheduler;
	struct demo_end *demo_end;
	struct api *api;
	atomic_bool ready; /* all of it stands: read by threads of the API */
};

static const char *in_folder(struct engine *engine, const char *name)
{
	return arena_format(engine->arena, "%.*s/%s", STR_ARG(engine->options->settings.data), name).data;
}

static void end(void *data)
{
	struct engine *engine = data;

	loop_stop(engine->loop);
}

static void signalled(struct loop_watch *watch, uint32_t events)
{
	struct engine *engine = container_of(watch, struct engine, signals);
	struct signalfd_siginfo info;

	(void)events;
	if (read(engine->signal_fd, &info, sizeof info) == sizeof info)
		end(engine);
}

/* Blocked before threads start, so that they come here and nowhere else. */
static bool signals_open(struct engine *engine, struct err *err)
{
	sigset_t set;

	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	engine->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (engine->signal_fd < 0 ||
	    !loop_watch(engine->loop, &engine->signals, engine->signal_fd, EPOLLIN, signalled))
		return err_set(err, ERR_INTERNAL, "signals: %s", strerror(errno));
	return true;
}

static bool tidy_in(struct store_txn *txn, int64_t now, struct err *err)
{
	return store_sessions_purge(txn, now, err) && store_answers_purge(txn, now - ANSWERS_S, err) &&
	       store_changes_purge(txn, now - CHANGES_S, err);
}

static void tidy_due(struct loop_timer *timer)
{
	struct engine *engine = container_of(timer, struct engine, tidy);
	CLEANUP(store_end) struct store_txn *txn = NULL;
	struct err err = {0};

	loop_timer_start(engine->loop, &engine->tidy, TIDY_MS, tidy_due);
	if (!store_write(engine->store, &txn, &err) || !tidy_in(txn, clock_now_s(), &err) ||
	    !store_commit(&txn, &err))
		log_warn("store not tidied", F("error", err.text));
}

/* For /readyz, on the API's threads. */
static bool is_ready(void *data)
{
	struct engine *engine = data;

	return atomic_load(&engine->ready);
}

static bool api_open(struct engine *engine, struct err *err)
{
	static const enum api_metrics metrics[] = {[SETTINGS_METRICS_LOOPBACK] = API_METRICS_LOOPBACK,
						   [SETTINGS_METRICS_SESSION] = API_METRICS_SESSION,
						   [SETTINGS_METRICS_OFF] = API_METRICS_OFF};
	const struct settings *settings = &engine->options->settings;
	struct api_options options = {
		.store = engine->store,
		.events = engine->events,
		.runner = engine->runner,
		.folder = arena_str(engine->arena, engine->options->settings.data).data,
		.unix_path = in_folder(engine, "keepvalid.sock"),
		.hosts = settings->hosts.at,
		.host_count = settings->hosts.count,
		.ready = is_ready,
		.ready_data = engine,
		.metrics = metrics[settings->metrics],
	};

	return settings_listen(engine->arena, settings, &options.address, &options.port, err) &&
	       api_start(&options, &engine->api, err);
}

/* On standard output, for the person who started it. */
static bool say_address(struct engine *engine, struct err *err)
{
	char url[512];
	bool needed;

	if (!engine->options->settings.listen.len)
		return true;
	if (!api_setup_url(engine->api, url, sizeof url, &needed, err))
		return false;
	printf(needed ? "Keepvalid is ready. Make the first administrator here (the link works once, for an hour):\n  %s\n"
		      : "Keepvalid is ready: %s\n",
	       url);
	fflush(stdout);
	return true;
}

/* Where CT logs are and may be; our own roots are read now, those of scans at each scan. */
static bool logs_options(struct engine *engine, struct engine_logs_options *out, struct err *err)
{
	const struct settings *settings = &engine->options->settings;
	const struct conf_texts *allow = &settings->egress_allow, *roots = &settings->roots;
	struct egress_net *nets = ARENA_ARRAY(engine->arena, struct egress_net, allow->count + 1);
	struct buf pem = buf_capped(ROOTS_BYTES);
	struct bytes list, content;

	for (size_t i = 0; i < allow->count; i++)
		if (!egress_net_read(allow->at[i], &nets[i], err))
			return err_wrap(err, "egress.allow");
	source_dns_allow(&(struct egress_policy){nets, allow->count});
	for (size_t i = 0; i < roots->count; i++)
		if (file_read(engine->arena, arena_str(engine->arena, roots->at[i]).data, ROOTS_BYTES, &content, err)) {
			buf_add_bytes(&pem, content);
			buf_add_char(&pem, '\n');
		}
	*err = (struct err){0}; /* a file that is not there is told at each scan */
	*out = (struct engine_logs_options){.allow = allow->at, .allow_count = allow->count};
	if (buf_ok(&pem) && pem.len)
		out->roots_pem = arena_str(engine->arena, buf_str(&pem));
	buf_done(&pem);
	if (!pack_ct(engine->arena, NULL, &list, err))
		return false;
	out->list_json = str_from(list);
	return true;
}

static bool start_jobs(struct engine *engine, struct err *err)
{
	struct engine_logs_options logs;
	const char *demo = engine->options->demo ? in_folder(engine, "demo") : NULL;
	const struct conf_texts *own = &engine->options->settings.roots;
	struct str *roots = ARENA_ARRAY(engine->arena, struct str, own->count + 1);
	size_t root_count = own->count;

	for (size_t i = 0; i < own->count; i++)
		roots[i] = own->at[i];
	if (demo) /* its certificates are good or bad in the eyes of those who trust its root */
		roots[root_count++] = str_of(in_folder(engine, "demo/root.pem"));

	if (!logs_options(engine, &logs, err))
		return false;
	finder_port_open();
	engine->port = engine_port_new(engine->loop, roots, root_count, &logs);
	if (!runner_start(engine->loop, engine->store, engine->events, engine_port_scans(engine->port),
			  &engine->runner, err))
		return false;
	if (engine->options->control_fd >= 0 &&
	    !control_open(engine->loop, engine->options->control_fd, engine->port, end, engine, &engine->control, err))
		return false;
	engine->own = own_scans_new(engine->loop, engine->store, engine->runner, demo,
				    engine->options->settings.scan_at_start);
	engine->scheduler = scheduler_new(engine->loop, engine->store, engine->runner);
	return true;
}

static bool store_start(struct engine *engine, struct err *err)
{
	const struct settings *settings = &engine->options->settings;
	struct store_options options = {0};

	const char *url = settings_store(engine->arena, settings);

	backup_job_folder(arena_str(engine->arena, settings->data).data);
	return settings_store_password(engine->arena, settings, &options.password, err) &&
	       (!store_url_is_file(url) || engine_restored_take(url, err)) &&
	       store_open(url, &options, &engine->store, err);
}

static bool start(struct engine *engine, struct err *err)
{
	struct sandbox_report report;
	const char *data = arena_str(engine->arena, engine->options->settings.data).data;

	engine->loop = loop_new();
	engine->events = events_new();
	if (!signals_open(engine, err) || !engine_folder_take(data, &engine->lock_fd, err) ||
	    !store_start(engine, err) ||
	    !sandbox_engine(&report, err) || !start_jobs(engine, err) || !api_open(engine, err) ||
	    !say_address(engine, err))
		return false;
	loop_timer_start(engine->loop, &engine->tidy, TIDY_MS, tidy_due);
	engine->demo_end = demo_end_new(engine->loop, engine->store, in_folder(engine, DEMO_GONE));
	atomic_store(&engine->ready, true);
	control_ready(engine->control);
	log_info("engine ready", F("schema", store_schema_version(engine->store)));
	return true;
}

/* The reverse of the start: nobody asks any more, then nothing runs any more, then the store is closed. */
static void stop(struct engine *engine)
{
	atomic_store(&engine->ready, false);
	if (engine->events)
		events_close(engine->events);
	api_stop(engine->api);
	demo_end_free(engine->demo_end);
	scheduler_free(engine->scheduler);
	own_scans_free(engine->own);
	runner_stop(engine->runner);
	control_close(engine->control);
	finder_port_close();
	engine_port_free(engine->port);
	store_close(engine->store);
	events_free(engine->events);
	loop_free(engine->loop);
	if (engine->signal_fd >= 0)
		close(engine->signal_fd);
	if (engine->lock_fd >= 0)
		close(engine->lock_fd);
	arena_free(engine->arena);
}

/* For the supervisor: what will be the same at the next try is not tried again. */
static int exit_code(const struct err *err)
{
	switch (err->kind) {
	case ERR_INPUT:
	case ERR_DENIED:
	case ERR_CONFLICT:
		return CLI_USAGE;
	case ERR_UNREACHED:
	case ERR_LATER:
		return CLI_UNREACHED; /* the database may come up yet */
	default:
		return CLI_FAILED;
	}
}

int engine_run(const struct engine_options *options)
{
	struct engine engine = {.options = options, .lock_fd = -1, .signal_fd = -1, .arena = arena_new()};
	struct err err = {0};
	int code = CLI_OK;

	sandbox_private();
	(void)prctl(PR_SET_NAME, "keepvalid-engine", 0, 0, 0);
	if (start(&engine, &err)) {
		loop_run(engine.loop);
	} else {
		code = exit_code(&err);
		fprintf(stderr, "keepvalid: %s\n", err.text);
		if (err.fix[0])
			fprintf(stderr, "  fix: %s [%s]\n", err.fix, err.code);
	}
	stop(&engine);
	return code;
}

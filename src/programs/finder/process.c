/* SPDX-License-Identifier: Apache-2.0 */

/* The finder from its start to its end: straight through, one look. */

#include "programs/finder.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "discovery/host.h"
#include "facts/cert.h"
#include "programs/cli.h"
#include "programs/message.h"
#include "programs/sandbox.h"

enum { PATHS_MAX = 256, PROBLEMS_TOLD = 200 };

struct finder {
	int fd;
	struct arena *arena;
	struct buf in, out;
	uint64_t run;
	struct map *told; /* SHA-256 of certificates that the engine has */
	uint64_t places;
};

static bool send_all(struct finder *finder, struct err *err)
{
	size_t sent = 0;

	while (sent < finder->out.len) {
		ssize_t n = send(finder->fd, finder->out.data + sent, finder->out.len - sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_UNREACHED, "the engine is gone: %s", strerror(errno));
		sent += (size_t)n;
	}
	buf_clear(&finder->out);
	return true;
}

/* A message that is too long for one is left out; the rest goes on. */
static bool tell(struct finder *finder, const struct message *message, struct err *err)
{
	if (!message_write(&finder->out, message))
		log_warn("message too long", F("message", message_name(message->kind)));
	return finder->out.len < (1u << 20) || send_all(finder, err);
}

/* The next message; false at the end of the channel too (ERR_UNREACHED). */
static bool receive(struct finder *finder, struct message *out, struct bytes *rest, struct err *err)
{
	for (;;) {
		enum message_take took;
		char *room;
		ssize_t n;

		*rest = buf_bytes(&finder->in);
		took = message_take(rest, MESSAGE_ENGINE, out, err);
		if (took == MESSAGE_HERE)
			return true;
		if (took == MESSAGE_WRONG)
			return false;
		room = buf_reserve(&finder->in, 4096);
		n = room ? recv(finder->fd, room, 4096, 0) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNREACHED, "the engine is gone");
		finder->in.len += (size_t)n;
	}
}

/* Says hello, hears hello, and waits for the one thing that is asked. */
static bool wait_for_look(struct finder *finder, struct str *options, struct err *err)
{
	struct message hello = {.kind = MESSAGE_HELLO, .numbers = {MESSAGE_VERSION, MESSAGE_FINDER}}, message;
	struct bytes rest;

	if (!tell(finder, &hello, err) || !send_all(finder, err) || !receive(finder, &message, &rest, err))
		return false;
	if (message.kind != MESSAGE_HELLO || message.numbers[0] != MESSAGE_VERSION || message.numbers[1] != MESSAGE_ENGINE)
		return err_set(err, ERR_PROTOCOL, "the engine did not say hello");
	buf_drop(&finder->in, finder->in.len - rest.len);
	if (!receive(finder, &message, &rest, err))
		return false;
	if (message.kind != MESSAGE_LOOK)
		return err_set(err, ERR_PROTOCOL, "the engine asks for %s", message_name(message.kind));
	finder->run = message.numbers[0];
	*options = arena_str(finder->arena, str_from(message.texts[0]));
	return true;
}

static bool read_paths(struct finder *finder, struct str json, struct host_options *out, struct err *err)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *paths;
	struct str *to = ARENA_ARRAY(finder->arena, struct str, PATHS_MAX);

	if (!json_doc_read(json, &doc, err))
		return false;
	paths = json_in_get(json_doc_root(doc), "paths");
	out->paths = to;
	for (size_t i = 0; i < json_in_count(paths) && out->path_count < PATHS_MAX; i++)
		to[out->path_count++] = arena_str(finder->arena, json_in_str(json_in_at(paths, i), STR("")));
	return true;
}

/* ---- telling ---- */

static bool tell_certificate(struct finder *finder, const struct cert *cert, struct err *err)
{
	CLEANUP(buf_done) struct buf facts = buf_capped(LIMIT_MESSAGE_BYTES);
	struct json_out json = json_out_start(&facts);
	struct message message = {.kind = MESSAGE_CERTIFICATE, .numbers = {finder->run}};

	if (map_set(finder->told, bytes_of(cert->sha256, sizeof cert->sha256), finder))
		return true;
	cert_write(&json, cert);
	message.texts[0] = cert->der;
	message.texts[1] = buf_bytes(&facts);
	return tell(finder, &message, err);
}

static void write_target(struct json_out *json, const struct host_target *target)
{
	json_out_object(json);
	json_out_key_str(json, "address", target->address);
	json_out_key_int(json, "port", target->port);
	json_out_key_str(json, "server_name", target->server_name);
	json_out_end_object(json);
}

static bool tell_place(struct finder *finder, const struct host_found *found, const struct host_file *file, struct err *err)
{
	CLEANUP(buf_done) struct buf record = buf_capped(LIMIT_MESSAGE_BYTES);
	CLEANUP(buf_done) struct buf serves = buf_capped(LIMIT_MESSAGE_BYTES);
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct json_out json = json_out_start(&record), list = json_out_start(&serves);
	struct message message = {.kind = MESSAGE_PLACE, .numbers = {finder->run}};
	const struct host_target *targets;
	size_t count = host_file_serves(found, file, arena, &targets);

	for (size_t i = 0; i < file->cert_count; i++)
		if (!tell_certificate(finder, file->certs[i], err))
			return false;
	host_file_write_brief(&json, file);
	json_out_array(&list);
	for (size_t i = 0; i < count; i++)
		write_target(&list, &targets[i]);
	json_out_end_array(&list);
	message.texts[0] = buf_bytes(&record);
	message.texts[1] = buf_bytes(&serves);
	finder->places++;
	return !buf_ok(&record) || !buf_ok(&serves) || tell(finder, &message, err);
}

static bool tell_end(struct finder *finder, const struct host_found *found, struct err *err)
{
	CLEANUP(buf_done) struct buf summary = buf_capped(LIMIT_MESSAGE_BYTES / 4);
	CLEANUP(buf_done) struct buf targets = buf_capped(LIMIT_MESSAGE_BYTES / 2);
	struct json_out json = json_out_start(&summary), list = json_out_start(&targets);
	struct message message = {.kind = MESSAGE_LOOKED, .numbers = {finder->run, finder->places}};
	const struct host_target *wanted;
	size_t count = host_targets(found, finder->arena, &wanted);

	json_out_object(&json);
	json_out_key_int(&json, "files_looked_at", (int64_t)found->looked);
	json_out_key_int(&json, "listeners", (int64_t)found->listeners.count);
	json_out_key_bool(&json, "limited", found->limited);
	json_out_key_int(&json, "problem_count", (int64_t)found->problem_count);
	json_out_key(&json, "problems");
	json_out_array(&json);
	for (size_t i = 0; i < found->problem_count && i < PROBLEMS_TOLD; i++) {
		json_out_object(&json);
		json_out_key_str(&json, "path", found->problems[i].path);
		json_out_key_int(&json, "line", found->problems[i].line);
		json_out_key_str(&json, "text", found->problems[i].text);
		json_out_end_object(&json);
	}
	json_out_end_array(&json);
	json_out_end_object(&json);
	json_out_array(&list);
	for (size_t i = 0; i < count && targets.len < LIMIT_MESSAGE_BYTES / 4; i++)
		write_target(&list, &wanted[i]);
	json_out_end_array(&list);
	message.texts[0] = buf_bytes(&summary);
	message.texts[1] = buf_bytes(&targets);
	return tell(finder, &message, err) && send_all(finder, err);
}

/* A look that could not be done at all ends too: its one problem says why. */
static struct host_found *nothing_found(struct finder *finder, const struct err *why)
{
	struct host_found *found = ARENA_NEW(finder->arena, struct host_found);
	struct host_problem *problem = ARENA_NEW(finder->arena, struct host_problem);

	problem->text = arena_str(finder->arena, str_of(why->text));
	problem->path = STR("");
	*found = (struct host_found){.arena = finder->arena, .problems = problem, .problem_count = 1};
	return found;
}

static bool serve(struct finder *finder, struct err *err)
{
	struct host_options options = {0};
	struct sandbox_report report;
	struct host_found *found;
	struct str json;
	struct err why = {0};

	if (!wait_for_look(finder, &json, err) || !read_paths(finder, json, &options, err))
		return false;
	if (!host_listeners_read(finder->arena, &options.listeners, &why))
		log_warn("listeners not read", F("error", why.text));
	if (!sandbox_finder(&report, err))
		return err_wrap(err, "sandbox");
	log_debug("finder looks", F("landlock", report.landlock), F("seccomp", report.seccomp));
	if (!host_look(finder->arena, &options, &found, &why))
		found = nothing_found(finder, &why);
	for (size_t i = 0; i < found->file_count; i++)
		if (!tell_place(finder, found, &found->files[i], err))
			return false;
	return tell_end(finder, found, err);
}

int finder_process(int fd)
{
	struct finder finder = {
		.fd = fd,
		.arena = arena_new(),
		.in = buf_capped(LIMIT_MESSAGE_BYTES + 8192),
		.out = buf_capped(2 * LIMIT_MESSAGE_BYTES + 8192),
		.told = map_new(),
	};
	struct err err = {0};
	int code = CLI_OK;

	sandbox_private();
	(void)prctl(PR_SET_NAME, "keepvalid-finder", 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	if (!serve(&finder, &err) && err.kind != ERR_UNREACHED) {
		log_error("finder failed", F("error", err.text));
		code = CLI_FAILED;
	}
	map_free(finder.told);
	buf_done(&finder.in);
	buf_done(&finder.out);
	arena_free(finder.arena);
	return code;
}

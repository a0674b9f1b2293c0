/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * client - how commands ask the server.
 *
 * On the same machine over the unix socket in the data folder, where whoever runs the server is administrator; elsewhere
 * over HTTP with the session that `keepvalid login` left.
 */

#include <stdio.h>

#include "base/json.h"
#include "programs/cli/command.h"
#include "programs/cli/terminal.h"

struct arena;
struct client;

/* For the option tables of commands that ask the server. */
#define CLIENT_OPTIONS                                                                             \
	{"data", 0, "DIR", "data folder of the server on this machine (default: var)", false}, \
		{"server", 0, "URL", "a server elsewhere, after `keepvalid login`", false}
#define OUTPUT_OPTIONS                                                                             \
	{"json", 0, NULL, "one JSON document", false}, {"jsonl", 0, NULL, "a JSON record a line", false}

MUST_CHECK bool client_open(const struct command_call *call, struct client **out, struct err *err);
void client_close(struct client *client);
void client_done(struct client **client); /* for CLEANUP */

struct client_answer {
	unsigned status;
	struct str type, cookie;
	struct bytes body;
};
/* Any answer; body may have NULL data. err only when there was none. */
MUST_CHECK bool client_ask(struct client *client, struct arena *arena, const char *method, const char *path,
			   struct bytes body, struct client_answer *out, struct err *err);

/* A JSON answer of success; a problem becomes the error. The document lives as long as the client. */
MUST_CHECK bool client_get(struct client *client, struct arena *arena, const char *path,
			   const struct json_value **out, struct err *err);

/* The same for a request with a JSON body. */
MUST_CHECK bool client_post(struct client *client, struct arena *arena, const char *path, struct bytes body,
			    const struct json_value **out, struct err *err);

/* The same for a question asked many times: the document is the caller's. */
MUST_CHECK bool client_page(struct client *client, const char *path, struct json_doc **out, struct err *err);

/* The body of a success goes to `to`, of any size; a problem becomes the error. */
MUST_CHECK bool client_download(struct client *client, struct arena *arena, const char *path, FILE *to,
				struct err *err);

/*
 * Walks all pages of a list: path has its query or none yet. most 0: all. each may stop it by false; an item is valid during
 * its call only.
 */
MUST_CHECK bool client_walk(struct client *client, struct arena *arena, const char *path, uint64_t most,
			    bool (*each)(void *data, const struct json_value *item), void *data, struct err *err);

/* Prints the error; the exit code of its kind: nothing found is CLI_NOTHING, a wrong query CLI_USAGE. */
int client_fail(const struct command_call *call, const struct err *err);

/* PATCH and DELETE of what was just read; *out is NULL when the answer is empty. body: NULL data for none. */
MUST_CHECK bool client_change(struct client *client, struct arena *arena, const char *method, const char *path,
			      struct bytes body, const struct json_value **out, struct err *err);

/* path with name=value added, percent-encoded. */
struct str client_path(struct arena *arena, struct str path, const char *name, struct str value);

/* "http://host:port" to "host_port": where the session of that server is kept. */
MUST_CHECK bool client_session_path(struct arena *arena, const char *server, struct str *out, struct err *err);

/* The one certificate that a selector means: a SHA-256, or a query that fits one. ERR_ABSENT, ERR_INPUT when many. */
MUST_CHECK bool client_select(struct client *client, struct arena *arena, struct str selector, struct str *sha256,
			      struct err *err);

/* Arguments of the command with a space between. */
struct str client_words(struct arena *arena, const struct command_call *call);

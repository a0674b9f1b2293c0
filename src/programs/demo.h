/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * demo - real listeners with every kind of good and bad certificate, on loopback only.
 *
 * One process (`keepvalid demo listeners`, a role of the same executable) makes a small PKI in its
 * folder and serves it on 127.83.N.x. It is told what to break, what to heal and when to stop over a
 * control socket in that folder (mode 0700). When every listener listens it writes FOLDER/targets, one scan
 * target a line; the file is gone when they do not listen.
 *
 * The listeners end with exit code 0 on SIGTERM, SIGINT and on `stop`: who supervises them starts them
 * again only after another code.
 */

#include "base/buf.h"
#include "base/err.h"

struct demo_options {
	const char *folder; /* DATA/demo; made when it is not there */
	int network;        /* N of 127.83.N.0/24, 0 to 255; -1: $KEEPVALID_DEMO_NET, or 0 */
	bool die_with_parent; /* SIGTERM when the parent ends: under a supervisor */
};

/* Runs until it is told to stop. Says on standard error what failed. Answers an exit code of the command line. */
int demo_run(const struct demo_options *options);

/* What may be asked of running listeners: "list", "break NAME [HOW]", "heal NAME|all", "stop". */
MUST_CHECK bool demo_ask(const char *folder, const char *request, struct buf *answer, struct err *err);

/* Whether listeners run in this folder. */
bool demo_runs(const char *folder);

/*
 * What to scan now: with *seen 0 (or from before this demo started) all targets, later those of listeners that changed
 * since. *seen moves on. count 0: nothing changed. The strings live in arena. ERR_ABSENT when no demo listens.
 */
struct arena;
MUST_CHECK bool demo_news(struct arena *arena, const char *folder, uint64_t *seen, struct str **targets,
			  size_t *count, struct err *err);

/* In the data folder: a note that the demo's objects are to be deleted from the store. */
#define DEMO_GONE "demo-gone"

/* Stops the listeners, waits until they are gone, and removes the folder with all in it. ERR_TIMEOUT after 10 s. */
MUST_CHECK bool demo_remove(const char *folder, struct err *err);

/* One listener, for lists and tests. */
struct demo_row_view {
	const char *name, *host, *shows, *protocol, *outcome, *problems;
};
size_t demo_count(void);
/* The row as a table line and as JSON; network as in demo_options. */
void demo_view(size_t nth, struct demo_row_view *out);
/* What to scan: with the server name where the listener has a certificate and does not wait for STARTTLS. */
#define DEMO_TARGET 192
void demo_target(size_t nth, int network, char to[DEMO_TARGET]);
/* A second target, with the name, of a listener that answers nobody who does not know it. False: there is none. */
bool demo_named_target(size_t nth, int network, char to[DEMO_TARGET]);
/* The whole table as a JSON array, with addresses and targets. */
void demo_write_json(int network, struct buf *to);

/* How a listener can be broken: the nth word and what it does; NULL after the last. */
const char *demo_break_name(size_t nth, const char **what);

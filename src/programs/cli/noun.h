/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * noun - what the commands of a noun share: lists by a table of columns, one thing by its name or id, verbs by a table.
 */

#include "programs/cli/client.h"
#include "programs/cli/table.h"

struct noun_column {
	const char *title; /* "NEXT RUN" */
	const char *key;   /* "next_run_at", or "schedule.every_s" */
	/* NULL: text, number, flag or list as it is */
	struct str (*cell)(struct arena *arena, const struct json_value *value);
};

struct noun {
	const char *what;   /* "source" */
	const char *plural; /* "sources" */
	const char *path;   /* "/api/v1/sources" */
	const struct noun_column *columns; /* ends with a NULL title */
};

/* Prints all of a list (--json, --jsonl and --limit honoured). Answers an exit code: CLI_NOTHING when it is empty. */
int noun_list(struct command_call *call, struct client *client, struct arena *arena, const struct noun *noun,
	      struct str path);
/* By id, or by its name in any case. ERR_ABSENT. *out is of GET, read now. */
MUST_CHECK bool noun_find(struct client *client, struct arena *arena, const struct noun *noun, const char *name,
			  const struct json_value **out, struct err *err);
struct str noun_path(struct arena *arena, const struct noun *noun, const struct json_value *thing);

/* Verbs that are the same for all: show prints a JSON line, rm removes. */
int noun_show(struct command_call *call, struct client *client, struct arena *arena, const struct noun *noun);
int noun_remove(struct command_call *call, struct client *client, struct arena *arena, const struct noun *noun);

struct noun_verb {
	const char *name;
	bool named; /* wants a name behind it */
	int (*run)(struct command_call *call, struct client *client, struct arena *arena);
};
int noun_run(struct command_call *call, const struct noun *noun, const struct noun_verb *verbs, size_t count);

/* "1d 6h" to seconds and back: "every 6 h"; "never" is 0. */
MUST_CHECK bool noun_period_read(const char *text, int64_t *seconds, struct err *err);
struct str noun_period(struct arena *arena, const struct json_value *seconds);

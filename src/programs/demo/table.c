/* SPDX-License-Identifier: Apache-2.0 */

/* The table of listeners, for people, for tests, and as scan targets. */

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "programs/demo.h"
#include "programs/demo/stage.h"

size_t demo_count(void)
{
	return demo_row_count;
}

void demo_view(size_t nth, struct demo_row_view *out)
{
	static __thread char host[128];
	const struct demo_row *row = &demo_rows[nth];

	*out = (struct demo_row_view){
		.name = row->name,
		.host = demo_row_host(row, host),
		.shows = row->shows,
		.protocol = demo_row_protocol(row),
		.outcome = row->outcome ? row->outcome : "ok",
		.problems = row->problems ? row->problems : "",
	};
}

void demo_target(size_t nth, int network, char to[DEMO_TARGET])
{
	const struct demo_row *row = &demo_rows[nth];
	const char *protocol = demo_row_protocol(row);
	char address[16], host[128];

	demo_row_address(nth, network, address);
	if (strcmp(protocol, "tls") != 0)
		snprintf(to, DEMO_TARGET, "%s://%s:%u", protocol, address, demo_row_port(row));
	else if (row->needs_name || !demo_kind_has_certificate(row->kind))
		snprintf(to, DEMO_TARGET, "%s:%u", address, demo_row_port(row));
	else
		snprintf(to, DEMO_TARGET, "%s@%s:%u", demo_row_host(row, host), address, demo_row_port(row));
}

bool demo_named_target(size_t nth, int network, char to[DEMO_TARGET])
{
	const struct demo_row *row = &demo_rows[nth];
	char address[16], host[128];

	if (!row->needs_name)
		return false;
	demo_row_address(nth, network, address);
	snprintf(to, DEMO_TARGET, "%s@%s:%u", demo_row_host(row, host), address, demo_row_port(row));
	return true;
}

static void write_problems(struct json_out *json, const char *problems)
{
	struct str rest = str_of(problems), one;

	json_out_key(json, "problems");
	json_out_array(json);
	while (str_split(&rest, ',', &one))
		json_out_str(json, one);
	json_out_end_array(json);
}

static void write_row(struct json_out *json, size_t nth, int network, const struct demo_listener *listener)
{
	const struct demo_row *row = &demo_rows[nth];
	struct demo_row_view view;
	char address[16], target[DEMO_TARGET];

	demo_view(nth, &view);
	demo_row_address(nth, network, address);
	demo_target(nth, network, target);
	json_out_object(json);
	json_out_key_text(json, "name", row->name);
	json_out_key_text(json, "host", view.host);
	json_out_key_text(json, "address", address);
	json_out_key_int(json, "port", demo_row_port(row));
	json_out_key_text(json, "protocol", view.protocol);
	json_out_key_text(json, "target", target);
	json_out_key_text(json, "named_target", demo_named_target(nth, network, target) ? target : NULL);
	json_out_key_text(json, "shows", row->shows);
	json_out_key_text(json, "outcome", view.outcome);
	write_problems(json, row->problems);
	json_out_key_text(json, "broken", listener && listener->fault ? listener->fault->name : NULL);
	json_out_end_object(json);
}

void demo_write_table(int network, const struct demo_listener *listeners, struct buf *to)
{
	struct json_out json = json_out_start(to);

	json_out_array(&json);
	for (size_t i = 0; i < demo_row_count; i++)
		write_row(&json, i, network, listeners ? &listeners[i] : NULL);
	json_out_end_array(&json);
}

void demo_write_json(int network, struct buf *to)
{
	demo_write_table(network, NULL, to);
}

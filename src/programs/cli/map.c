/* SPDX-License-Identifier: Apache-2.0 */

/* keepvalid map ROOT - what hangs together with one thing, as a tree. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "programs/cli.h"
#include "programs/cli/client.h"
#include "programs/cli/show.h"
#include "programs/cli/terminal.h"

struct tree {
	const struct json_value *nodes, *edges;
	size_t count;
	bool *shown;
};

static size_t node_at(const struct tree *tree, struct str id)
{
	for (size_t i = 0; i < tree->count; i++)
		if (str_equal(json_in_str(json_in_get(json_in_at(tree->nodes, i), "id"), STR("")), id))
			return i;
	return SIZE_MAX;
}

static void print_node(const struct json_value *node, int depth, struct str how)
{
	CLEANUP(buf_done) struct buf line = buf_capped(65536);
	struct str sub = json_in_str(json_in_get(node, "sub"), STR("")), state = json_in_str(json_in_get(node, "state"), STR(""));

	for (int i = 0; i < depth; i++)
		buf_add_text(&line, "  ");
	if (how.len)
		buf_addf(&line, "%.*s ", STR_ARG(how));
	if (json_in_int(json_in_get(node, "more"), 0) == 0)
		buf_addf(&line, "%.*s ", STR_ARG(shown_text(node, "kind")));
	text_add(&line, shown_text(node, "name"), 0);
	if (sub.len) {
		buf_add_text(&line, "  (");
		text_add(&line, sub, 0);
		buf_add_text(&line, ")");
	}
	if (state.len && !str_is(state, "valid"))
		buf_addf(&line, "  %.*s", STR_ARG(state));
	printf("%s\n", line.data);
}

/* Each node once, below the one that it was reached from. */
static void print_from(struct tree *tree, size_t at, int depth, struct str how)
{
	struct str id = json_in_str(json_in_get(json_in_at(tree->nodes, at), "id"), STR(""));

	tree->shown[at] = true;
	print_node(json_in_at(tree->nodes, at), depth, how);
	for (size_t i = 0; depth < 4 && i < json_in_count(tree->edges); i++) {
		const struct json_value *edge = json_in_at(tree->edges, i);
		size_t to;

		if (!str_equal(json_in_str(json_in_get(edge, "from"), STR("")), id))
			continue;
		to = node_at(tree, json_in_str(json_in_get(edge, "to"), STR("")));
		if (to != SIZE_MAX && !tree->shown[to])
			print_from(tree, to, depth + 1, json_in_str(json_in_get(edge, "kind"), STR("")));
	}
}

/* kind:id, or what finds one certificate. */
static bool root_of(struct command_call *call, struct client *client, struct arena *arena, struct str *root, struct err *err)
{
	static const char *const kinds[] = {"certificate:", "key:", "authority:", "host:", "service:", "team:"};
	struct str words = client_words(arena, call), sha256;

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct str rest = str_skip(words, strlen(kinds[i]));
		bool bare = rest.len > 0;

		for (size_t j = 0; bare && j < rest.len; j++)
			bare = ascii_is_digit(rest.data[j]) || (ascii_lower(rest.data[j]) >= 'a' && ascii_lower(rest.data[j]) <= 'f');
		if (str_starts(words, str_of(kinds[i])) && bare) {
			*root = words;
			return true;
		}
	}
	if (!client_select(client, arena, words, &sha256, err))
		return false;
	*root = arena_format(arena, "certificate:%.*s", STR_ARG(sha256));
	return true;
}

static int run(struct command_call *call)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(client_done) struct client *client = NULL;
	const struct json_value *map;
	struct str root, path;
	struct tree tree;
	struct err err = {0};

	if (call->arg_count == 0)
		return command_usage(call, "from where? certificate:SHA-256, host:ID, team:ID …, or what finds one certificate");
	if (!client_open(call, &client, &err) || !root_of(call, client, arena, &root, &err))
		return client_fail(call, &err);
	path = client_path(arena, STR("/api/v1/map"), "root", root);
	if (command_value(call, "hops"))
		path = client_path(arena, path, "hops", str_of(command_value(call, "hops")));
	if (!client_get(client, arena, path.data, &map, &err))
		return client_fail(call, &err);
	if (command_has(call, "json")) {
		show_json(map);
		return CLI_OK;
	}
	tree = (struct tree){.nodes = json_in_get(map, "nodes"), .edges = json_in_get(map, "edges")};
	tree.count = json_in_count(tree.nodes);
	tree.shown = ARENA_ARRAY(arena, bool, tree.count + 1);
	print_from(&tree, 0, 0, STR(""));
	printf("%.*s\n", STR_ARG(shown_text(map, "sentence")));
	return CLI_OK;
}

const struct command command_map = {
	.name = "map",
	.arguments = "ROOT",
	.summary = "show what hangs together with one thing, and what falls with it",
	.examples = "$ keepvalid map shop.example.org\n$ keepvalid map --hops 1 key:5de1…",
	.options = (const struct command_option[]){{"hops", 0, "N", "1, 2 (default) or 3", false},
						   {"json", 0, NULL, "one JSON document", false},
						   CLIENT_OPTIONS,
						   {0}},
	.run = run,
};

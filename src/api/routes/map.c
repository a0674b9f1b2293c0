/* SPDX-License-Identifier: Apache-2.0 */

/*
 * /map: what hangs together with one thing, so many hops around it. Breadth first, a few of each relation; the others are one
 * node ("9 more hosts"), so that no estate is too large to be drawn. And a sentence on what falls with it.
 */

#include "api/routes/route.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/hex.h"

#define NODES_MAX 200
#define EDGES_MAX 600
#define ROOT_FEW  24 /* of each relation of the root; of others, fewer */
#define NODE_FEW  6
#define DAY_S     86400

struct map_node {
	struct store_map_node thing;
	int depth;
	int64_t more; /* so many others that are not drawn; else 0 */
	size_t more_of;
	const char *more_what;
};
struct map_edge {
	size_t from, to;
	const char *what;
};
struct drawing {
	struct call *call;
	struct map_node *nodes;
	size_t node_count;
	struct map_edge *edges;
	size_t edge_count;
	int64_t cut;
};

static size_t node_find(const struct drawing *drawing, enum store_map_kind kind, int64_t id)
{
	for (size_t i = 0; i < drawing->node_count; i++)
		if (!drawing->nodes[i].more && drawing->nodes[i].thing.kind == kind && drawing->nodes[i].thing.id == id)
			return i;
	return SIZE_MAX;
}

static bool edge_known(const struct drawing *drawing, size_t a, size_t b)
{
	for (size_t i = 0; i < drawing->edge_count; i++)
		if ((drawing->edges[i].from == a && drawing->edges[i].to == b) ||
		    (drawing->edges[i].from == b && drawing->edges[i].to == a))
			return true;
	return false;
}

static void edge_add(struct drawing *drawing, size_t from, size_t to, const char *what)
{
	if (from != to && drawing->edge_count < EDGES_MAX && !edge_known(drawing, from, to))
		drawing->edges[drawing->edge_count++] = (struct map_edge){from, to, what};
}

static bool node_add(struct drawing *drawing, enum store_map_kind kind, int64_t id, int depth, size_t *at, struct err *err)
{
	struct map_node *node = &drawing->nodes[drawing->node_count];

	*node = (struct map_node){.depth = depth};
	if (!store_map_node(drawing->call->txn, drawing->call->arena, kind, id, &node->thing, err))
		return false;
	*at = drawing->node_count++;
	return true;
}

static void more_add(struct drawing *drawing, size_t from, const struct store_map_related *related, int64_t more)
{
	drawing->cut += more;
	if (drawing->node_count == NODES_MAX)
		return;
	drawing->nodes[drawing->node_count] = (struct map_node){
		.thing = {.kind = related->to}, .depth = drawing->nodes[from].depth + 1, .more = more, .more_of = from,
		.more_what = related->what};
	edge_add(drawing, from, drawing->node_count++, related->what);
}

static bool relate(struct drawing *drawing, size_t from, size_t relation, struct err *err)
{
	size_t few = from == 0 ? ROOT_FEW : NODE_FEW;
	struct store_map_related related;
	int64_t left_out = 0;

	if (!store_map_related(drawing->call->txn, drawing->call->arena, relation, &drawing->nodes[from].thing, few,
			       &related, err))
		return false;
	for (size_t i = 0; i < related.count; i++) {
		size_t at = node_find(drawing, related.to, related.ids[i]);

		/* the same bytes are a certificate or an authority, as they come into the picture first */
		if (at == SIZE_MAX && related.to == STORE_MAP_CERTIFICATE)
			at = node_find(drawing, STORE_MAP_AUTHORITY, related.ids[i]);
		if (at == SIZE_MAX && drawing->node_count >= NODES_MAX - 1) {
			left_out++;
			continue;
		}
		if (at == SIZE_MAX &&
		    !node_add(drawing, related.to, related.ids[i], drawing->nodes[from].depth + 1, &at, err))
			return false;
		edge_add(drawing, from, at, related.what);
	}
	left_out += related.total - (int64_t)related.count;
	if (left_out > 0)
		more_add(drawing, from, &related, left_out);
	return true;
}

static bool draw(struct drawing *drawing, int64_t hops, struct err *err)
{
	for (size_t i = 0; i < drawing->node_count; i++) {
		if (drawing->nodes[i].more || drawing->nodes[i].depth >= hops)
			continue;
		for (size_t relation = 0; relation < store_map_relation_count(); relation++)
			if (!relate(drawing, i, relation, err))
				return false;
	}
	return true;
}

/* ---- as JSON ---- */

static bool by_hash(const struct store_map_node *thing)
{
	return thing->kind == STORE_MAP_CERTIFICATE || thing->kind == STORE_MAP_AUTHORITY || thing->kind == STORE_MAP_KEY;
}

static struct str node_key(struct arena *arena, const struct store_map_node *thing)
{
	return by_hash(thing) ? hex_str(arena, bytes_of(thing->hash, HASH_SHA256))
			      : arena_format(arena, "%lld", (long long)thing->id);
}

static struct str node_id(const struct drawing *drawing, size_t at)
{
	const struct map_node *node = &drawing->nodes[at];
	struct arena *arena = drawing->call->arena;

	if (node->more)
		return arena_format(arena, "more:%zu", at);
	return arena_format(arena, "%s:%.*s", store_map_kind_name(node->thing.kind),
			    STR_ARG(node_key(arena, &node->thing)));
}

/* Where the console, and after it the API, shows the thing. */
static struct str node_href(struct arena *arena, const struct store_map_node *thing)
{
	static const char *const paths[] = {
		[STORE_MAP_CERTIFICATE] = "certificates", [STORE_MAP_AUTHORITY] = "certificates", [STORE_MAP_KEY] = "keys",
		[STORE_MAP_HOST] = "hosts",		  [STORE_MAP_SERVICE] = "services",	  [STORE_MAP_TEAM] = "teams",
	};

	if (thing->kind == STORE_MAP_FILE)
		return (struct str){NULL, 0};
	return arena_format(arena, "/%s/%.*s", paths[thing->kind], STR_ARG(node_key(arena, thing)));
}

static struct str node_sub(struct arena *arena, const struct store_map_node *thing)
{
	if (thing->kind == STORE_MAP_KEY)
		return arena_format(arena, "%.*s %lld", STR_ARG(thing->sub), (long long)thing->number);
	if (thing->kind == STORE_MAP_FILE)
		return str_of(model_location_name((enum model_location_kind)thing->number));
	return thing->sub.len ? thing->sub : (struct str){NULL, 0};
}

static void write_more(struct json_out *json, const struct drawing *drawing, const struct map_node *node)
{
	static const char *const many[] = {
		[STORE_MAP_CERTIFICATE] = "certificates", [STORE_MAP_AUTHORITY] = "authorities", [STORE_MAP_KEY] = "keys",
		[STORE_MAP_HOST] = "hosts", [STORE_MAP_SERVICE] = "services", [STORE_MAP_TEAM] = "teams",
		[STORE_MAP_FILE] = "files",
	};

	json_out_key_str(json, "name",
			 arena_format(drawing->call->arena, "%lld more %s", (long long)node->more,
				      node->more == 1 ? store_map_kind_name(node->thing.kind) : many[node->thing.kind]));
	json_out_key_null(json, "state");
	json_out_key_null(json, "sub");
	json_out_key_str(json, "href", node_href(drawing->call->arena, &drawing->nodes[node->more_of].thing));
	json_out_key_int(json, "more", node->more);
}

static void write_node(struct json_out *json, const struct drawing *drawing, size_t at)
{
	const struct map_node *node = &drawing->nodes[at];
	struct arena *arena = drawing->call->arena;
	bool dated = node->thing.kind == STORE_MAP_CERTIFICATE || node->thing.kind == STORE_MAP_AUTHORITY;

	json_out_object(json);
	json_out_key_str(json, "id", node_id(drawing, at));
	json_out_key_text(json, "kind", store_map_kind_name(node->thing.kind));
	json_out_key_int(json, "depth", node->depth);
	if (node->more) {
		write_more(json, drawing, node);
	} else {
		json_out_key_str(json, "name", node->thing.name);
		json_out_key_text(json, "state",
				  dated ? model_state_name(model_state_at(node->thing.not_before, node->thing.not_after,
									  drawing->call->now))
					: NULL);
		json_out_key_str(json, "sub", node_sub(arena, &node->thing));
		json_out_key_str(json, "href", node_href(arena, &node->thing));
		json_out_key_int(json, "more", 0);
	}
	json_out_end_object(json);
}

static void write_edges(struct json_out *json, const struct drawing *drawing)
{
	json_out_key(json, "edges");
	json_out_array(json);
	for (size_t i = 0; i < drawing->edge_count; i++) {
		json_out_object(json);
		json_out_key_str(json, "from", node_id(drawing, drawing->edges[i].from));
		json_out_key_str(json, "to", node_id(drawing, drawing->edges[i].to));
		json_out_key_text(json, "kind", drawing->edges[i].what);
		json_out_end_object(json);
	}
	json_out_end_array(json);
}

static void count_words(struct buf *to, int64_t count, const char *one, const char *many)
{
	buf_addf(to, "%s%lld %s", to->len && to->data[to->len - 1] != ' ' ? ", " : "", (long long)count,
		 count == 1 ? one : many);
}

/* "If this key leaks: 10 hosts, 4 files, 2 services, 2 owners. Oldest copy 412 d." */
static void write_sentence(struct json_out *json, const struct drawing *drawing, const struct store_map_reach *reach)
{
	static const char *const openings[] = {
		[STORE_MAP_CERTIFICATE] = "If this certificate fails: ", [STORE_MAP_KEY] = "If this key leaks: ",
		[STORE_MAP_HOST] = "If this host goes: ",		  [STORE_MAP_FILE] = "If this file leaks: ",
		[STORE_MAP_SERVICE] = "This service rests on ",	  [STORE_MAP_AUTHORITY] = "If this authority falls: ",
		[STORE_MAP_TEAM] = "This team answers for ",
	};
	CLEANUP(buf_done) struct buf text = buf_capped(1024);
	enum store_map_kind kind = drawing->nodes[0].thing.kind;

	buf_add_text(&text, openings[kind]);
	if (reach->bounded)
		buf_add_text(&text, "at least ");
	if (kind != STORE_MAP_CERTIFICATE)
		count_words(&text, reach->certificates, "certificate", "certificates");
	if (kind != STORE_MAP_HOST)
		count_words(&text, reach->hosts, "host", "hosts");
	if (kind != STORE_MAP_FILE)
		count_words(&text, reach->files, "file", "files");
	if (kind != STORE_MAP_SERVICE)
		count_words(&text, reach->services, "service", "services");
	if (kind != STORE_MAP_TEAM)
		count_words(&text, reach->teams, "owner", "owners");
	buf_add_char(&text, '.');
	if (reach->oldest && reach->oldest < drawing->call->now)
		buf_addf(&text, " Oldest copy %lld d.", (long long)((drawing->call->now - reach->oldest) / DAY_S));
	json_out_key_str(json, "sentence", buf_str(&text));
}

static void write_reach(struct json_out *json, const struct store_map_reach *reach)
{
	json_out_key(json, "reach");
	json_out_object(json);
	json_out_key_int(json, "certificates", reach->certificates);
	json_out_key_int(json, "hosts", reach->hosts);
	json_out_key_int(json, "files", reach->files);
	json_out_key_int(json, "services", reach->services);
	json_out_key_int(json, "teams", reach->teams);
	row_time(json, "oldest", reach->oldest);
	json_out_key_bool(json, "bounded", reach->bounded);
	json_out_end_object(json);
}

/* ---- the question ---- */

static bool root_read(struct call *call, enum store_map_kind *kind, int64_t *id, struct err *err)
{
	struct str text = http_query(call->request, "root"), rest = text, word;

	if (!text.data || !str_split(&rest, ':', &word) || !rest.data || !store_map_kind_read(word, kind) ||
	    *kind == STORE_MAP_FILE) {
		err_set(err, ERR_INPUT, "root is not kind:id");
		return err_fix(err, "map-root", "write certificate:SHA-256, key:SHA-256, authority:SHA-256, host:ID, service:ID or team:ID");
	}
	if (store_map_find(call->txn, *kind, rest, id, err))
		return true;
	return err->kind == ERR_ABSENT ? err_fix(err, "not-found", "take the id from its list") : false;
}

static bool hops_read(struct call *call, int64_t *hops, struct err *err)
{
	struct str text = http_query(call->request, "hops");
	uint64_t number = 2;

	if (text.data && (!str_to_u64(text, 3, &number) || number == 0)) {
		err_set(err, ERR_INPUT, "hops is not 1, 2 or 3");
		return err_fix(err, "parameter", "leave it out for 2");
	}
	*hops = (int64_t)number;
	return true;
}

bool handle_map(struct call *call, struct err *err)
{
	struct drawing drawing = {
		.call = call,
		.nodes = ARENA_ARRAY(call->arena, struct map_node, NODES_MAX + 1),
		.edges = ARENA_ARRAY(call->arena, struct map_edge, EDGES_MAX),
	};
	struct json_out *json = &call->json;
	struct store_map_reach reach;
	enum store_map_kind kind;
	int64_t id, hops;
	size_t root;

	if (!root_read(call, &kind, &id, err) || !hops_read(call, &hops, err) ||
	    !node_add(&drawing, kind, id, 0, &root, err) || !draw(&drawing, hops, err) ||
	    !store_map_reach(call->txn, &drawing.nodes[0].thing, &reach, err))
		return false;
	json_out_object(json);
	json_out_key_str(json, "root", node_id(&drawing, 0));
	json_out_key(json, "nodes");
	json_out_array(json);
	for (size_t i = 0; i < drawing.node_count; i++)
		write_node(json, &drawing, i);
	json_out_end_array(json);
	write_edges(json, &drawing);
	json_out_key_int(json, "cut", drawing.cut);
	write_reach(json, &reach);
	write_sentence(json, &drawing, &reach);
	json_out_end_object(json);
	return true;
}

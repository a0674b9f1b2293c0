/* SPDX-License-Identifier: Apache-2.0 */

/*
 * YAML and TOML as one list: each scalar with the way to it, "tls.certificates[0].certFile". YAML is read by libyaml's
 * events, aliases are not followed. TOML (toml.io/en/v1.0.0) as configurations use it: tables, arrays of tables, dotted keys,
 * strings on one line, arrays of strings, inline tables.
 */

#include <yaml.h>

#include <string.h>

#include "discovery/host/room.h"

enum { VALUES_MAX = 100000, LEVELS_MAX = 32 };

struct flattening {
	struct arena *arena;
	struct grow values;
	struct buf way;
};

static bool value_add(struct flattening *f, struct str value, uint32_t line)
{
	if (f->values.count >= VALUES_MAX || !buf_ok(&f->way))
		return false;
	*(struct flat_value *)grow_add(f->arena, &f->values, sizeof(struct flat_value)) =
		(struct flat_value){arena_str(f->arena, buf_str(&f->way)), arena_str(f->arena, value), line};
	return true;
}

static void way_cut(struct buf *way, size_t len)
{
	way->len = len;
	if (way->data)
		way->data[len] = 0;
	way->full = false;
}

struct str flat_get(const struct flat *flat, struct str way)
{
	for (size_t i = 0; i < flat->count; i++)
		if (str_equal_nocase(flat->at[i].way, way))
			return flat->at[i].value;
	return (struct str){NULL, 0};
}

/* ---- YAML ---- */

struct level {
	bool is_map, has_key;
	size_t count, way; /* elements so far; length of the way to it */
};

struct yaml_reading {
	struct flattening f;
	struct level levels[LEVELS_MAX];
	size_t depth;
};

/* Before a value within a sequence: its number is added to the way. */
static void yaml_element(struct yaml_reading *r)
{
	struct level *level = r->depth ? &r->levels[r->depth - 1] : NULL;

	if (level && !level->is_map) {
		way_cut(&r->f.way, level->way);
		buf_addf(&r->f.way, "[%zu]", level->count++);
	}
}

/* A value ended: within a map a key comes next. */
static void yaml_done(struct yaml_reading *r)
{
	struct level *level = r->depth ? &r->levels[r->depth - 1] : NULL;

	if (level) {
		level->has_key = false;
		way_cut(&r->f.way, level->way);
	}
}

static bool yaml_scalar(struct yaml_reading *r, const yaml_event_t *event)
{
	struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
	struct level *level = r->depth ? &r->levels[r->depth - 1] : NULL;
	bool fine;

	if (level && level->is_map && !level->has_key) {
		level->has_key = true;
		buf_addf(&r->f.way, "%s%.*s", r->f.way.len ? "." : "", STR_ARG(text));
		return true;
	}
	yaml_element(r);
	fine = value_add(&r->f, text, (uint32_t)event->start_mark.line + 1);
	yaml_done(r);
	return fine;
}

static bool yaml_open(struct yaml_reading *r, bool is_map)
{
	yaml_element(r);
	if (r->depth == LEVELS_MAX)
		return false;
	r->levels[r->depth++] = (struct level){.is_map = is_map, .way = r->f.way.len};
	return true;
}

static bool yaml_event(struct yaml_reading *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return yaml_scalar(r, event);
	case YAML_ALIAS_EVENT:
		if (r->depth && r->levels[r->depth - 1].is_map && !r->levels[r->depth - 1].has_key)
			return false;
		yaml_element(r);
		yaml_done(r);
		return true;
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return yaml_open(r, event->type == YAML_MAPPING_START_EVENT);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		r->depth--;
		yaml_done(r);
		return true;
	default:
		return true;
	}
}

struct flat flat_yaml(struct arena *arena, struct str text)
{
	struct yaml_reading r = {.f = {.arena = arena, .way = buf_capped(4096)}};
	struct flat out = {0};
	yaml_parser_t parser;
	bool more = true;

	if (!yaml_parser_initialize(&parser))
		return out;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.data, text.len);
	while (more) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			out.problem = "is not YAML";
			out.problem_line = (uint32_t)parser.problem_mark.line + 1;
			break;
		}
		more = event.type != YAML_STREAM_END_EVENT && yaml_event(&r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	buf_done(&r.f.way);
	out.at = r.f.values.at;
	out.count = r.f.values.count;
	return out;
}

/* ---- TOML ---- */

struct toml {
	struct flattening f;
	struct str rest;
	uint32_t line;
	size_t table;         /* length of the way to the table that is open */
	struct map *counters; /* way of an array of tables -> struct counter */
};
struct counter {
	size_t count;
};

static void toml_blank(struct toml *t, bool lines_too)
{
	while (t->rest.len) {
		char c = t->rest.data[0];

		if (c == '#') {
			size_t end = str_find_char(t->rest, '\n');

			t->rest = str_skip(t->rest, end == SIZE_MAX ? t->rest.len : end);
		} else if (c == '\n' ? lines_too : ascii_is_space(c)) {
			t->line += c == '\n';
			t->rest = str_skip(t->rest, 1);
		} else {
			return;
		}
	}
}

static bool toml_is(struct toml *t, char c)
{
	if (!t->rest.len || t->rest.data[0] != c)
		return false;
	t->rest = str_skip(t->rest, 1);
	return true;
}

static struct str toml_string(struct toml *t)
{
	char quote = t->rest.data[0], *to = arena_chars(t->f.arena, t->rest.len);
	size_t at = 1, len = 0;

	for (; at < t->rest.len && t->rest.data[at] != quote && t->rest.data[at] != '\n'; at++) {
		if (quote == '"' && t->rest.data[at] == '\\' && at + 1 < t->rest.len)
			at++;
		to[len++] = t->rest.data[at];
	}
	t->rest = str_skip(t->rest, at + 1);
	return (struct str){to, len};
}

static struct str toml_bare(struct toml *t, const char *ends)
{
	size_t len = 0;

	while (len < t->rest.len && t->rest.data[len] && !strchr(ends, t->rest.data[len]) && t->rest.data[len] != '\n')
		len++;
	if (len == 0 && t->rest.len && !t->rest.data[0])
		len = 1;
	struct str out = str_trim(str_head(t->rest, len));

	t->rest = str_skip(t->rest, len);
	return out;
}

/* "a.b.'c d'" */
static void toml_key(struct toml *t, const char *ends)
{
	do {
		struct str part;

		toml_blank(t, false);
		part = t->rest.len && (t->rest.data[0] == '"' || t->rest.data[0] == '\'') ? toml_string(t) : toml_bare(t, ends);
		buf_addf(&t->f.way, "%s%.*s", t->f.way.len ? "." : "", STR_ARG(part));
		toml_blank(t, false);
	} while (toml_is(t, '.'));
}

static bool toml_value(struct toml *t, int depth);

static bool toml_array(struct toml *t, int depth)
{
	size_t way = t->f.way.len;

	for (size_t i = 0;; i++) {
		toml_blank(t, true);
		if (toml_is(t, ']'))
			return true;
		if (!t->rest.len)
			return false;
		way_cut(&t->f.way, way);
		buf_addf(&t->f.way, "[%zu]", i);
		if (!toml_value(t, depth + 1))
			return false;
		toml_blank(t, true);
		if (!toml_is(t, ',')) {
			toml_blank(t, true);
			return toml_is(t, ']');
		}
	}
}

static bool toml_inline(struct toml *t, int depth)
{
	size_t way = t->f.way.len;

	for (;;) {
		toml_blank(t, true);
		if (toml_is(t, '}'))
			return true;
		way_cut(&t->f.way, way);
		toml_key(t, ".=}");
		if (!toml_is(t, '=') || !toml_value(t, depth + 1))
			return false;
		toml_blank(t, true);
		if (!toml_is(t, ',')) {
			toml_blank(t, true);
			return toml_is(t, '}');
		}
	}
}

static bool toml_value(struct toml *t, int depth)
{
	toml_blank(t, false);
	if (!t->rest.len || depth > LEVELS_MAX)
		return false;
	if (toml_is(t, '['))
		return toml_array(t, depth);
	if (toml_is(t, '{'))
		return toml_inline(t, depth);
	if (t->rest.data[0] == '"' || t->rest.data[0] == '\'')
		return value_add(&t->f, toml_string(t), t->line);
	return value_add(&t->f, toml_bare(t, ",]}#"), t->line);
}

/* "[a.b]" or "[[a.b]]" */
static void toml_table(struct toml *t)
{
	bool many = toml_is(t, '[');

	way_cut(&t->f.way, 0);
	toml_key(t, ".]");
	(void)toml_is(t, ']');
	if (many) {
		struct str key = arena_str(t->f.arena, buf_str(&t->f.way));
		struct counter *counter = map_get(t->counters, bytes_from(key));

		(void)toml_is(t, ']');
		if (!counter) {
			counter = ARENA_NEW(t->f.arena, struct counter);
			map_set(t->counters, bytes_from(key), counter);
		}
		buf_addf(&t->f.way, "[%zu]", counter->count++);
	}
	t->table = t->f.way.len;
}

struct flat flat_toml(struct arena *arena, struct str text)
{
	struct toml t = {.f = {.arena = arena, .way = buf_capped(4096)}, .rest = text, .line = 1, .counters = map_new()};
	struct flat out = {0};

	for (;;) {
		toml_blank(&t, true);
		if (!t.rest.len)
			break;
		if (toml_is(&t, '[')) {
			toml_table(&t);
			continue;
		}
		way_cut(&t.f.way, t.table);
		toml_key(&t, ".=");
		if (!toml_is(&t, '=') || !toml_value(&t, 0)) {
			out.problem = "is not TOML as it is used here";
			out.problem_line = t.line;
			break;
		}
	}
	map_free(t.counters);
	buf_done(&t.f.way);
	out.at = t.f.values.at;
	out.count = t.f.values.count;
	return out;
}

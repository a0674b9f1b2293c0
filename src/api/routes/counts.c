/* SPDX-License-Identifier: Apache-2.0 */

/* /facets, /groups, /timeline and /complete. */

#include "api/routes/counted.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "base/limits.h"
#include "decisions/query.h"

#define DAY_S            86400
#define SUGGESTIONS      20
#define FACETS_AT_ONCE   12

static bool ask_start(struct call *call, struct count_ask *ask, struct err *err)
{
	struct str of = http_query(call->request, "of");

	memset(ask, 0, sizeof *ask);
	return noun_read(of, &ask->noun, err) && canonical_query(call, http_query(call->request, "q"), &ask->q, err);
}

static bool facets_read(struct call *call, struct count_ask *ask, struct err *err)
{
	struct str rest = http_query(call->request, "fields"), one;

	if (!rest.data)
		for (int i = 0; i < MODEL_FACET_COUNT; i++)
			if (model_facet_is_usual((enum model_facet)i, ask->noun))
				ask->facets[ask->facet_count++] = (enum model_facet)i;
	while (str_split(&rest, ',', &one)) {
		if (ask->facet_count == FACETS_AT_ONCE) {
			err_set(err, ERR_INPUT, "fields: more than %d facets", FACETS_AT_ONCE);
			return err_fix(err, "facets", "ask for some of them at a time");
		}
		if (!facet_read(one, ask->noun, &ask->facets[ask->facet_count], err))
			return false;
		ask->facet_count++;
	}
	return true;
}

bool handle_facets(struct call *call, struct err *err)
{
	struct count_ask ask;

	if (!ask_start(call, &ask, err) || !facets_read(call, &ask, err))
		return false;
	ask.kind = COUNT_FACETS;
	return counter_answer(call, &ask, err);
}

bool handle_groups(struct call *call, struct err *err)
{
	struct str by = http_query(call->request, "by");
	struct count_ask ask;

	if (!ask_start(call, &ask, err))
		return false;
	if (!facet_read(by.data ? by : STR(""), ask.noun, &ask.facets[0], err))
		return false;
	ask.kind = COUNT_GROUPS;
	ask.facet_count = 1;
	return counter_answer(call, &ask, err);
}

/* ---- the timeline ---- */

static bool number_read(struct call *call, const char *name, int64_t least, int64_t most, int64_t or, int64_t *out,
			struct err *err)
{
	struct str text = http_query(call->request, name);
	uint64_t number;

	*out = or;
	if (!text.data)
		return true;
	if (!str_to_u64(text, (uint64_t)most, &number) || (int64_t)number < least) {
		err_set(err, ERR_INPUT, "%s is not a number from %lld to %lld", name, (long long)least, (long long)most);
		return err_fix(err, "parameter", "leave it out for the default");
	}
	*out = (int64_t)number;
	return true;
}

static bool day_read(struct call *call, int64_t *day, struct err *err)
{
	struct str text = http_query(call->request, "from");
	int64_t at = call->now;

	if (text.data && (text.len != 10 || !clock_read(arena_format(call->arena, "%.*sT00:00:00Z", STR_ARG(text)), &at))) {
		err_set(err, ERR_INPUT, "from is not a day");
		return err_fix(err, "parameter", "write 2026-11-20, or leave it out for today");
	}
	*day = at / DAY_S - (at % DAY_S < 0);
	return true;
}

bool handle_timeline(struct call *call, struct err *err)
{
	struct count_ask ask;

	if (!ask_start(call, &ask, err) || !day_read(call, &ask.from_day, err) ||
	    !number_read(call, "days", 1, STORE_TIMELINE_DAYS, STORE_TIMELINE_DAYS, &ask.days, err) ||
	    !number_read(call, "what_if", 7, 398, 0, &ask.what_if_days, err))
		return false;
	ask.kind = COUNT_TIMELINE;
	return counter_answer(call, &ask, err);
}

/* ---- completion ---- */

/* A place in characters from 1, as a byte. */
static size_t byte_of(struct str text, int64_t column)
{
	size_t at = 0;

	for (int64_t i = 1; i < column && at < text.len; i++)
		do
			at++;
		while (at < text.len && ((unsigned char)text.data[at] & 0xc0) == 0x80);
	return at;
}

static int64_t column_of(struct str text, size_t at)
{
	int64_t column = 1;

	for (size_t i = 0; i < at && i < text.len; i++)
		column += ((unsigned char)text.data[i] & 0xc0) != 0x80;
	return column;
}

static void write_item(struct json_out *json, struct str insert, struct str label, const char *kind, struct str hint)
{
	json_out_object(json);
	json_out_key_str(json, "insert", insert);
	json_out_key_str(json, "label", label);
	json_out_key_text(json, "kind", kind);
	json_out_key_str(json, "hint", hint.data ? hint : STR(""));
	json_out_end_object(json);
}

static struct str as_value(struct arena *arena, struct str value)
{
	CLEANUP(buf_done) struct buf text = buf_capped(65536);

	query_value_text(&text, value);
	return arena_str(arena, buf_str(&text));
}

/* Values of the inventory; what cannot be typed is left out. */
static bool write_values(struct call *call, const struct query_spot *spot, size_t room, struct err *err)
{
	const struct str *values;
	size_t count;

	if (spot->kind == QUERY_SPOT_WORD && (spot->has_operator || spot->prefix.len < 2))
		return true;
	if (!store_values(call->txn, call->arena, spot->field, spot->prefix, room, &values, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (foreign_is_plain(values[i]))
			write_item(&call->json, as_value(call->arena, values[i]), values[i], "value", STR(""));
	return true;
}

static bool write_items(struct call *call, const struct query_spot *spot, struct err *err)
{
	static const char *const kinds[] = {"field", "operator", "value"};
	struct query_suggestion *suggestions;
	size_t count = query_suggest(call->arena, spot, SUGGESTIONS, &suggestions);

	json_out_key(&call->json, "items");
	json_out_array(&call->json);
	for (size_t i = 0; i < count; i++)
		write_item(&call->json, suggestions[i].insert, suggestions[i].label, kinds[suggestions[i].kind],
			   suggestions[i].hint);
	if (count < SUGGESTIONS && !write_values(call, spot, SUGGESTIONS - count, err))
		return false;
	json_out_end_array(&call->json);
	return true;
}

bool handle_complete(struct call *call, struct err *err)
{
	struct str text = http_query(call->request, "text");
	struct query_spot spot = {0};
	enum model_noun noun;
	int64_t at;
	bool known;

	text = text.data ? text : STR("");
	if (text.len > LIMIT_QUERY_BYTES || !str_is_utf8(text)) {
		err_set(err, ERR_INPUT, "text is longer than %d bytes, or not UTF-8", LIMIT_QUERY_BYTES);
		return err_fix(err, "query-long", "shorten it");
	}
	if (!noun_read(http_query(call->request, "of"), &noun, err) ||
	    !number_read(call, "at", 1, LIMIT_QUERY_BYTES + 1, LIMIT_QUERY_BYTES + 1, &at, err))
		return false;
	known = query_spot(call->arena, text, byte_of(text, at), &spot);
	if (!known)
		spot.from = spot.to = byte_of(text, at);
	json_out_object(&call->json);
	json_out_key_int(&call->json, "from", column_of(text, spot.from));
	json_out_key_int(&call->json, "to", column_of(text, spot.to));
	if (!known) { /* values of a key that there is not */
		json_out_key(&call->json, "items");
		json_out_array(&call->json);
		json_out_end_array(&call->json);
	} else if (!write_items(call, &spot, err)) {
		return false;
	}
	json_out_end_object(&call->json);
	return true;
}

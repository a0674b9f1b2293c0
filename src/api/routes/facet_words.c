/* SPDX-License-Identifier: Apache-2.0 */

/* Values of facets as words, and as terms of a query that find just them. */

#include "api/routes/counted.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/foreign.h"
#include "decisions/query.h"

#define DAY_S 86400

/* How a value of each facet is asked for: what stands before it. */
static const struct facet_term {
	const char *before;
	const char *none; /* finds rows without a value */
} terms[MODEL_FACET_COUNT] = {
	[MODEL_FACET_STATE] = {"state:", NULL},
	[MODEL_FACET_PATH] = {"path:", "-has:lineage"},
	[MODEL_FACET_PROBLEM] = {"problem:", "-has:problem"},
	[MODEL_FACET_OWNER] = {"owner=", "-has:owner"},
	[MODEL_FACET_ISSUER] = {"issuer=", NULL},
	[MODEL_FACET_TYPE] = {"type:", "type:none"},
	[MODEL_FACET_KEY] = {"key:", NULL},
	[MODEL_FACET_ENVIRONMENT] = {"env=", "-has:environment"},
	[MODEL_FACET_CRITICALITY] = {"criticality:", "criticality:none"},
	[MODEL_FACET_SERVICE] = {"service=", "-has:service"},
	[MODEL_FACET_PURPOSE] = {"purpose=", "-has:purpose"},
	[MODEL_FACET_TAG] = {"tag:", "-has:tag"},
	[MODEL_FACET_BITS] = {"bits:", NULL},
	[MODEL_FACET_SIGNATURE] = {"signature=", NULL},
	[MODEL_FACET_ACTIVE] = {"active:", NULL},
	[MODEL_FACET_CA] = {"ca:", NULL},
	[MODEL_FACET_WILDCARD] = {"wildcard:", NULL},
	[MODEL_FACET_IGNORED] = {"ignored:", NULL},
	[MODEL_FACET_WEEK] = {"expires:", NULL},
	[MODEL_FACET_PROTOCOL] = {"protocol:", NULL},
	[MODEL_FACET_PORT] = {"port:", NULL},
	[MODEL_FACET_OUTCOME] = {"outcome:", NULL},
	[MODEL_FACET_TLS] = {"tls=", NULL},
	[MODEL_FACET_GROUP] = {"group=", NULL},
	[MODEL_FACET_HOST] = {"host=", NULL},
};

/* The word of a number; NULL: it is one for "none". */
static const char *word_of(enum model_facet facet, int64_t number)
{
	switch (facet) {
	case MODEL_FACET_STATE:
		return model_state_name((enum model_state)number);
	case MODEL_FACET_PATH:
		return model_path_name((enum model_path)number);
	case MODEL_FACET_PROBLEM:
		return model_problem_name((enum model_problem)number);
	case MODEL_FACET_TYPE:
		return model_kind_name((enum model_kind)number);
	case MODEL_FACET_CRITICALITY:
		return model_criticality_name((enum model_criticality)number);
	case MODEL_FACET_ACTIVE:
	case MODEL_FACET_CA:
	case MODEL_FACET_WILDCARD:
	case MODEL_FACET_IGNORED:
		return number ? "yes" : "no";
	default:
		return NULL;
	}
}

/* "2026-11-16" */
static struct str date_of(struct arena *arena, int64_t at)
{
	char text[CLOCK_TEXT];

	clock_write(at, text);
	return arena_str(arena, str_head(str_of(text), 10));
}

static struct str term_of(struct arena *arena, enum model_facet facet, struct str value)
{
	CLEANUP(buf_done) struct buf term = buf_capped(65536);

	if (!value.data || !foreign_is_plain(value)) /* what cannot be typed cannot be asked for */
		return (struct str){NULL, 0};
	buf_add_text(&term, terms[facet].before);
	query_value_text(&term, value);
	return arena_str(arena, buf_str(&term));
}

static void week_words(struct arena *arena, int64_t monday, struct facet_words *out)
{
	struct str last = date_of(arena, monday + 6 * DAY_S);

	out->value = out->label = date_of(arena, monday);
	out->term = arena_format(arena, "expires:%.*s..%.*s", STR_ARG(out->value), STR_ARG(last));
}

void facet_words_none(enum model_facet facet, struct facet_words *out)
{
	*out = (struct facet_words){{NULL, 0}, STR("none"), str_of(terms[facet].none)};
	if (!terms[facet].none)
		out->term.data = NULL;
}

void facet_words(struct arena *arena, enum model_facet facet, const struct store_counted *counted,
		 struct facet_words *out)
{
	const char *word;

	*out = (struct facet_words){counted->value, counted->label, {NULL, 0}};
	if (facet == MODEL_FACET_WEEK) {
		week_words(arena, counted->number, out);
		return;
	}
	if (facet == MODEL_FACET_BITS || facet == MODEL_FACET_PORT) {
		out->value = out->label = arena_format(arena, "%lld", (long long)counted->number);
	} else if (!out->value.data) {
		word = word_of(facet, counted->number);
		if (!word) {
			facet_words_none(facet, out);
			return;
		}
		out->value = out->label = str_of(word);
	}
	if (!out->label.data)
		out->label = out->value;
	out->term = term_of(arena, facet, out->value);
}

struct str facet_query(struct arena *arena, struct str q, struct str term)
{
	const struct query_node *query;

	if (!term.data || q.len == 0 || !query_read(arena, q, &query, NULL, NULL))
		return term;
	return arena_format(arena, query->kind == QUERY_OR ? "(%.*s) %.*s" : "%.*s %.*s", STR_ARG(q), STR_ARG(term));
}

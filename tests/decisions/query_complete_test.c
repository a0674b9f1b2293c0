/* SPDX-License-Identifier: Apache-2.0 */

/* decisions/query: completion at the cursor ("|" in the rows), and at every place of many texts. */

#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "decisions/query.h"

#define MOST 64

/* The text without its "|", and where that was. */
static struct str take_cursor(struct arena *arena, const char *marked, size_t *at)
{
	struct str text = str_of(marked);

	*at = str_find_char(text, '|');
	return arena_format(arena, "%.*s%.*s", STR_ARG(str_head(text, *at)), STR_ARG(str_skip(text, *at + 1)));
}

static struct str replaced(struct arena *arena, struct str text, const struct query_spot *spot, struct str insert)
{
	return arena_format(arena, "%.*s%.*s%.*s", STR_ARG(str_head(text, spot->from)), STR_ARG(insert),
			    STR_ARG(str_skip(text, spot->to)));
}

static const struct {
	const char *text;
	const char *first;  /* the first suggestion put in; NULL: there is none */
	const char *second;
} rows[] = {
	{"|", "name:", "subject:"},
	{"exp|", "expires:", NULL},
	{"exp|<30d", "expires<30d", NULL},
	{"-iss|", "-issuer:", "-issued:"},
	{"(own|", "(owner:", NULL},
	{"a owner|", "a owner:", "a owner="},
	{"state:|", "state:valid", "state:expiring"},
	{"state:e|", "state:expiring", "state:expired"},
	{"state:[valid,ex|", "state:[valid,expiring", "state:[valid,expired"},
	{"state:[valid, ex|]", "state:[valid, expiring]", "state:[valid, expired]"},
	{"state:[v|,expired]", "state:[valid,expired]", NULL},
	{"problem:weak|", "problem:weak-key", "problem:weak-signature"},
	{"problem:key|", "problem:weak-key", "problem:shared-key"},
	{"has:o|", "has:owner", NULL},
	{"-has:ow|ner", "-has:owner", NULL},
	{"ca:|", "ca:yes", "ca:no"},
	{"ca:y| shop", "ca:yes shop", NULL},
	{"path:p|roven", "path:proven", NULL},
	{"criticality>h|", "criticality>high", NULL},
	{"expires<|", "expires<7d", "expires<14d"},
	{"expires:today..3|", "expires:today..30d", NULL},
	{"location:f|", "location:file", NULL},
	{"type!self|", "type!self-signed", NULL},
	{"key:\"e|", "key:ec", "key:ed25519"},
	{"nosuch:va|", NULL, NULL},
	{"\"quoted te|", NULL, NULL},
	{"name:shop|", NULL, NULL},
};

TEST(what_could_stand_at_the_cursor_is_suggested)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct query_suggestion *found;
		struct query_spot spot;
		size_t at, count;
		struct str text = take_cursor(arena, rows[i].text, &at);

		count = query_spot(arena, text, at, &spot) ? query_suggest(arena, &spot, MOST, &found) : 0;
		if (!rows[i].first && count > 0)
			fail_msg("%s: %.*s", rows[i].text, STR_ARG(found[0].insert));
		if (rows[i].first && (count == 0 || !str_is(replaced(arena, text, &spot, found[0].insert), rows[i].first)))
			fail_msg("%s: %zu, first %.*s", rows[i].text, count,
				 STR_ARG(count ? replaced(arena, text, &spot, found[0].insert) : STR("nothing")));
		if (rows[i].second && (count < 2 || !str_is(replaced(arena, text, &spot, found[1].insert), rows[i].second)))
			fail_msg("%s: %zu, second %.*s", rows[i].text, count,
				 STR_ARG(count > 1 ? replaced(arena, text, &spot, found[1].insert) : STR("nothing")));
	}
}

static const char *const texts[] = {
	"", "expires<30d issuer:\"R11\" -key:[rsa,dsa] (host:shop OR port:8000..9000) example.org",
	"state:[valid, expired] -has:owner", "name:\"a \\\" b\" ca:yes", "a OR b AND NOT (c d)",
	"\xc3\xa9t\xc3\xa9 name:\xc3\xa9 state:valid", "((", "-", "state:", "state:[", "state:[valid", "\"", "a:b:c", "<>!=",
	"expires:2026-12..2027-01", "problem![weak-key,expired] trust:no", "issuer=\"x", ") state:valid", "has:[", "..",
};

/* Whatever stands around the cursor: the place is within the text and between characters, and a word that is put in where
 * another stood leaves a query that can be read. */
TEST(every_place_of_every_text_can_be_completed)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct str text = str_of(texts[i]);

		for (size_t at = 0; at <= text.len + 1; at++) {
			CLEANUP(arena_done) struct arena *arena = arena_new();
			const struct query_node *query;
			struct query_suggestion *found;
			struct query_spot spot;
			size_t count;
			bool readable = query_read(arena, text, &query, NULL, NULL);

			if (!query_spot(arena, text, at, &spot))
				continue;
			assert_true(spot.from <= spot.to && spot.to <= text.len);
			assert_true(spot.from == text.len || ((unsigned char)text.data[spot.from] & 0xc0) != 0x80);
			assert_true(spot.to == text.len || ((unsigned char)text.data[spot.to] & 0xc0) != 0x80);
			count = query_suggest(arena, &spot, MOST, &found);
			assert_true(count <= MOST);
			for (size_t j = 0; readable && spot.kind == QUERY_SPOT_VALUE && j < count; j++) {
				struct str whole = replaced(arena, text, &spot, found[j].insert);
				struct err err = {0};

				if (!query_read(arena, whole, &query, NULL, &err) &&
				    strcmp(err.code, "query-range") != 0) /* runs backwards now */
					fail_msg("%s at %zu: %.*s: %s", texts[i], at, STR_ARG(whole), err.text);
			}
		}
	}
}

TEST(every_field_says_what_it_is)
{
	for (int field = 0; field < MODEL_FIELD_COUNT; field++) {
		enum model_type type = model_field_type((enum model_field)field);
		const char *word, *hint;

		if (!query_field_hint((enum model_field)field)[0])
			fail_msg("%s: a line of words.c is missing", model_field_name((enum model_field)field));
		if (type != MODEL_TYPE_TEXT && type != MODEL_TYPE_NUMBER)
			assert_true(query_field_word((enum model_field)field, 0, &word, &hint));
	}
}

/* Each word of a field is one that the parser takes. */
TEST(every_word_that_is_suggested_can_be_asked_for)
{
	for (int field = 0; field < MODEL_FIELD_COUNT; field++) {
		const char *word, *hint;

		for (size_t i = 0; query_field_word((enum model_field)field, i, &word, &hint); i++) {
			CLEANUP(arena_done) struct arena *arena = arena_new();
			struct str text = arena_format(arena, "%s:%s", model_field_name((enum model_field)field), word);
			const struct query_node *query;
			struct err err = {0};

			if (!query_read(arena, text, &query, NULL, &err))
				fail_msg("%.*s: %s", STR_ARG(text), err.text);
		}
	}
}

TEST(a_value_is_written_so_that_it_reads_back)
{
	static const char *const values[] = {"R11", "Let's Encrypt", "a\"b\\c", "*.example.org", "OR", "", "a,b]", "[x", "a..b"};

	for (size_t i = 0; i < COUNT_OF(values); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		CLEANUP(buf_done) struct buf text = buf_capped(4096);
		const struct query_node *query;

		buf_add_text(&text, "issuer=");
		query_value_text(&text, str_of(values[i]));
		assert_true(query_read(arena, buf_str(&text), &query, NULL, NULL));
		assert_str(query->choices[0].from.text, values[i]);
		assert_false(query->choices[0].from.pattern);
	}
}

TESTS(RUN(what_could_stand_at_the_cursor_is_suggested), RUN(every_place_of_every_text_can_be_completed),
      RUN(every_field_says_what_it_is), RUN(every_word_that_is_suggested_can_be_asked_for),
      RUN(a_value_is_written_so_that_it_reads_back))

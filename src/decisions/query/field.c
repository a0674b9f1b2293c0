/* SPDX-License-Identifier: Apache-2.0 */

/* The keys: those of facts/model, their second names, and how each is asked. */

#include "decisions/query/inside.h"

/* clang-format off */
static const struct { const char *word; enum model_field field; } second_names[] = {
	{"not_after",   MODEL_FIELD_EXPIRES},  {"not_before", MODEL_FIELD_ISSUED},
	{"expiry",      MODEL_FIELD_EXPIRES},  {"san",        MODEL_FIELD_NAME},
	{"dns",         MODEL_FIELD_NAME},     {"algorithm",  MODEL_FIELD_KEY},
	{"fingerprint", MODEL_FIELD_SHA256},   {"ip",         MODEL_FIELD_ADDRESS},
	{"finding",     MODEL_FIELD_PROBLEM},  {"team",       MODEL_FIELD_OWNER},
	{"environment", MODEL_FIELD_ENV},      {"kind",       MODEL_FIELD_TYPE},
	{"pin",         MODEL_FIELD_SPKI},
};
static const enum model_field free_text[] = {
	MODEL_FIELD_TEXT, MODEL_FIELD_NAME, MODEL_FIELD_SUBJECT, MODEL_FIELD_ISSUER, MODEL_FIELD_SERIAL,
	MODEL_FIELD_SHA256, MODEL_FIELD_LINEAGE, MODEL_FIELD_HOST, MODEL_FIELD_ADDRESS, MODEL_FIELD_SIGNATURE,
	MODEL_FIELD_OWNER, MODEL_FIELD_PURPOSE, MODEL_FIELD_SERVICE,
	MODEL_FIELD_AT, MODEL_FIELD_TLS, MODEL_FIELD_GROUP,
};
/* clang-format on */

const char *query_field_second(enum model_field field, size_t nth)
{
	for (size_t i = 0; i < COUNT_OF(second_names); i++)
		if (second_names[i].field == field && nth-- == 0)
			return second_names[i].word;
	return NULL;
}

bool field_is_free_text(enum model_field field)
{
	for (size_t i = 0; i < COUNT_OF(free_text); i++)
		if (free_text[i] == field)
			return true;
	return false;
}

bool field_looks_ahead(enum model_field field)
{
	return field == MODEL_FIELD_EXPIRES;
}

bool field_find(struct str key, enum model_field *out)
{
	for (size_t i = 0; i < MODEL_FIELD_COUNT; i++)
		if (str_equal_nocase(key, str_of(model_field_name((enum model_field)i)))) {
			*out = (enum model_field)i;
			return true;
		}
	for (size_t i = 0; i < COUNT_OF(second_names); i++)
		if (str_equal_nocase(key, str_of(second_names[i].word))) {
			*out = second_names[i].field;
			return true;
		}
	return false;
}

/* Levenshtein distance of two short words, ASCII case aside. */
static size_t distance(struct str a, struct str b)
{
	size_t row[24];

	if (a.len >= COUNT_OF(row) || b.len >= COUNT_OF(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];
			size_t best = diagonal + (ascii_lower(a.data[i - 1]) != ascii_lower(b.data[j - 1]));

			best = best < above + 1 ? best : above + 1;
			row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
			diagonal = above;
		}
	}
	return row[b.len];
}

const char *field_nearest(struct str key)
{
	const char *nearest = NULL;
	size_t best = 3;

	for (size_t i = 0; i < MODEL_FIELD_COUNT; i++) {
		const char *name = model_field_name((enum model_field)i);
		size_t far = distance(key, str_of(name));

		if (far < best && far < key.len) {
			best = far;
			nearest = name;
		}
	}
	return nearest;
}

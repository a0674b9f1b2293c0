/* SPDX-License-Identifier: Apache-2.0 */

/* A certificate as rules see it: its facts, its names, where it is, and what is said of its lineage. */

#include "base/hex.h"
#include "jobs/rule/room.h"

#define PLACES_MAX 100

bool rule_row_read(struct store_txn *txn, struct arena *arena, int64_t certificate_id, int64_t now,
		   struct rule_row *out, bool *has_lineage, struct err *err)
{
	struct store_page page = {.limit = PLACES_MAX};
	struct store_more more;
	struct str main_name;

	*out = (struct rule_row){.txn = txn, .arena = arena, .now = now};
	if (!store_certificate_by_id(txn, arena, certificate_id, &out->certificate, err))
		return false;
	*has_lineage = out->certificate.lineage_id != 0;
	if (!*has_lineage)
		return true;
	return store_lineage(txn, arena, out->certificate.lineage_id, &out->lineage, err) &&
	       store_certificate_names(txn, arena, certificate_id, &main_name, &out->names, &out->name_count, err) &&
	       store_sightings(txn, arena, certificate_id, &page, &out->places, &out->place_count, &more, err);
}

/* ---- one value ---- */

static bool one(size_t nth, struct str value, struct str *text)
{
	*text = value;
	return nth == 0 && value.data && value.len;
}

static bool number(size_t nth, int64_t value, int64_t *out)
{
	*out = value;
	return nth == 0;
}

static struct str hex_of(struct rule_row *row, const uint8_t hash[HASH_SHA256])
{
	char *text = arena_chars(row->arena, 2 * HASH_SHA256 + 1);

	hex_write(text, bytes_of(hash, HASH_SHA256));
	return str_of(text);
}

static bool name_at(const struct rule_row *row, size_t nth, struct str *text)
{
	if (nth >= row->name_count)
		return one(nth - row->name_count, row->certificate.name, text);
	*text = row->names[nth];
	return true;
}

/* All that a bare word looks at. */
static bool text_at(struct rule_row *row, size_t nth, struct str *text)
{
	const struct model_certificate *c = &row->certificate;
	const struct str others[] = {c->name, c->subject, c->issuer, c->serial};

	if (nth < row->name_count)
		return name_at(row, nth, text);
	nth -= row->name_count;
	if (nth < COUNT_OF(others)) {
		*text = others[nth];
		return true;
	}
	return one(nth - COUNT_OF(others), hex_of(row, c->sha256), text);
}

static bool tag_at(const struct rule_row *row, size_t nth, struct str *text)
{
	struct str rest = row->lineage.tags, word;

	while (rest.len && str_split(&rest, ' ', &word))
		if (nth-- == 0) {
			*text = word;
			return true;
		}
	return false;
}

/* The nth place that shows it now. */
static const struct model_sighting *place_at(const struct rule_row *row, size_t nth)
{
	for (size_t i = 0; i < row->place_count; i++)
		if (row->places[i].current && nth-- == 0)
			return &row->places[i];
	return NULL;
}

static bool place_get(const struct rule_row *row, enum model_field field, size_t nth, struct str *text, int64_t *value)
{
	const struct model_sighting *place = place_at(row, nth);

	if (!place)
		return false;
	*text = STR("");
	switch (field) {
	case MODEL_FIELD_HOST:
		*text = place->endpoint.host;
		break;
	case MODEL_FIELD_ADDRESS:
		*text = place->endpoint.address;
		break;
	case MODEL_FIELD_PROTOCOL:
		*text = place->endpoint.protocol;
		break;
	case MODEL_FIELD_AT:
		*text = place->location;
		break;
	case MODEL_FIELD_PORT:
		*value = place->endpoint.port;
		break;
	default: /* MODEL_FIELD_LOCATION */
		*value = place->kind;
		break;
	}
	return true;
}

/* ---- fields ---- */

static bool lineage_get(const struct rule_row *row, enum model_field field, size_t nth, struct str *text, int64_t *value)
{
	const struct model_lineage *l = &row->lineage;

	switch (field) {
	case MODEL_FIELD_LINEAGE:
		return one(nth, l->name, text);
	case MODEL_FIELD_OWNER:
		return one(nth, l->owner.name, text);
	case MODEL_FIELD_SERVICE:
		return one(nth, l->service.name, text);
	case MODEL_FIELD_TAG:
		return tag_at(row, nth, text);
	case MODEL_FIELD_PURPOSE:
		return one(nth, l->purpose, text);
	case MODEL_FIELD_ENV:
		return one(nth, l->environment, text);
	case MODEL_FIELD_CRITICALITY:
		return number(nth, l->criticality, value);
	case MODEL_FIELD_IGNORED:
		return number(nth, l->ignored_at != 0, value);
	default: /* MODEL_FIELD_PATH */
		return number(nth, l->path, value);
	}
}

static bool certificate_get(struct rule_row *row, enum model_field field, size_t nth, struct str *text, int64_t *value)
{
	const struct model_certificate *c = &row->certificate;

	switch (field) {
	case MODEL_FIELD_SUBJECT:
		return one(nth, c->subject, text);
	case MODEL_FIELD_ISSUER:
		return one(nth, c->issuer_cn.len ? c->issuer_cn : c->issuer, text);
	case MODEL_FIELD_SERIAL:
		return one(nth, c->serial, text);
	case MODEL_FIELD_SHA256:
		return one(nth, hex_of(row, c->sha256), text);
	case MODEL_FIELD_SPKI:
		return one(nth, hex_of(row, c->key_sha256), text);
	case MODEL_FIELD_KEY:
		return one(nth, c->key_algorithm, text);
	case MODEL_FIELD_CURVE:
		return one(nth, c->key_curve, text);
	case MODEL_FIELD_SIGNATURE:
		return one(nth, c->signature, text);
	case MODEL_FIELD_BITS:
		return number(nth, c->key_bits, value);
	case MODEL_FIELD_EXPIRES:
		return number(nth, c->not_after, value);
	case MODEL_FIELD_ISSUED:
		return number(nth, c->not_before, value);
	case MODEL_FIELD_LIFETIME:
		return number(nth, c->lifetime_s, value);
	case MODEL_FIELD_FIRST_SEEN:
		return number(nth, c->first_seen, value);
	case MODEL_FIELD_LAST_SEEN:
		return number(nth, c->last_seen, value);
	case MODEL_FIELD_SERVED:
		return number(nth, c->served, value);
	case MODEL_FIELD_ACTIVE:
		return number(nth, c->active, value);
	case MODEL_FIELD_CA:
		return number(nth, c->ca, value);
	case MODEL_FIELD_SELF_SIGNED:
		return number(nth, c->self_signed, value);
	case MODEL_FIELD_WILDCARD:
		return number(nth, c->wildcard, value);
	case MODEL_FIELD_PRIVATE_CA:
		return number(nth, c->private_ca, value);
	case MODEL_FIELD_TYPE:
		return number(nth, c->kind, value);
	case MODEL_FIELD_DEMO:
		return number(nth, c->demo, value);
	case MODEL_FIELD_STATE:
		return number(nth, model_state_at(c->not_before, c->not_after, row->now), value);
	default: /* MODEL_FIELD_PROBLEM */
		return number(nth, model_problems_at(c->problems, c->not_before, c->not_after, row->now), value);
	}
}

enum source { NOWHERE, CERTIFICATE, LINEAGE, PLACE, NAMES, TEXTS };
static const enum source sources[MODEL_FIELD_COUNT] = {
	[MODEL_FIELD_TEXT] = TEXTS,		[MODEL_FIELD_NAME] = NAMES,
	[MODEL_FIELD_SUBJECT] = CERTIFICATE,	[MODEL_FIELD_ISSUER] = CERTIFICATE,
	[MODEL_FIELD_SERIAL] = CERTIFICATE,	[MODEL_FIELD_SHA256] = CERTIFICATE,
	[MODEL_FIELD_SPKI] = CERTIFICATE,	[MODEL_FIELD_KEY] = CERTIFICATE,
	[MODEL_FIELD_CURVE] = CERTIFICATE,	[MODEL_FIELD_SIGNATURE] = CERTIFICATE,
	[MODEL_FIELD_BITS] = CERTIFICATE,	[MODEL_FIELD_EXPIRES] = CERTIFICATE,
	[MODEL_FIELD_ISSUED] = CERTIFICATE,	[MODEL_FIELD_LIFETIME] = CERTIFICATE,
	[MODEL_FIELD_FIRST_SEEN] = CERTIFICATE, [MODEL_FIELD_LAST_SEEN] = CERTIFICATE,
	[MODEL_FIELD_SERVED] = CERTIFICATE,	[MODEL_FIELD_ACTIVE] = CERTIFICATE,
	[MODEL_FIELD_CA] = CERTIFICATE,		[MODEL_FIELD_SELF_SIGNED] = CERTIFICATE,
	[MODEL_FIELD_WILDCARD] = CERTIFICATE,	[MODEL_FIELD_PRIVATE_CA] = CERTIFICATE,
	[MODEL_FIELD_TYPE] = CERTIFICATE,	[MODEL_FIELD_DEMO] = CERTIFICATE,
	[MODEL_FIELD_STATE] = CERTIFICATE,	[MODEL_FIELD_PROBLEM] = CERTIFICATE,
	[MODEL_FIELD_LINEAGE] = LINEAGE,	[MODEL_FIELD_OWNER] = LINEAGE,
	[MODEL_FIELD_SERVICE] = LINEAGE,	[MODEL_FIELD_TAG] = LINEAGE,
	[MODEL_FIELD_PURPOSE] = LINEAGE,	[MODEL_FIELD_ENV] = LINEAGE,
	[MODEL_FIELD_CRITICALITY] = LINEAGE,	[MODEL_FIELD_IGNORED] = LINEAGE,
	[MODEL_FIELD_PATH] = LINEAGE,		[MODEL_FIELD_HOST] = PLACE,
	[MODEL_FIELD_ADDRESS] = PLACE,		[MODEL_FIELD_PROTOCOL] = PLACE,
	[MODEL_FIELD_AT] = PLACE,		[MODEL_FIELD_PORT] = PLACE,
	[MODEL_FIELD_LOCATION] = PLACE,
};

bool rule_row_has(enum model_field field)
{
	return sources[field] != NOWHERE;
}

bool rule_row_get(void *data, enum model_field field, size_t nth, struct str *text, int64_t *value)
{
	struct rule_row *row = data;

	switch (sources[field]) {
	case TEXTS:
		return text_at(row, nth, text);
	case NAMES:
		return name_at(row, nth, text);
	case CERTIFICATE:
		return certificate_get(row, field, nth, text, value);
	case LINEAGE:
		return lineage_get(row, field, nth, text, value);
	case PLACE:
		return place_get(row, field, nth, text, value);
	case NOWHERE:
		break;
	}
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One entry into the store.
 *
 * 1. A certificate in it is read, added, and lies at the place that the entry names. Those behind it in the text are its chain.
 * 2. Else its name finds the lineage, or makes one: a name that somebody must keep valid, of which no certificate is known.
 * 3. What it says besides is set on the lineage.
 * 4. A target is remembered, to be looked at.
 *
 * The entry is checked before anything is written, so that one that is refused leaves nothing behind.
 */

#include "jobs/import/room.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/pem.h"
#include "facts/cert.h"
#include "facts/hostname.h"
#include "jobs/lineages.h"

#define CHAIN_MAX 16

struct read_certificate {
	struct bytes der;
	const struct cert *facts;
};

static bool refuse(struct import_run *run, struct import_row *row, const char *why)
{
	row->outcome = IMPORT_REFUSED;
	row->detail = arena_format(run->arena, "%s", why);
	return true;
}

/* All certificates of a PEM text; other blocks are passed over, but a key is not to be here. */
static size_t read_pem(struct import_run *run, struct str text, struct read_certificate *to, const char **problem)
{
	struct str label;
	struct bytes der;
	size_t count = 0;
	struct err err = {0};

	*problem = NULL;
	while (pem_take(run->arena, &text, &label, &der)) {
		if (str_find(label, STR("PRIVATE KEY")) != SIZE_MAX)
			*problem = "a private key stands in it: keys do not belong here";
		if (!str_is(label, "CERTIFICATE") || count == CHAIN_MAX)
			continue;
		to[count].der = der;
		if (!der.data || !cert_read(run->arena, der, &to[count].facts, &err))
			*problem = der.data ? arena_format(run->arena, "%s", err.text).data : "its PEM is broken";
		count++;
	}
	if (!*problem && !count)
		*problem = "there is no certificate in its PEM";
	return count;
}

static struct str facts_text(struct import_run *run, const struct cert *facts)
{
	CLEANUP(buf_done) struct buf text = buf_capped(4 * LIMIT_CERT_BYTES);
	struct json_out json = json_out_start(&text);

	cert_write(&json, facts);
	return arena_str(run->arena, buf_str(&text));
}

static bool certificates_put(struct import_run *run, const struct import_entry *entry,
			     const struct read_certificate *certificates, size_t count, int64_t *lineage_id, bool *added,
			     struct err *err)
{
	struct store_place_seen place = {.kind = MODEL_LOCATION_IMPORT, .part = true};
	int64_t ids[CHAIN_MAX];

	for (size_t i = 0; i < count; i++) {
		bool fresh;

		if (!find_certificate(run->find, certificates[i].der, facts_text(run, certificates[i].facts),
				      (struct str){NULL, 0}, &ids[i], &fresh, err))
			return false;
		*added |= fresh && i == 0;
	}
	place.address = entry->place.data ? entry->place
					  : arena_format(run->arena, "%.*s:%u", STR_ARG(run->options->name), entry->line);
	place.certificates = ids;
	place.count = 1;
	place.leaf = !certificates[0].facts->ca;
	if (!find_place(run->find, &place, err))
		return false;
	*lineage_id = 0;
	if (place.leaf && !lineage_join(run->txn, ids[0], false, run->options->now, lineage_id, NULL, err))
		return false;
	return true;
}

/* The lineage of that name that is served, or else any of that name; 0: there is none. */
static bool lineage_named(struct import_run *run, struct str name, int64_t *id, struct err *err)
{
	const struct model_term terms[] = {{.op = MODEL_EQ, .field = MODEL_FIELD_LINEAGE, .text = name}};
	const struct model_filter filter = {terms, COUNT_OF(terms)};
	const struct store_page page = {.limit = 16};
	const struct model_lineage *rows;
	size_t count;

	*id = 0;
	if (!store_lineages(run->txn, run->arena, &filter, STORE_LINEAGE_BY_NAME, &page, run->options->now, &rows, &count,
			    NULL, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!*id || rows[i].active)
			*id = rows[i].id;
	return true;
}

static bool lineage_for_names(struct import_run *run, struct str name, const struct import_entry *entry, int64_t *id,
			      bool *made, struct err *err)
{
	const struct str *more = NULL;
	size_t count = 0;
	struct str *names;

	*made = false;
	if (!lineage_named(run, name, id, err) || *id)
		return *id != 0;
	if (entry->fields[SHEET_NAMES].data)
		count = import_words_split(run->arena, entry->fields[SHEET_NAMES], &more);
	names = ARENA_ARRAY(run->arena, struct str, count + 1);
	names[0] = name;
	for (size_t i = 0; i < count; i++)
		names[i + 1] = more[i];
	return store_lineage_for(run->txn, name, names, count + 1, false, run->options->now, id, made, err);
}

/* "https://www.example.org/x" and "www.example.org:443" name www.example.org; what is no host name stays as it is. */
static struct str name_of(struct import_run *run, struct str cell)
{
	struct str lower = arena_lower(run->arena, cell);
	size_t at = str_find(lower, STR("://"));

	if (at != SIZE_MAX)
		lower = str_skip(lower, at + 3);
	if (str_starts(lower, STR("cn=")))
		lower = str_skip(lower, 3);
	at = str_find_char(lower, '/');
	if (at != SIZE_MAX)
		lower = str_head(lower, at);
	at = str_find_char(lower, ':');
	return at != SIZE_MAX && str_find_char(str_skip(lower, at + 1), ':') == SIZE_MAX ? str_head(lower, at) : lower;
}

static bool name_is_good(struct str name)
{
	return name.len > 0 && name.len <= LIMIT_IMPORT_NAME_BYTES;
}

static void target_remember(struct import_run *run, const struct import_entry *entry)
{
	struct str target = entry->fields[SHEET_TARGET], port = entry->fields[SHEET_PORT];

	if (!target.data)
		return;
	if (port.data && str_find_char(target, ':') == SIZE_MAX)
		target = arena_format(run->arena, "%.*s:%.*s", STR_ARG(target), STR_ARG(port));
	run->targets[run->report->target_count++] = target;
}

/* What the table believes and the inventory knows better. */
static void compare_end(struct import_run *run, const struct import_entry *entry, int64_t lineage_id,
			struct import_row *row)
{
	struct str said = entry->fields[SHEET_EXPIRES];
	struct model_lineage lineage;
	char ends[CLOCK_TEXT];
	struct err err = {0};

	if (!said.data || !lineage_id || !store_lineage(run->txn, run->arena, lineage_id, &lineage, &err) ||
	    !lineage.current_certificate_id)
		return;
	clock_write(lineage.not_after, ends);
	if (!str_starts(said, (struct str){ends, 10}))
		row->detail = arena_format(run->arena, "the table says that it ends %.*s; what is served ends %.10s",
					   STR_ARG(str_head(said, 40)), ends);
}

static bool entry_lineage(struct import_run *run, const struct import_entry *entry, struct import_row *row,
			  const struct read_certificate *certificates, size_t count, int64_t *lineage_id, struct err *err)
{
	bool added = false, made = false;

	if (count) {
		if (!certificates_put(run, entry, certificates, count, lineage_id, &added, err))
			return false;
		run->report->certificates_added += added;
	} else if (!lineage_for_names(run, row->name, entry, lineage_id, &made, err)) {
		return false;
	}
	run->report->lineages_made += made;
	row->outcome = added || made ? IMPORT_ADDED : IMPORT_SAME;
	return true;
}

bool import_entry_put(struct import_run *run, const struct import_entry *entry, struct import_row *row, struct err *err)
{
	struct read_certificate certificates[CHAIN_MAX];
	struct str cell = entry->fields[entry->fields[SHEET_NAME].data ? SHEET_NAME : SHEET_TARGET];
	const char *problem = NULL;
	int64_t lineage_id = 0;
	bool changed = false;
	size_t count = 0;

	row->line = entry->line;
	if (entry->fields[SHEET_PEM].data)
		count = read_pem(run, entry->fields[SHEET_PEM], certificates, &problem);
	if (problem)
		return refuse(run, row, problem);
	row->name = cell.data ? name_of(run, cell) : count ? certificates[0].facts->subject_cn : cell;
	if (!count && !name_is_good(row->name))
		return refuse(run, row, "it has no name, no target and no certificate");
	if (!entry_lineage(run, entry, row, certificates, count, &lineage_id, err))
		return false;
	target_remember(run, entry);
	if (!lineage_id)
		return true;
	if (!import_words_set(run, entry, lineage_id, &changed, err)) {
		if (err->kind != ERR_INPUT)
			return false;
		row->detail = arena_format(run->arena, "%s", err->text);
		row->outcome = row->outcome == IMPORT_SAME ? IMPORT_REFUSED : row->outcome;
		*err = (struct err){0};
		return true;
	}
	if (changed && row->outcome == IMPORT_SAME)
		row->outcome = IMPORT_CHANGED;
	compare_end(run, entry, lineage_id, row);
	return true;
}

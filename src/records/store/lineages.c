/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lineages: a set of names that someone must keep valid. Found by the hash of the sorted names; a certificate belongs
 * to one at most.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "records/store/inside.h"
#include "records/store/lineages.h"
#include "records/store/query.h"

#define COLUMNS                                                                                    \
	"l.id, l.name, l.path, l.path_reason, l.created_at, l.active_count, l.certificate_count, "          \
	"l.current_certificate_id, c.sha256, c.not_before, c.not_after, c.problems, l.demo, l.team_id, "    \
	"(SELECT t.name FROM teams t WHERE t.id = l.team_id), l.service_id, (SELECT v.name FROM services v " \
	"WHERE v.id = l.service_id), l.tags, l.purpose, l.environment, l.note, l.criticality, l.ignored_at, " \
	"l.ignored_until, l.ignored_reason, l.version"
#define FROM        LINEAGE_FROM
#define NAMES_BYTES (16u << 20)

static const char ONE[] = "SELECT " COLUMNS " FROM " FROM " WHERE l.id = $1";
static const char CERTIFICATES[] = "SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_FROM
				   " WHERE c.lineage_id = $1 ORDER BY c.not_after DESC, c.id DESC";
static const char BY_NAMES[] = "SELECT lineage_id FROM lineage_names WHERE names_sha256 = $1";
static const char NAMES_ADD[] = "INSERT INTO lineage_names (names_sha256, lineage_id) VALUES ($1, $2)";
static const char ADD[] = "INSERT INTO lineages (id, name, names_sha256, path, path_reason, created_at, demo) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char OF_CERTIFICATE[] = "SELECT COALESCE(lineage_id, 0) FROM certificates WHERE id = $1";
static const char PUT[] = ROUTINE "UPDATE certificates SET lineage_id = $2 WHERE id = $1";
/* What one certificate alone says of a path stands there from the beginning. */
static const char PUT_COUNTS[] =
	ROUTINE "UPDATE lineages SET certificate_count = certificate_count + 1, active_count = active_count + (SELECT "
		"active FROM certificates WHERE id = $2), review_at = CASE WHEN certificate_count = 0 THEN review_at "
		"ELSE 1 END WHERE id = $1 RETURNING path + ignored_at";
static const char CURRENT[] =
	ROUTINE "UPDATE lineages SET current_certificate_id = COALESCE((SELECT c.id FROM certificates c WHERE "
		"c.lineage_id = $1 AND c.active = 1 ORDER BY c.not_after DESC, c.id DESC LIMIT 1), (SELECT c.id "
		"FROM certificates c WHERE c.lineage_id = $1 ORDER BY c.not_after DESC, c.id DESC LIMIT 1), 0) "
		"WHERE id = $1";
static const char ACTIVE[] = ROUTINE "UPDATE lineages SET active_count = active_count + $2, review_at = 1 WHERE id = $1";
static const char PATH_OF[] = "SELECT path FROM lineages WHERE id = $1";
static const char PATH[] = "UPDATE lineages SET path = $2, path_reason = $3 WHERE id = $1";
static const char REASON[] = ROUTINE "UPDATE lineages SET path_reason = $2 WHERE id = $1";
static const char ACTIVE_OF[] = "SELECT active_count FROM lineages WHERE id = $1";
static const char NAMES_OF[] = "SELECT name FROM certificate_names WHERE certificate_id = $1";
static const char NAME_OF[] = "SELECT name FROM certificates WHERE id = $1";

static const char STANDING[] =
	"SELECT COALESCE(c.lineage_id, 0), COALESCE(l.certificate_count, 0), COALESCE(l.version, 0), "
	"COALESCE(l.created_at, 0) FROM certificates c LEFT JOIN lineages l ON l.id = c.lineage_id WHERE c.id = $1";
static const char BEFORE[] =
	"SELECT o.certificate_id, c.lineage_id FROM sightings s JOIN sightings o ON o.location_id = s.location_id JOIN "
	"certificates c ON c.id = o.certificate_id WHERE s.certificate_id = $1 AND s.leaf = 1 AND s.current = 1 AND "
	"o.leaf = 1 AND o.current = 0 AND o.certificate_id <> $1 AND c.lineage_id IS NOT NULL "
	"ORDER BY o.last_seen DESC, o.id DESC LIMIT 1";
static const char ONLY_ONE[] = "SELECT id FROM certificates WHERE lineage_id = $1";
static const char UNPUT[] = ROUTINE "UPDATE certificates SET lineage_id = NULL WHERE id = $1";
static const char NAMES_MOVE[] = "UPDATE lineage_names SET lineage_id = $2 WHERE lineage_id = $1";
static const char REMOVE[] = "DELETE FROM lineages WHERE id = $1";

static void lineage_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_lineage *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	row->path = (enum model_path)db_int(rows, at + 2);
	row->path_reason = db_text(rows, at + 3, arena);
	row->created_at = db_int(rows, at + 4);
	row->active = db_int(rows, at + 5) > 0;
	row->certificate_count = db_int(rows, at + 6);
	row->current_certificate_id = db_int(rows, at + 7);
	db_hash(rows, at + 8, row->current_sha256);
	row->not_before = db_int(rows, at + 9);
	row->not_after = db_int(rows, at + 10);
	row->problems = (uint32_t)db_int(rows, at + 11);
	row->demo = db_int(rows, at + 12) != 0;
	row->owner = (struct model_ref){db_int(rows, at + 13), db_text(rows, at + 14, arena)};
	row->service = (struct model_ref){db_int(rows, at + 15), db_text(rows, at + 16, arena)};
	row->tags = db_text(rows, at + 17, arena);
	row->purpose = db_text(rows, at + 18, arena);
	row->environment = db_text(rows, at + 19, arena);
	row->note = db_text(rows, at + 20, arena);
	row->criticality = (enum model_criticality)db_int(rows, at + 21);
	row->ignored_at = db_int(rows, at + 22);
	row->ignored_until = db_int(rows, at + 23);
	row->ignored_reason = db_text(rows, at + 24, arena);
	row->version = db_int(rows, at + 25);
}

const struct list lineage_list = {
	.columns = COLUMNS,
	.from = FROM,
	.id = "l.id",
	.row_size = sizeof(struct model_lineage),
	.read = lineage_read,
};

bool store_lineages(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
		    enum store_lineage_sort sort, const struct store_page *page, int64_t now,
		    const struct model_lineage **rows, size_t *count, struct store_more *more, struct err *err)
{
	static const struct list_sort sorts[] = {
		[STORE_LINEAGE_BY_NAME] = {"l.name", true},
		[STORE_LINEAGE_BY_CREATED] = {"l.created_at", false},
	};
	CLEANUP(query_done) struct query where = query_start(arena);

	return filter_add(txn, &where, filter, FILTER_LINEAGES, now, err) &&
	       list_run(txn, arena, &lineage_list, &where, &sorts[sort], page, (const void **)rows, count, more,
			err);
}

bool store_lineage(struct store_txn *txn, struct arena *arena, int64_t id, struct model_lineage *out,
		   struct err *err)
{
	return list_one(txn, arena, &lineage_list, ONE, VALUES(V(id)), "lineage", out, err);
}

bool store_lineage_certificates(struct store_txn *txn, struct arena *arena, int64_t id,
				const struct model_certificate **rows, size_t *count, struct err *err)
{
	return list_all(txn, arena, &certificate_list, CERTIFICATES, VALUES(V(id)), LIMIT_PAGE_ROWS,
			(const void **)rows, count, err);
}

static int by_text(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Hash of the names: lower case, sorted, each once, a line each. */
static bool names_hash(struct arena *arena, const struct str *names, size_t count, uint8_t hash[HASH_SHA256],
		       struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(NAMES_BYTES);
	struct str *sorted = ARENA_ARRAY(arena, struct str, count + 1);

	for (size_t i = 0; i < count; i++)
		sorted[i] = arena_lower(arena, names[i]);
	qsort(sorted, count, sizeof *sorted, by_text);
	for (size_t i = 0; i < count; i++) {
		if (i && str_equal(sorted[i], sorted[i - 1]))
			continue;
		buf_add_str(&text, sorted[i]);
		buf_add_char(&text, '\n');
	}
	if (!buf_ok(&text))
		return err_set(err, ERR_INPUT, "lineage: too many names");
	hash_sha256(buf_bytes(&text), hash);
	return true;
}

bool store_lineage_for(struct store_txn *txn, struct str name, const struct str *names, size_t name_count,
		       bool demo, int64_t now, int64_t *id, bool *made, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	uint8_t hash[HASH_SHA256];
	int64_t found;

	if (!names_hash(arena, names, name_count, hash, err) ||
	    !db_number(txn, BY_NAMES, VALUES(V_HASH(hash)), 0, &found, err))
		return false;
	if (made)
		*made = found == 0;
	if (found == 0) {
		found = store_new_id(txn->store);
		if (!db_run(txn, ADD,
			    VALUES(V(found), V(arena_lower(arena, name)), V_HASH(hash), V(MODEL_PATH_NONE),
				   V(STR(STORE_PATH_FIRST)), V(now), V(demo)),
			    err) ||
		    !db_run(txn, NAMES_ADD, VALUES(V_HASH(hash), V(found)), err) ||
		    !counter_add(txn, "lineages", 1, err))
			return err_wrap(err, "add lineage");
	}
	*id = found;
	return true;
}

bool store_lineage_put(struct store_txn *txn, int64_t lineage_id, int64_t certificate_id, struct err *err)
{
	int64_t has, special;

	if (!db_number(txn, OF_CERTIFICATE, VALUES(V(certificate_id)), -1, &has, err))
		return false;
	if (has == lineage_id)
		return true;
	if (has != 0)
		return err_set(err, has < 0 ? ERR_ABSENT : ERR_CONFLICT, "the certificate %s",
			       has < 0 ? "is not there" : "belongs to another lineage");
	return db_run(txn, PUT, VALUES(V(certificate_id), V(lineage_id)), err) &&
	       db_number(txn, PUT_COUNTS, VALUES(V(lineage_id), V(certificate_id)), 0, &special, err) &&
	       db_run(txn, CURRENT, VALUES(V(lineage_id)), err) &&
	       key_joins(txn, certificate_id, lineage_id, err) &&
	       (special == 0 || need_update(txn, certificate_id, err));
}

bool store_certificate_names(struct store_txn *txn, struct arena *arena, int64_t certificate_id, struct str *name,
			     const struct str **out, size_t *count, struct err *err)
{
	struct str *names[1];
	struct db_rows rows;
	size_t room = 8;

	if (!db_rows(txn, NAME_OF, VALUES(V(certificate_id)), &rows, err))
		return false;
	*name = db_next(&rows) ? db_text(&rows, 0, arena) : STR("");
	if (!db_rows_end(&rows, err) || !db_rows(txn, NAMES_OF, VALUES(V(certificate_id)), &rows, err))
		return false;
	*names = ARENA_ARRAY(arena, struct str, room);
	for (*count = 0; db_next(&rows); ++*count) {
		if (*count == room) {
			struct str *more = ARENA_ARRAY(arena, struct str, room * 2);

			memcpy(more, *names, room * sizeof *more);
			*names = more;
			room *= 2;
		}
		(*names)[*count] = db_text(&rows, 0, arena);
	}
	if (*count == 0)
		(*names)[(*count)++] = *name;
	*out = *names;
	return db_rows_end(&rows, err);
}

bool store_lineage_adopt(struct store_txn *txn, int64_t certificate_id, bool demo, int64_t now, int64_t *lineage_id,
			 bool *made, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = NULL;
	const struct str *names;
	struct str name;
	size_t count;

	*made = false;
	if (!db_number(txn, OF_CERTIFICATE, VALUES(V(certificate_id)), -1, lineage_id, err))
		return false;
	if (*lineage_id > 0)
		return true;
	if (*lineage_id < 0)
		return err_set(err, ERR_ABSENT, "no such certificate");
	arena = arena_new();
	return store_certificate_names(txn, arena, certificate_id, &name, &names, &count, err) &&
	       store_lineage_for(txn, name, names, count, demo, now, lineage_id, made, err) &&
	       store_lineage_put(txn, *lineage_id, certificate_id, err);
}

/* ---- what continues another ---- */

bool store_certificate_standing(struct store_txn *txn, int64_t id, struct store_standing *out, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, STANDING, VALUES(V(id)), &rows, err))
		return false;
	found = db_next(&rows);
	*out = found ? (struct store_standing){db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3)}
		     : (struct store_standing){0};
	if (!db_rows_end(&rows, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "no such certificate");
}

bool store_leaf_before(struct store_txn *txn, int64_t id, int64_t *before_id, int64_t *lineage_id, struct err *err)
{
	struct db_rows rows;

	*before_id = *lineage_id = 0;
	if (!db_rows(txn, BEFORE, VALUES(V(id)), &rows, err))
		return false;
	if (db_next(&rows)) {
		*before_id = db_int(&rows, 0);
		*lineage_id = db_int(&rows, 1);
	}
	return db_rows_end(&rows, err);
}

static bool hash_of(struct store_txn *txn, int64_t certificate_id, uint8_t hash[HASH_SHA256], struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct str *names;
	struct str name;
	size_t count;

	return store_certificate_names(txn, arena, certificate_id, &name, &names, &count, err) &&
	       names_hash(arena, names, count, hash, err);
}

bool store_lineage_known(struct store_txn *txn, int64_t certificate_id, bool *known, struct err *err)
{
	uint8_t hash[HASH_SHA256];
	int64_t id;

	if (!hash_of(txn, certificate_id, hash, err) || !db_number(txn, BY_NAMES, VALUES(V_HASH(hash)), 0, &id, err))
		return false;
	*known = id != 0;
	return true;
}

bool store_lineage_continue(struct store_txn *txn, int64_t lineage_id, int64_t certificate_id, struct err *err)
{
	uint8_t hash[HASH_SHA256];

	return hash_of(txn, certificate_id, hash, err) &&
	       db_run(txn, NAMES_ADD, VALUES(V_HASH(hash), V(lineage_id)), err) &&
	       store_lineage_put(txn, lineage_id, certificate_id, err);
}

bool store_lineage_undo(struct store_txn *txn, int64_t id, int64_t to, struct err *err)
{
	int64_t certificate, path, active;

	return db_number(txn, ONLY_ONE, VALUES(V(id)), 0, &certificate, err) &&
	       db_number(txn, PATH_OF, VALUES(V(id)), 0, &path, err) &&
	       db_number(txn, ACTIVE_OF, VALUES(V(id)), 0, &active, err) &&
	       (path != MODEL_PATH_PROVEN || counter_add(txn, "proven", -active, err)) &&
	       key_leaves(txn, certificate, err) && db_run(txn, UNPUT, VALUES(V(certificate)), err) &&
	       db_run(txn, NAMES_MOVE, VALUES(V(id), V(to)), err) && db_run(txn, REMOVE, VALUES(V(id)), err) &&
	       counter_add(txn, "lineages", -1, err) && store_lineage_put(txn, to, certificate, err);
}

/* ---- kept up to date by see.c ---- */

bool lineage_active(struct store_txn *txn, int64_t lineage_id, int64_t by, struct err *err)
{
	int64_t path;

	if (lineage_id == 0)
		return true;
	if (!db_run(txn, ACTIVE, VALUES(V(lineage_id), V(by)), err) ||
	    !db_run(txn, CURRENT, VALUES(V(lineage_id)), err) ||
	    !db_number(txn, PATH_OF, VALUES(V(lineage_id)), 0, &path, err))
		return false;
	return path != MODEL_PATH_PROVEN || counter_add(txn, "proven", by, err);
}

bool store_lineage_path(struct store_txn *txn, int64_t id, enum model_path path, struct str reason,
			struct err *err)
{
	int64_t before, active, changed;

	if (!db_number(txn, PATH_OF, VALUES(V(id)), -1, &before, err) ||
	    !db_number(txn, ACTIVE_OF, VALUES(V(id)), 0, &active, err) ||
	    !(before == (int64_t)path ? db_change(txn, REASON, VALUES(V(id), V(reason)), &changed, err)
				      : db_change(txn, PATH, VALUES(V(id), V(path), V(reason)), &changed, err)))
		return false;
	if (changed != 1)
		return err_set(err, ERR_ABSENT, "no such lineage");
	if (before == (int64_t)path)
		return true;
	return ((before == MODEL_PATH_PROVEN) == (path == MODEL_PATH_PROVEN) ||
		counter_add(txn, "proven", path == MODEL_PATH_PROVEN ? active : -active, err)) &&
	       need_update_lineage(txn, id, err);
}

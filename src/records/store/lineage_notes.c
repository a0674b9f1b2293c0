/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What people say of a lineage: owner, service, tags, purpose, environment, criticality, note, and whether to leave it
 * alone. One change reads what is there, works out what is to be, and writes only if that is different.
 */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/inside.h"
#include "records/store/query.h"

static const char NOTED[] =
	"SELECT version, COALESCE(team_id, 0), COALESCE(service_id, 0), criticality, ignored_at, ignored_until, tags, "
	"purpose, environment, note, ignored_reason, by_hand FROM lineages WHERE id = $1";
static const char SET[] =
	"UPDATE lineages SET version = version + 1, team_id = $2, service_id = $3, criticality = $4, ignored_at = $5, "
	"ignored_until = $6, tags = $7, purpose = $8, environment = $9, note = $10, ignored_reason = $11, "
	"review_at = CASE WHEN $5 > 0 THEN 1 ELSE review_at END, by_hand = $12 WHERE id = $1";

/* Nothing is different but that a person said so. */
static const char MARK[] = ROUTINE "UPDATE lineages SET by_hand = $2 WHERE id = $1";

static const char TEAM_LINEAGES[] = "UPDATE teams SET lineage_count = lineage_count + $2 WHERE id = $1";
static const char SERVICE_LINEAGES[] = "UPDATE services SET lineage_count = lineage_count + $2 WHERE id = $1";

static const char TAG_ADD[] = "INSERT INTO tags (id, name, lineage_count) VALUES ($1, $2, 1) ON CONFLICT (name) "
			      "DO UPDATE SET lineage_count = tags.lineage_count + 1 RETURNING id";
static const char TAG_PUT[] = "INSERT INTO lineage_tags (tag_id, lineage_id) VALUES ($1, $2)";
static const char TAG_ID[] = "SELECT id FROM tags WHERE name = $1";
static const char TAG_TAKE[] = "DELETE FROM lineage_tags WHERE tag_id = $1 AND lineage_id = $2";
static const char TAG_LESS[] = "UPDATE tags SET lineage_count = lineage_count - 1 WHERE id = $1";
static const char TAG_DROP[] = "DELETE FROM tags WHERE id = $1 AND lineage_count <= 0";
static const char TAGS[] = "SELECT t.name, t.lineage_count FROM tags t ORDER BY t.name";

struct noted {
	int64_t version, owner, service, criticality, ignored_at, ignored_until;
	int64_t by_hand; /* bits of enum model_by_hand */
	struct str tags, purpose, environment, note, ignored_reason;
};

static bool noted_read(struct store_txn *txn, struct arena *arena, int64_t id, struct noted *to, struct err *err)
{
	struct db_rows rows;
	bool found;

	if (!db_rows(txn, NOTED, VALUES(V(id)), &rows, err))
		return false;
	found = db_next(&rows);
	if (found)
		*to = (struct noted){
			.version = db_int(&rows, 0),
			.owner = db_int(&rows, 1),
			.service = db_int(&rows, 2),
			.criticality = db_int(&rows, 3),
			.ignored_at = db_int(&rows, 4),
			.ignored_until = db_int(&rows, 5),
			.tags = db_text(&rows, 6, arena),
			.purpose = db_text(&rows, 7, arena),
			.environment = db_text(&rows, 8, arena),
			.note = db_text(&rows, 9, arena),
			.ignored_reason = db_text(&rows, 10, arena),
			.by_hand = db_int(&rows, 11),
		};
	if (!db_rows_end(&rows, err))
		return false;
	return found || err_set(err, ERR_ABSENT, "no such lineage");
}

/* ---- tags ---- */

static bool has_word(struct str words, struct str wanted)
{
	struct str one;

	while (str_split(&words, ' ', &one))
		if (one.len && str_equal(one, wanted))
			return true;
	return false;
}

static bool listed(const struct str *list, size_t count, struct str wanted)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(list[i], wanted))
			return true;
	return false;
}

static int by_text(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

struct words {
	struct str at[LIMIT_LINEAGE_TAGS];
	size_t count;
	bool full;
};

static void words_add(struct words *words, struct str one)
{
	if (one.len == 0 || listed(words->at, words->count, one))
		return;
	words->full |= words->count == COUNT_OF(words->at);
	if (!words->full)
		words->at[words->count++] = one;
}

static bool tags_after(struct arena *arena, struct str before, const struct store_lineage_change *change,
		       struct str *out, struct err *err)
{
	CLEANUP(buf_done) struct buf text = buf_capped(LIMIT_LINEAGE_TAGS * 66);
	struct str one, rest = change->set_tags ? STR("") : before;
	struct words words = {.count = 0};

	while (str_split(&rest, ' ', &one))
		if (!listed(change->remove_tags, change->remove_tag_count, one))
			words_add(&words, one);
	for (size_t i = 0; change->set_tags && i < change->tag_count; i++)
		words_add(&words, arena_lower(arena, change->tags[i]));
	for (size_t i = 0; i < change->add_tag_count; i++)
		words_add(&words, arena_lower(arena, change->add_tags[i]));
	if (words.full) {
		err_set(err, ERR_INPUT, "tags: more than %d of them", LIMIT_LINEAGE_TAGS);
		return err_fix(err, "tags-too-many", "remove some first");
	}
	qsort(words.at, words.count, sizeof *words.at, by_text);
	for (size_t i = 0; i < words.count; i++) {
		if (!model_word_is_good(words.at[i])) {
			err_set(err, ERR_INPUT, "\"%.*s\" cannot be a tag", STR_ARG(str_head(words.at[i], 80)));
			return err_fix(err, "tag-word", "use up to 64 of a-z, 0-9 and . _ - / + = @ #");
		}
		buf_addf(&text, "%s%.*s", i ? " " : "", STR_ARG(words.at[i]));
	}
	*out = arena_str(arena, buf_str(&text));
	return true;
}

static bool tag_put(struct store_txn *txn, int64_t lineage_id, struct str name, struct err *err)
{
	int64_t tag;

	return db_number(txn, TAG_ADD, VALUES(V(store_new_id(txn->store)), V(name)), 0, &tag, err) &&
	       db_run(txn, TAG_PUT, VALUES(V(tag), V(lineage_id)), err);
}

static bool tag_take(struct store_txn *txn, int64_t lineage_id, struct str name, struct err *err)
{
	int64_t tag;

	return db_number(txn, TAG_ID, VALUES(V(name)), 0, &tag, err) &&
	       db_run(txn, TAG_TAKE, VALUES(V(tag), V(lineage_id)), err) && db_run(txn, TAG_LESS, VALUES(V(tag)), err) &&
	       db_run(txn, TAG_DROP, VALUES(V(tag)), err);
}

static bool tags_move(struct store_txn *txn, int64_t id, struct str before, struct str after, struct err *err)
{
	struct str rest, one;

	for (rest = after; str_split(&rest, ' ', &one);)
		if (one.len && !has_word(before, one) && !tag_put(txn, id, one, err))
			return false;
	for (rest = before; str_split(&rest, ' ', &one);)
		if (one.len && !has_word(after, one) && !tag_take(txn, id, one, err))
			return false;
	return true;
}

bool store_tags(struct store_txn *txn, struct arena *arena, const struct model_tag **out, size_t *count, struct err *err)
{
	struct db_rows rows;
	struct model_tag *to = NULL;
	size_t room = 0, n = 0;

	if (!db_rows(txn, TAGS, NULL, &rows, err))
		return false;
	while (db_next(&rows)) {
		if (n == room) {
			struct model_tag *more = ARENA_ARRAY(arena, struct model_tag, room = room ? room * 2 : 32);

			if (n)
				memcpy(more, to, n * sizeof *more);
			to = more;
		}
		to[n++] = (struct model_tag){db_text(&rows, 0, arena), db_int(&rows, 1)};
	}
	*out = to;
	*count = n;
	return db_rows_end(&rows, err);
}

/* ---- the whole ---- */

static struct str or_same(struct str wanted, struct str is)
{
	return wanted.data ? wanted : is;
}

static bool texts_fit(const struct noted *to, struct err *err)
{
	if (to->environment.len && !model_word_is_good(to->environment)) {
		err_set(err, ERR_INPUT, "environment: \"%.*s\" is not one word", STR_ARG(str_head(to->environment, 80)));
		return err_fix(err, "environment-word", "use up to 64 of a-z, 0-9 and . _ - / + = @ #");
	}
	return text_fits("purpose", to->purpose, LIMIT_PURPOSE_BYTES, err) &&
	       text_fits("note", to->note, LIMIT_NOTE_BYTES, err) &&
	       text_fits("reason", to->ignored_reason, LIMIT_NOTE_BYTES, err);
}

/* What the change is about, in bits of enum model_by_hand. */
static int64_t about(const struct store_lineage_change *change)
{
	bool tags = change->set_tags || change->add_tag_count || change->remove_tag_count;

	return (change->set_owner ? MODEL_BY_HAND_OWNER : 0) | (tags ? MODEL_BY_HAND_TAGS : 0) |
	       (change->purpose.data ? MODEL_BY_HAND_PURPOSE : 0) |
	       (change->environment.data ? MODEL_BY_HAND_ENVIRONMENT : 0) |
	       (change->set_criticality ? MODEL_BY_HAND_CRITICALITY : 0) |
	       (change->set_service ? MODEL_BY_HAND_SERVICE : 0) | (change->note.data ? MODEL_BY_HAND_NOTE : 0) |
	       (change->set_ignored ? MODEL_BY_HAND_IGNORED : 0);
}

/* The change without what a person has set. */
static struct store_lineage_change spared(const struct store_lineage_change *change, int64_t by_hand)
{
	struct store_lineage_change left = *change;

	left.set_owner &= !(by_hand & MODEL_BY_HAND_OWNER);
	left.set_service &= !(by_hand & MODEL_BY_HAND_SERVICE);
	left.set_criticality &= !(by_hand & MODEL_BY_HAND_CRITICALITY);
	left.set_ignored &= !(by_hand & MODEL_BY_HAND_IGNORED);
	if (by_hand & MODEL_BY_HAND_TAGS) {
		left.set_tags = false;
		left.add_tag_count = left.remove_tag_count = 0;
	}
	if (by_hand & MODEL_BY_HAND_PURPOSE)
		left.purpose.data = NULL;
	if (by_hand & MODEL_BY_HAND_ENVIRONMENT)
		left.environment.data = NULL;
	if (by_hand & MODEL_BY_HAND_NOTE)
		left.note.data = NULL;
	return left;
}

static bool work_out(struct arena *arena, const struct noted *is, const struct store_lineage_change *change, int64_t now,
		     struct noted *to, struct err *err)
{
	*to = *is;
	if (change->set_owner)
		to->owner = change->owner;
	if (change->set_service)
		to->service = change->service;
	if (change->set_criticality)
		to->criticality = change->criticality;
	if (change->set_ignored) {
		to->ignored_at = change->ignore ? (is->ignored_at ? is->ignored_at : now) : 0;
		to->ignored_until = change->ignore ? change->ignored_until : 0;
		to->ignored_reason = change->ignore ? or_same(change->ignored_reason, STR("")) : STR("");
	}
	to->purpose = or_same(change->purpose, is->purpose);
	to->environment = arena_lower(arena, or_same(change->environment, is->environment));
	to->note = or_same(change->note, is->note);
	return texts_fit(to, err) && tags_after(arena, is->tags, change, &to->tags, err);
}

static bool same(const struct noted *a, const struct noted *b)
{
	return a->owner == b->owner && a->service == b->service && a->criticality == b->criticality &&
	       a->ignored_at == b->ignored_at && a->ignored_until == b->ignored_until && str_equal(a->tags, b->tags) &&
	       str_equal(a->purpose, b->purpose) && str_equal(a->environment, b->environment) &&
	       str_equal(a->note, b->note) && str_equal(a->ignored_reason, b->ignored_reason);
}

static bool write(struct store_txn *txn, int64_t id, const struct noted *is, const struct noted *to, struct err *err)
{
	return count_move(txn, TEAM_LINEAGES, is->owner, to->owner, "team", err) &&
	       count_move(txn, SERVICE_LINEAGES, is->service, to->service, "service", err) &&
	       db_run(txn, SET,
		      VALUES(V(id), id_or_null(to->owner), id_or_null(to->service), V(to->criticality),
			     V(to->ignored_at), V(to->ignored_until), V(to->tags), V(to->purpose), V(to->environment),
			     V(to->note), V(to->ignored_reason), V(to->by_hand)),
		      err) &&
	       tags_move(txn, id, is->tags, to->tags, err) &&
	       (is->owner == to->owner || key_teams_move(txn, id, is->owner, to->owner, err)) &&
	       (!is->ignored_at == !to->ignored_at || need_update_lineage(txn, id, err));
}

bool store_lineage_change(struct store_txn *txn, int64_t id, const struct store_lineage_change *change, int64_t now,
			  bool *changed, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct store_lineage_change left;
	struct noted is, to;

	if (!noted_read(txn, arena, id, &is, err))
		return false;
	if (change->if_version && change->if_version != is.version)
		return store_stale("lineage", err);
	left = change->by_rule ? spared(change, is.by_hand) : *change;
	if (!work_out(arena, &is, &left, now, &to, err))
		return false;
	*changed = !same(&is, &to);
	to.by_hand |= change->by_person ? about(change) : 0;
	if (*changed)
		return write(txn, id, &is, &to, err);
	return to.by_hand == is.by_hand || db_run(txn, MARK, VALUES(V(id), V(to.by_hand)), err);
}

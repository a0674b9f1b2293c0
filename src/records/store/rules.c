/* SPDX-License-Identifier: Apache-2.0 */

/* Rules for what is found, and what they set. */

#include "base/arena.h"
#include "base/limits.h"
#include "records/store/query.h"

#define COLUMNS "r.id, r.name, r.position, r.q, r.actions, r.enabled, r.matches, r.created_at, r.version"

static const char ALL[] = "SELECT " COLUMNS " FROM rules r ORDER BY r.position, r.id";
static const char ONE[] = "SELECT " COLUMNS " FROM rules r WHERE r.id = $1";
static const char COUNT[] = "SELECT COUNT(*) FROM rules";
static const char NAME_TAKEN[] = "SELECT COUNT(*) FROM rules WHERE name_lower = $1 AND id <> $2";
static const char LAST[] = "SELECT COALESCE(MAX(position), 0) FROM rules";
static const char ADD[] = "INSERT INTO rules (id, name, name_lower, position, q, actions, enabled, created_at) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
static const char SET[] = "UPDATE rules SET name = $3, name_lower = $4, position = $5, q = $6, actions = $7, enabled = $8, "
			  "version = version + 1 WHERE id = $1 AND version = $2";
static const char REMOVE[] = "DELETE FROM rules WHERE id = $1";
static const char MATCHED[] = ROUTINE "UPDATE rules SET matches = matches + $2 WHERE id = $1";
static const char MARK[] = "SELECT value FROM rule_marks WHERE lineage_id = $1 AND field = $2";
static const char MARK_PUT[] = ROUTINE "INSERT INTO rule_marks (lineage_id, field, value, rule_id, at) VALUES ($1, $2, $3, $4, $5) "
				       "ON CONFLICT (lineage_id, field) DO UPDATE SET value = excluded.value, rule_id = "
				       "excluded.rule_id, at = excluded.at";

static void rule_read(struct db_rows *rows, int at, struct arena *arena, void *to)
{
	struct model_rule *row = to;

	row->id = db_int(rows, at);
	row->name = db_text(rows, at + 1, arena);
	row->position = db_int(rows, at + 2);
	row->q = db_text(rows, at + 3, arena);
	row->actions_json = db_text(rows, at + 4, arena);
	row->enabled = db_int(rows, at + 5) != 0;
	row->matches = db_int(rows, at + 6);
	row->created_at = db_int(rows, at + 7);
	row->version = db_int(rows, at + 8);
}
static const struct list rule_list = {
	.columns = COLUMNS,
	.from = "rules r",
	.id = "r.id",
	.row_size = sizeof(struct model_rule),
	.read = rule_read,
};

bool store_rules_page(struct store_txn *txn, struct arena *arena, const struct store_page *page,
		      const struct model_rule **rows, size_t *count, struct store_more *more, struct err *err)
{
	CLEANUP(query_done) struct query where = query_start(arena);

	query_add(&where, "1 = 1");
	return list_run(txn, arena, &rule_list, &where, &(struct list_sort){"r.position", false}, page,
			(const void **)rows, count, more, err);
}

bool store_rules(struct store_txn *txn, struct arena *arena, const struct model_rule **rows, size_t *count,
		 struct err *err)
{
	return list_all(txn, arena, &rule_list, ALL, NULL, LIMIT_RULES, (const void **)rows, count, err);
}

bool store_rule(struct store_txn *txn, struct arena *arena, int64_t id, struct model_rule *out, struct err *err)
{
	return list_one(txn, arena, &rule_list, ONE, VALUES(V(id)), "rule", out, err);
}

static bool name_free(struct store_txn *txn, const struct model_rule *rule, struct str lower, struct err *err)
{
	int64_t taken;

	if (!db_number(txn, NAME_TAKEN, VALUES(V(lower), V(rule->id)), 0, &taken, err))
		return false;
	if (!taken)
		return true;
	err_set(err, ERR_CONFLICT, "there is a rule \"%.*s\" already", STR_ARG(rule->name));
	return err_fix(err, "name-taken", "choose another name, or change that one");
}

bool store_rule_add(struct store_txn *txn, const struct model_rule *rule, int64_t now, int64_t *id, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str lower = arena_lower(arena, rule->name);
	int64_t made = store_new_id(txn->store), position = rule->position, count;

	if (!name_free(txn, rule, lower, err) || !db_number(txn, COUNT, NULL, 0, &count, err) ||
	    (position == 0 && !db_number(txn, LAST, NULL, 0, &position, err)))
		return false;
	if (count >= LIMIT_RULES) {
		err_set(err, ERR_INPUT, "there are %d rules already", LIMIT_RULES);
		return err_fix(err, "rules-many", "join some: a query may have many values");
	}
	position += rule->position == 0;
	*id = made;
	return db_run(txn, ADD,
		      VALUES(V(made), V(rule->name), V(lower), V(position), V(rule->q), V(rule->actions_json),
			     V(rule->enabled), V(now)),
		      err);
}

bool store_rule_set(struct store_txn *txn, const struct model_rule *rule, struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct str lower = arena_lower(arena, rule->name);
	int64_t changed;

	if (!name_free(txn, rule, lower, err) ||
	    !db_change(txn, SET,
		       VALUES(V(rule->id), V(rule->version), V(rule->name), V(lower), V(rule->position), V(rule->q),
			      V(rule->actions_json), V(rule->enabled)),
		       &changed, err))
		return false;
	if (changed == 1)
		return true;
	err_set(err, ERR_CONFLICT, "the rule was changed meanwhile");
	return err_fix(err, "changed", "read it again, and change that");
}

bool store_rule_remove(struct store_txn *txn, int64_t id, struct err *err)
{
	return db_run(txn, REMOVE, VALUES(V(id)), err);
}

bool store_rule_matched(struct store_txn *txn, int64_t id, int64_t by, struct err *err)
{
	return db_run(txn, MATCHED, VALUES(V(id), V(by)), err);
}

bool store_rule_mark(struct store_txn *txn, struct arena *arena, int64_t lineage_id, struct str field,
		     struct str *value, bool *found, struct err *err)
{
	struct db_rows rows;

	if (!db_rows(txn, MARK, VALUES(V(lineage_id), V(field)), &rows, err))
		return false;
	*found = db_next(&rows);
	if (*found)
		*value = db_text(&rows, 0, arena);
	return db_rows_end(&rows, err);
}

bool store_rule_mark_put(struct store_txn *txn, int64_t lineage_id, struct str field, struct str value,
			 int64_t rule_id, int64_t now, struct err *err)
{
	return db_run(txn, MARK_PUT, VALUES(V(lineage_id), V(field), V(value), V(rule_id), V(now)), err);
}

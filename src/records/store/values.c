/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Values that a field has in the inventory, for completion. Each is a walk along an index: from one value to the next greater
 * one, so that a million rows with three issuers cost three steps. What begins with the text comes first; what merely has
 * it within is looked for among the first few hundred values.
 */

#include "base/arena.h"
#include "records/store/query.h"

#define STEPS_MAX 400
#define PAST_ALL  "\xf4\x8f\xbf\xbf" /* sorts behind what begins so */

/* $1 from, $2 up to, $3 at most so many steps, $4 a LIKE pattern, $5 at most so many. */
#define WALK(table, column)                                                                        \
	"WITH RECURSIVE v(x, n) AS (SELECT MIN(a." column "), 1 FROM " table " a WHERE a." column " >= $1 AND a." \
	column " < $2 UNION ALL SELECT (SELECT MIN(b." column ") FROM " table " b WHERE b." column " > v.x AND b." \
	column " < $2), v.n + 1 FROM v WHERE v.x IS NOT NULL AND v.n < $3) "                        \
	"SELECT v.x FROM v WHERE v.x IS NOT NULL AND v.x <> '' AND lower(v.x) LIKE $4 ESCAPE '\\' LIMIT $5"
/* Small tables: all of it, by the pattern. */
#define SMALL(select) select " AND $1 = $1 AND $2 = $2 AND $3 = $3 ORDER BY 1 LIMIT $5"

/* clang-format off */
static const struct { enum model_field field; const char *sql; bool small; } fields[] = {
	{MODEL_FIELD_TEXT,    WALK("certificate_names", "name"), false},
	{MODEL_FIELD_NAME,    WALK("certificate_names", "name"), false},
	{MODEL_FIELD_ISSUER,  WALK("certificates", "issuer_name"), false},
	{MODEL_FIELD_HOST,    WALK("hosts", "name"), false},
	{MODEL_FIELD_ADDRESS, WALK("endpoints", "address"), false},
	{MODEL_FIELD_LINEAGE, WALK("lineages", "name"), false},
	{MODEL_FIELD_ENV,     WALK("lineages", "environment"), false},
	{MODEL_FIELD_PURPOSE, WALK("lineages", "purpose"), false},
	{MODEL_FIELD_OWNER,   SMALL("SELECT t.name FROM teams t WHERE t.name_lower LIKE $4 ESCAPE '\\'"), true},
	{MODEL_FIELD_SERVICE, SMALL("SELECT t.name FROM services t WHERE t.name_lower LIKE $4 ESCAPE '\\'"), true},
	{MODEL_FIELD_TAG,     SMALL("SELECT t.name FROM tags t WHERE t.lineage_count > 0 AND t.name LIKE $4 ESCAPE '\\'"), true},
};
/* clang-format on */

static const char *field_sql(enum model_field field, bool *small)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (fields[i].field == field) {
			*small = fields[i].small;
			return fields[i].sql;
		}
	return NULL;
}

struct found {
	struct arena *arena;
	struct str *values;
	size_t count, max;
};

static void found_add(struct found *found, struct str value)
{
	for (size_t i = 0; i < found->count; i++)
		if (str_equal(found->values[i], value))
			return;
	if (found->count < found->max)
		found->values[found->count++] = arena_str(found->arena, value);
}

static bool ask(struct store_txn *txn, struct found *found, const char *sql, struct str from, struct str pattern,
		struct err *err)
{
	struct str to = arena_format(found->arena, "%.*s" PAST_ALL, STR_ARG(from));
	struct db_rows rows;

	if (!db_rows(txn, sql, VALUES(V(from), V(to), V(STEPS_MAX), V(pattern), V(found->max)), &rows, err))
		return false;
	while (db_next(&rows))
		found_add(found, db_text_here(&rows, 0));
	return db_rows_end(&rows, err);
}

bool store_values(struct store_txn *txn, struct arena *arena, enum model_field field, struct str part, size_t max,
		  const struct str **values, size_t *count, struct err *err)
{
	struct found found = {.arena = arena, .values = ARENA_ARRAY(arena, struct str, max + 1), .max = max};
	struct str lower = arena_lower(arena, part), begins = filter_like(arena, lower, false),
		   within = filter_like(arena, lower, true);
	bool small = false, ok = true;
	const char *sql = field_sql(field, &small);

	if (sql)
		ok = ask(txn, &found, sql, small ? STR("") : lower, begins, err);
	if (ok && sql && found.count < max && lower.len >= 2)
		ok = ask(txn, &found, sql, STR(""), within, err);
	*values = found.values;
	*count = found.count;
	return ok;
}

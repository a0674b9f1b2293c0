/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A filter becomes a condition: each field is a row of constant SQL, values are bound.
 *
 * Aliases are those of the lists: c certificate, k its key, l its lineage, e endpoint; in the list of lineages c is the
 * lineage's current certificate. A "?" in a row is where the comparison goes.
 */

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "records/store/query.h"

#define FILTER_DEPTH 64
/* With more matches than this, walking the list in its order beats collecting the matches. */
#define SEARCH_COMMON 5000

#define OF_TEAM    "IN (SELECT t.id FROM teams t WHERE t.name_lower ?)"
#define OF_SERVICE "IN (SELECT v.id FROM services v WHERE v.name_lower ?)"
/* from the lineages, not along the list: a team has a small part of them */
#define OF_LINEAGES(condition) "c.lineage_id IN (SELECT x.id FROM lineages x WHERE x." condition ")"
#define OF_TAG                                                                                     \
	"IN (SELECT y.lineage_id FROM lineage_tags y JOIN tags g ON g.id = y.tag_id WHERE g.name ?)"
#define BY_ENDPOINT(condition)                                                                     \
	"c.id IN (SELECT s.certificate_id FROM endpoints p JOIN sightings s ON s.location_id = p.location_id " \
	"WHERE s.current = 1 AND p." condition ")"
/* What most endpoints have is found soonest by looking at each row of the list in its order, until the page is full. */
#define SHOWN_AT(condition)                                                                        \
	"EXISTS (SELECT 1 FROM sightings s JOIN endpoints p ON p.location_id = s.location_id WHERE "   \
	"s.certificate_id = c.id AND s.current = 1 AND p." condition ")"
#define IN_SELECTION "IN (SELECT i.item_id FROM selection_items i WHERE i.selection_id ?)"
#define AT_LOCATION(condition)                                                                     \
	"EXISTS (SELECT 1 FROM sightings s JOIN locations o ON o.id = s.location_id WHERE "           \
	"s.certificate_id = c.id AND s.current = 1 AND " condition ")"

/* What a field is in each list; NULL: the list does not have it; SAME: as for certificates. */
#define SAME ""
struct field_row {
	enum model_field field;
	const char *sql[FILTER_LISTS]; /* enum filter_of */
};
/* clang-format off */
static const struct field_row fields[] = {
	{MODEL_FIELD_NAME, {"c.id IN (SELECT n.certificate_id FROM certificate_names n WHERE n.name ?)", SAME, SAME}},
	{MODEL_FIELD_SUBJECT,     {"lower(c.subject) ?", SAME, SAME}},
	{MODEL_FIELD_ISSUER,      {"c.issuer_name ?", SAME, SAME}},
	{MODEL_FIELD_SERIAL,      {"c.serial ?", SAME, SAME}},
	{MODEL_FIELD_KEY,         {"k.algorithm ?", SAME, SAME, NULL, SAME}},
	{MODEL_FIELD_BITS,        {"k.bits ?", SAME, SAME, NULL, SAME}},
	{MODEL_FIELD_CURVE,       {"lower(k.curve) ?", SAME, SAME, NULL, SAME}},
	{MODEL_FIELD_SIGNATURE,   {"lower(c.signature) ?", SAME, SAME}},
	{MODEL_FIELD_EXPIRES,     {"c.not_after ?", SAME, SAME}},
	{MODEL_FIELD_ISSUED,      {"c.not_before ?", SAME, SAME}},
	{MODEL_FIELD_LIFETIME,    {"c.lifetime_s ?", SAME, SAME}},
	{MODEL_FIELD_FIRST_SEEN,  {"c.first_seen ?", "e.first_seen ?", "l.created_at ?", "h.first_seen ?", "k.first_seen ?"}},
	{MODEL_FIELD_LAST_SEEN,   {"c.last_seen ?", "e.last_seen ?", SAME, "h.last_seen ?"}},
	{MODEL_FIELD_SERVED,      {"c.served ?", SAME, SAME}},
	{MODEL_FIELD_ACTIVE,      {"c.active ?", SAME, SAME}},
	{MODEL_FIELD_CA,          {"c.ca ?", SAME, SAME}},
	{MODEL_FIELD_SELF_SIGNED, {"c.self_signed ?", SAME, SAME}},
	{MODEL_FIELD_PATH,        {"l.path ?", SAME, SAME}},
	{MODEL_FIELD_LINEAGE,     {"l.name ?", SAME, SAME}},
	{MODEL_FIELD_SELECTION,   {"c.id " IN_SELECTION, "e.id " IN_SELECTION, "l.id " IN_SELECTION}},
	{MODEL_FIELD_LOCATION,    {AT_LOCATION("o.kind ?"), SAME, SAME}},
	{MODEL_FIELD_AT,          {AT_LOCATION("lower(o.address) ?"), SAME, SAME}},
	{MODEL_FIELD_TLS,         {SHOWN_AT("tls_version ?"), "e.tls_version ?", SAME}},
	{MODEL_FIELD_GROUP,       {SHOWN_AT("tls_group ?"), "e.tls_group ?", SAME}},
	{MODEL_FIELD_HOST,        {BY_ENDPOINT("host ?"), "e.host ?", SAME, "h.name ?"}},
	{MODEL_FIELD_ADDRESS,     {BY_ENDPOINT("address ?"), "e.address ?", SAME}},
	{MODEL_FIELD_PORT,        {SHOWN_AT("port ?"), "e.port ?", SAME}},
	{MODEL_FIELD_PROTOCOL,    {SHOWN_AT("protocol ?"), "e.protocol ?", SAME}},
	{MODEL_FIELD_OUTCOME,     {SHOWN_AT("outcome ?"), "e.outcome ?", SAME}},
	{MODEL_FIELD_DEMO,        {"c.demo ?", "e.demo ?", "l.demo ?", "h.demo ?", "k.demo ?"}},
	{MODEL_FIELD_OWNER,       {OF_LINEAGES("team_id " OF_TEAM), SAME, "l.team_id " OF_TEAM, "h.team_id " OF_TEAM,
				   "k.id IN (SELECT y.key_id FROM key_teams y WHERE y.team_id " OF_TEAM ")"}},
	{MODEL_FIELD_SERVICE,     {OF_LINEAGES("service_id " OF_SERVICE), SAME, "l.service_id " OF_SERVICE, "h.service_id " OF_SERVICE}},
	{MODEL_FIELD_TAG,         {"c.lineage_id " OF_TAG, SAME, "l.id " OF_TAG}},
	{MODEL_FIELD_PURPOSE,     {"lower(l.purpose) ?", SAME, SAME}},
	{MODEL_FIELD_ENV,         {"l.environment ?", SAME, SAME}},
	{MODEL_FIELD_CRITICALITY, {"COALESCE(l.criticality, 0) ?", SAME, SAME}},
	{MODEL_FIELD_IGNORED,     {"(CASE WHEN l.ignored_at > 0 THEN 1 ELSE 0 END) ?", SAME, SAME}},
	{MODEL_FIELD_TYPE,        {"c.type ?", SAME, SAME}},
	{MODEL_FIELD_WILDCARD,    {"c.wildcard ?", SAME, SAME}},
	{MODEL_FIELD_PRIVATE_CA,  {"c.private_ca ?", SAME, SAME}},
};
static const char *const lasting_problems[] = {
	[FILTER_CERTIFICATES] = "(c.problems <> 0 AND (c.problems & ?) <> 0)",
	[FILTER_ENDPOINTS] = "((e.problems | COALESCE(c.own_problems, 0)) & ?) <> 0",
	[FILTER_LINEAGES] = "(c.problems & ?) <> 0",
};
/* What a certificate has; in the list of lineages it is their current one. */
static const char *const havings[MODEL_HAVING_COUNT] = {
	[MODEL_HAVING_PROBLEM] = "1 = 0", /* the query language spells it out */
	[MODEL_HAVING_OWNER] = "l.team_id IS NOT NULL",
	[MODEL_HAVING_TAG] = "l.tags <> ''",
	[MODEL_HAVING_NOTE] = "l.note <> ''",
	[MODEL_HAVING_PURPOSE] = "l.purpose <> ''",
	[MODEL_HAVING_ENVIRONMENT] = "l.environment <> ''",
	[MODEL_HAVING_SERVICE] = "l.service_id IS NOT NULL",
	[MODEL_HAVING_LINEAGE] = "l.id IS NOT NULL",
	[MODEL_HAVING_SAN] = "c.names_count > 0",
	[MODEL_HAVING_CHAIN] = "EXISTS (SELECT 1 FROM endpoints p WHERE p.certificate_id = c.id AND p.chain_complete = 1)",
	[MODEL_HAVING_ENDPOINT] = AT_LOCATION("o.kind = 0"),
	/* those that hold: see enum model_place */
	[MODEL_HAVING_FILE] = AT_LOCATION("o.kind BETWEEN 1 AND 4"),
	[MODEL_HAVING_REPLACEMENT] = "c.replaced_by_id > 0",
};
/* "?" is now */
static const char *const states[] = {
	[MODEL_STATE_VALID] = "(c.expiring_at > ? AND c.not_before <= ?)",
	[MODEL_STATE_EXPIRING] = "(c.expiring_at <= ? AND c.not_after >= ? AND c.not_before <= ?)",
	[MODEL_STATE_EXPIRED] = "c.not_after < ?",
	[MODEL_STATE_FUTURE] = "(c.not_before > ? AND c.not_after >= ?)",
};
/* clang-format on */

static const char *const ops[] = {
	[MODEL_EQ] = "= ", [MODEL_NE] = "= ",  [MODEL_LT] = "< ",    [MODEL_LE] = "<= ",
	[MODEL_GT] = "> ", [MODEL_GE] = ">= ", [MODEL_HAS] = "LIKE ", [MODEL_LIKE] = "LIKE ",
};

static const char *field_sql(enum model_field field, enum filter_of of)
{
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		if (fields[i].field != field)
			continue;
		if (fields[i].sql[of] && !*fields[i].sql[of])
			return fields[i].sql[FILTER_CERTIFICATES];
		return fields[i].sql[of];
	}
	return NULL;
}

/* The text of a comparison by LIKE: a part of it, or * and ? as people write them. SQL's own wildcards are made plain. */
static struct str like_text(struct arena *arena, const struct model_term *term)
{
	bool part = term->op == MODEL_HAS;
	char *to = arena_chars(arena, term->text.len * 2 + 2);
	size_t len = 0;

	if (part)
		to[len++] = '%';
	for (size_t i = 0; i < term->text.len; i++) {
		char c = ascii_lower(term->text.data[i]);

		if (c == '%' || c == '_' || c == '\\')
			to[len++] = '\\';
		to[len++] = part || (c != '*' && c != '?') ? c : c == '*' ? '%' : '_';
	}
	if (part)
		to[len++] = '%';
	return (struct str){to, len};
}

struct str like_pattern(struct arena *arena, struct str text)
{
	return like_text(arena, &(struct model_term){.op = MODEL_HAS, .text = text});
}

struct str filter_like(struct arena *arena, struct str text, bool within)
{
	struct str pattern = like_pattern(arena, text);

	return within ? pattern : str_skip(pattern, 1);
}

/* The longest piece of a pattern without wildcards. */
static struct str longest_piece(struct str pattern)
{
	struct str longest = {NULL, 0};
	size_t from = 0;

	for (size_t i = 0; i <= pattern.len; i++) {
		if (i < pattern.len && pattern.data[i] != '*' && pattern.data[i] != '?')
			continue;
		if (i - from > longest.len)
			longest = str_head(str_skip(pattern, from), i - from);
		from = i + 1;
	}
	return longest;
}

static size_t letters(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
	return count;
}

/*
 * Rare words are looked up in the index; for common ones (and words of one or two letters) the list is walked in its
 * own order and each row looked at, which ends as soon as the page is full.
 */
static bool add_search(struct store_txn *txn, struct query *query, struct str text, struct err *err)
{
	const struct driver *driver = txn->db->driver;
	CLEANUP(buf_done) struct buf phrase = buf_capped(16384);
	struct str lower = arena_lower(query->arena, text);
	int64_t matches = SEARCH_COMMON;
	struct db_rows rows;

	driver->search_phrase(lower, &phrase);
	if (!buf_ok(&phrase))
		return err_set(err, ERR_INPUT, "the text to search for is too long");
	if (letters(lower) >= 3) {
		if (!db_rows(txn, driver->search_probe, VALUES(V(buf_str(&phrase)), V(SEARCH_COMMON)), &rows, err))
			return false;
		for (matches = 0; db_next(&rows); matches++)
			;
		if (!db_rows_end(&rows, err))
			return false;
	}
	if (matches < SEARCH_COMMON)
		query_fill(query, driver->search_rare, V(arena_str(query->arena, buf_str(&phrase))));
	else
		query_fill(query, driver->search_common, V(like_pattern(query->arena, lower)));
	return true;
}

/* A hash by its first digits; what are none is nobody's. */
static void add_hash_beginning(struct query *query, struct str digits)
{
	uint8_t *least = arena_alloc(query->arena, HASH_SHA256), *most = arena_alloc(query->arena, HASH_SHA256);
	char low[2 * HASH_SHA256], high[2 * HASH_SHA256];

	memset(low, '0', sizeof low);
	memset(high, 'f', sizeof high);
	memcpy(low, digits.data, digits.len < sizeof low ? digits.len : sizeof low);
	memcpy(high, digits.data, digits.len < sizeof high ? digits.len : sizeof high);
	if (!digits.len || digits.len > sizeof low || !hex_read((struct str){low, sizeof low}, least, HASH_SHA256) ||
	    !hex_read((struct str){high, sizeof high}, most, HASH_SHA256)) {
		query_add(query, "1 = 0");
		return;
	}
	query_fill(query, "(c.sha256 >= ?", V_HASH(least));
	query_fill(query, " AND c.sha256 <= ?)", V_HASH(most));
}

/* Serial numbers are looked for by their first digits, too. */
static void add_serial_beginning(struct query *query, struct str digits)
{
	struct str lower = arena_lower(query->arena, digits);

	query_fill(query, "(c.serial >= ?", V(lower));
	query_fill(query, " AND c.serial < ?)", V(arena_format(query->arena, "%.*s~", STR_ARG(lower))));
}

/* A bare word of so many hex digits may be the beginning of a hash or a serial number. */
#define DIGITS_LEAST 8

static bool is_digits(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_digit(text.data[i]) && (ascii_lower(text.data[i]) < 'a' || ascii_lower(text.data[i]) > 'f'))
			return false;
	return text.len >= DIGITS_LEAST;
}

/* Names by a part or a pattern: what has the letters somewhere, by the index of texts, and then its names one by one. */
static bool add_names_like(struct store_txn *txn, struct query *query, const struct model_term *term, struct err *err)
{
	struct str piece = term->op == MODEL_LIKE ? longest_piece(term->text) : term->text;

	if (letters(piece) >= 3) {
		if (!add_search(txn, query, piece, err))
			return false;
		query_add(query, " AND ");
	}
	query_compare(query, "EXISTS (SELECT 1 FROM certificate_names n WHERE n.certificate_id = c.id AND n.name ?)",
		      "LIKE ", V(like_text(query->arena, term)));
	return true;
}

/* A bare word with wildcards: the whole of a name, a host or a lineage's name. */
static bool add_pattern_anywhere(struct store_txn *txn, struct query *query, const struct model_term *term,
				 enum filter_of of, struct err *err)
{
	static const char *const also[] = {
		[FILTER_ENDPOINTS] = "e.host ?",
		[FILTER_LINEAGES] = "l.name ?",
	};

	query_add(query, "((");
	if (!add_names_like(txn, query, term, err))
		return false;
	query_add(query, ")");
	if (of < COUNT_OF(also) && also[of]) {
		query_add(query, " OR ");
		query_compare(query, also[of], "LIKE ", V(like_text(query->arena, term)));
	}
	query_add(query, ")");
	return true;
}

/* Hosts and keys have no row in the index of texts. */
static bool add_text_of(struct query *query, struct str pattern, enum filter_of of)
{
	static const char *const where[FILTER_LISTS] = {
		[FILTER_HOSTS] = "h.name LIKE ? ESCAPE '\\' OR lower(h.cmdb_id) LIKE ? ESCAPE '\\'",
		[FILTER_KEYS] = "k.algorithm LIKE ? ESCAPE '\\' OR lower(k.curve) LIKE ? ESCAPE '\\'",
	};
	const char *rest = where[of];

	if (!rest)
		return false;
	query_add(query, "(");
	for (const char *mark; (mark = strchr(rest, '?')); rest = mark + 1) {
		buf_add(&query->sql, rest, (size_t)(mark - rest));
		query_value(query, V(pattern));
	}
	query_add(query, rest);
	query_add(query, ")");
	return true;
}

static bool add_text_anywhere(struct store_txn *txn, struct query *query, const struct model_term *term,
			      enum filter_of of, struct err *err)
{
	static const char *const also[] = {
		[FILTER_CERTIFICATES] = NULL,
		[FILTER_ENDPOINTS] = " OR e.host LIKE ? ESCAPE '\\' OR e.address LIKE ? ESCAPE '\\'",
		[FILTER_LINEAGES] = " OR l.name LIKE ? ESCAPE '\\'",
	};
	struct str pattern = like_pattern(query->arena, term->text);

	query_add(query, "(");
	if (!add_search(txn, query, term->text, err))
		return false;
	if (is_digits(term->text)) {
		query_add(query, " OR ");
		add_hash_beginning(query, term->text);
		query_add(query, " OR ");
		add_serial_beginning(query, term->text);
	}
	for (const char *rest = also[of], *mark; rest; rest = mark ? mark + 1 : NULL) {
		mark = strchr(rest, '?');
		buf_add(&query->sql, rest, mark ? (size_t)(mark - rest) : strlen(rest));
		if (mark)
			query_value(query, V(pattern));
	}
	query_add(query, ")");
	return true;
}

static void add_state(struct query *query, int64_t state, int64_t now)
{
	const char *rest = states[state];

	for (const char *mark; (mark = strchr(rest, '?')); rest = mark + 1) {
		buf_add(&query->sql, rest, (size_t)(mark - rest));
		query_value(query, V(now));
	}
	query_add(query, rest);
}

static bool add_problem(struct query *query, int64_t problem, enum filter_of of, int64_t now, struct err *err)
{
	static const struct {
		enum model_problem problem;
		enum model_state state;
	} of_time[] = {
		{MODEL_PROBLEM_EXPIRED, MODEL_STATE_EXPIRED},
		{MODEL_PROBLEM_EXPIRING, MODEL_STATE_EXPIRING},
		{MODEL_PROBLEM_NOT_YET_VALID, MODEL_STATE_FUTURE},
	};

	for (size_t i = 0; i < COUNT_OF(of_time); i++)
		if (of_time[i].problem == (enum model_problem)problem) {
			add_state(query, of_time[i].state, now);
			return true;
		}
	if (!model_problem_weight((enum model_problem)problem))
		return err_set(err, ERR_INPUT, "filter: no such problem");
	query_fill(query, lasting_problems[of], V(problem));
	return true;
}

/* Needs somebody now: its time has come, or it is served before its own. */
/* Few by their index; when they are many, the list is walked in its order and soon full. */
static bool add_need(struct store_txn *txn, struct query *query, bool yes, int64_t now, struct err *err)
{
	static const char PROBE[] = "SELECT 1 FROM certificates WHERE need_at > 0 AND need_at <= $1 LIMIT $2";
	struct db_rows rows;
	size_t found = 0;

	if (!db_rows(txn, PROBE, VALUES(V(now), V(SEARCH_COMMON)), &rows, err))
		return false;
	while (db_next(&rows))
		found++;
	if (!db_rows_end(&rows, err))
		return false;
	if (!yes || found >= SEARCH_COMMON) {
		query_add(query, yes ? "(+c.need_at > 0 AND (+c.need_at <= " : "NOT COALESCE(+c.need_at > 0 AND (+c.need_at <= ");
		query_value(query, V(now));
		query_fill(query, yes ? " OR c.not_before > ?))" : " OR c.not_before > ?), FALSE)", V(now));
		return true;
	}
	query_fill(query, "c.id IN (SELECT n.id FROM certificates n WHERE n.need_at > 0 AND n.need_at <= ? UNION ALL ", V(now));
	query_fill(query, "SELECT n.id FROM certificates n WHERE n.not_before > ? AND +n.need_at > 0)", V(now));
	return true;
}

static bool add_sha256(struct query *query, const struct model_term *term, struct err *err)
{
	if (term->op != MODEL_EQ && term->op != MODEL_NE && term->op != MODEL_HAS)
		return err_set(err, ERR_INPUT, "filter: sha256 has no order");
	add_hash_beginning(query, term->text);
	return true;
}

/* What is no hash is nobody's. */
static void add_spki(struct query *query, const struct model_term *term)
{
	uint8_t *hash = arena_alloc(query->arena, HASH_SHA256);

	if (hex_read(term->text, hash, HASH_SHA256))
		query_fill(query, "k.sha256 = ?", V_HASH(hash));
	else
		query_add(query, "1 = 0");
}

/* Conditions joined by AND stand in parentheses of their own. */
static bool add_special(struct store_txn *txn, struct query *query, const struct model_term *term, enum filter_of of,
			struct err *err)
{
	switch (term->field) {
	case MODEL_FIELD_TEXT:
		return term->op == MODEL_LIKE ? add_pattern_anywhere(txn, query, term, of, err)
					      : add_text_anywhere(txn, query, term, of, err);
	case MODEL_FIELD_NAME:
		query_add(query, "(");
		if (!add_names_like(txn, query, term, err))
			return false;
		query_add(query, ")");
		return true;
	case MODEL_FIELD_SHA256:
		return add_sha256(query, term, err);
	case MODEL_FIELD_SERIAL:
		add_serial_beginning(query, term->text);
		return true;
	default:
		add_spki(query, term);
		return true;
	}
}

static bool is_special(const struct model_term *term)
{
	return term->field == MODEL_FIELD_TEXT || term->field == MODEL_FIELD_SHA256 ||
	       term->field == MODEL_FIELD_SPKI ||
	       (term->field == MODEL_FIELD_SERIAL && term->op == MODEL_HAS) ||
	       (term->field == MODEL_FIELD_NAME && (term->op == MODEL_HAS || term->op == MODEL_LIKE));
}

static bool add_having(struct query *query, const struct model_term *term, struct err *err)
{
	bool known = term->number >= 0 && term->number < MODEL_HAVING_COUNT;

	if (!known || (term->op != MODEL_EQ && term->op != MODEL_NE))
		return err_set(err, ERR_INPUT, "filter: has: cannot be asked so");
	query_add(query, havings[term->number]);
	return true;
}

static bool list_has_no(enum model_field field, struct err *err)
{
	err_set(err, ERR_INPUT, "filter: this list has no %s", model_field_name(field));
	return err_fix(err, "query-key", "ask the list of certificates");
}

static bool add_comparison(struct store_txn *txn, struct query *query, const struct model_term *term,
			   enum filter_of of, int64_t now, struct err *err)
{
	enum model_type type = model_field_type(term->field);
	bool equal = term->op == MODEL_EQ || term->op == MODEL_NE;
	const char *sql = field_sql(term->field, of);

	if ((term->op == MODEL_HAS || term->op == MODEL_LIKE) && type != MODEL_TYPE_TEXT)
		return err_set(err, ERR_INPUT, "filter: %s is not text", model_field_name(term->field));
	if (of >= FILTER_HOSTS && term->field == MODEL_FIELD_TEXT)
		return add_text_of(query, like_text(query->arena, term), of);
	if (of == FILTER_KEYS && (term->field == MODEL_FIELD_SHA256 || term->field == MODEL_FIELD_SPKI)) {
		add_spki(query, term);
		return true;
	}
	if (of >= FILTER_HOSTS && !sql)
		return list_has_no(term->field, err);
	if (is_special(term) && of < FILTER_HOSTS)
		return add_special(txn, query, term, of, err);
	if (term->field == MODEL_FIELD_NEED_YOU) {
		return add_need(txn, query, term->number != 0, now, err);
	}
	if (type == MODEL_TYPE_HAVING)
		return add_having(query, term, err);
	if (type == MODEL_TYPE_STATE || type == MODEL_TYPE_PROBLEM) {
		if (!equal)
			return err_set(err, ERR_INPUT, "filter: %s has no order", model_field_name(term->field));
		if (type == MODEL_TYPE_PROBLEM)
			return add_problem(query, term->number, of, now, err);
		if (term->number < 0 || term->number >= (int64_t)COUNT_OF(states))
			return err_set(err, ERR_INPUT, "filter: no such state");
		add_state(query, term->number, now);
		return true;
	}
	if (!sql)
		return list_has_no(term->field, err);
	if (type != MODEL_TYPE_TEXT) {
		query_compare(query, sql, ops[term->op], V(term->number));
		return true;
	}
	query_compare(query, sql, ops[term->op],
		      V(term->op == MODEL_HAS || term->op == MODEL_LIKE ? like_text(query->arena, term)
									: arena_lower(query->arena, term->text)));
	return true;
}

/* ---- reverse Polish to infix: each truth on the stack is the place where its text begins ---- */

static void wrap(struct query *query, size_t at, const char *before, const char *after)
{
	struct str tail = arena_str(query->arena, str_skip(buf_str(&query->sql), at));

	query->sql.len = at;
	query_add(query, before);
	buf_add_str(&query->sql, tail);
	query_add(query, after);
}

static bool add_term(struct store_txn *txn, struct query *query, const struct model_term *term, enum filter_of of,
		     int64_t now, size_t *stack, size_t *depth, struct err *err)
{
	size_t wants = term->op == MODEL_AND || term->op == MODEL_OR ? 2 : term->op == MODEL_NOT ? 1 : 0;

	if (*depth < wants || *depth - wants >= FILTER_DEPTH)
		return err_set(err, ERR_INPUT, "the filter is nested too deep or not well formed");
	if (wants == 2) {
		wrap(query, stack[*depth - 1], term->op == MODEL_AND ? " AND " : " OR ", ")");
		wrap(query, stack[*depth - 2], "(", "");
		--*depth;
		return true;
	}
	if (wants == 1) { /* what is not known is not so: rows without the thing count as "not" */
		wrap(query, stack[*depth - 1], "NOT COALESCE(", ", FALSE)");
		return true;
	}
	stack[(*depth)++] = query->sql.len;
	if (!add_comparison(txn, query, term, of, now, err))
		return false;
	if (term->op == MODEL_NE)
		wrap(query, stack[*depth - 1], "NOT COALESCE(", ", FALSE)");
	return true;
}

bool filter_add(struct store_txn *txn, struct query *query, const struct model_filter *filter, enum filter_of of,
		int64_t now, struct err *err)
{
	size_t stack[FILTER_DEPTH + 1], depth = 0;

	query_add(query, "(");
	if (!filter || filter->count == 0)
		query_add(query, "1 = 1");
	else
		for (size_t i = 0; i < filter->count; i++)
			if (!add_term(txn, query, &filter->terms[i], of, now, stack, &depth, err))
				return false;
	query_add(query, ")");
	if (filter && filter->count && depth != 1)
		return err_set(err, ERR_INPUT, "the filter is not well formed");
	return buf_ok(&query->sql) || err_set(err, ERR_INPUT, "the filter is too long");
}

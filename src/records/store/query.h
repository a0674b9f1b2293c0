/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * query - lists: conditions, order, keyset and pages, put together from constant pieces and bound values.
 */

#include "base/buf.h"
#include "records/store/db.h"

#define QUERY_BYTES  (1 << 20)
#define QUERY_VALUES 4096

/* Text of SQL with its values; texts that come from outside are never part of the text. */
struct query {
	struct buf sql;
	struct db_value *values; /* ends with DB_END */
	size_t count;
	struct arena *arena;
	bool full;
};

struct query query_start(struct arena *arena);
void query_done(struct query *query);
void query_add(struct query *query, const char *sql);
void query_value(struct query *query, struct db_value value); /* "$n" */
/* sql with its one "?" replaced by op and the value: "c.ca ?" */
void query_compare(struct query *query, const char *sql, const char *op, struct db_value value);
/* The same with "?" replaced by the value alone. */
void query_fill(struct query *query, const char *sql, struct db_value value);

/* What a list selects, and how a row is read from column `first` on. */
struct list {
	const char *columns, *from;
	const char *id; /* "c.id" */
	size_t row_size;
	void (*read)(struct db_rows *rows, int first, struct arena *arena, void *row);
};
struct list_sort {
	const char *column; /* NULL: by id alone */
	bool is_text;
};

/*
 * Runs the list over `where` (conditions joined by AND, never empty; consumed). One row more than the page is read, to
 * know whether there is a next.
 */
bool list_run(struct store_txn *txn, struct arena *arena, const struct list *list, struct query *where,
	      const struct list_sort *sort, const struct store_page *page, const void **rows, size_t *count,
	      struct store_more *more, struct err *err);

/* All rows of a constant statement that selects list->columns, at most max. */
bool list_all(struct store_txn *txn, struct arena *arena, const struct list *list, const char *sql,
	      const struct db_value *values, size_t max, const void **rows, size_t *count, struct err *err);
/* The only row; ERR_ABSENT "no such WHAT". */
bool list_one(struct store_txn *txn, struct arena *arena, const struct list *list, const char *sql,
	      const struct db_value *values, const char *what, void *row, struct err *err);

/* Which of the lists a filter is for. */
enum filter_of { FILTER_CERTIFICATES, FILTER_ENDPOINTS, FILTER_LINEAGES, FILTER_HOSTS, FILTER_KEYS };
#define FILTER_LISTS 5
/* Adds "(...)" for the filter; ERR_INPUT for a field that the list does not have, or a filter that is not well formed. */
bool filter_add(struct store_txn *txn, struct query *query, const struct model_filter *filter, enum filter_of of,
		int64_t now, struct err *err);

/* A pattern for LIKE with ESCAPE '\\': what begins with the text, or has it within; lower case. */
struct str filter_like(struct arena *arena, struct str text, bool within);

/* Rows that several files read. */
#define CERTIFICATE_COLUMNS                                                                        \
	"c.id, c.sha256, c.name, c.subject, c.issuer, c.subject_cn, c.issuer_cn, c.serial, c.not_before, "  \
	"c.not_after, c.lifetime_s, k.algorithm, k.curve, k.sha256, k.bits, c.signature, c.names_count, "   \
	"c.ca, c.self_signed, c.problems, c.served, c.active, c.first_seen, c.last_seen, c.trust_mozilla, " \
	"c.trust_chrome, c.trust_system, c.lineage_id, l.name, l.path, c.demo, c.type, c.validation, "      \
	"c.wildcard, c.private_ca, c.gone_at, c.places, (SELECT r.sha256 FROM certificates r WHERE r.id = "           \
	"c.replaces_id), (SELECT r.sha256 FROM certificates r WHERE r.id = c.replaced_by_id), l.team_id, "  \
	"(SELECT t.name FROM teams t WHERE t.id = l.team_id), l.tags, l.environment, l.criticality"
#define CERTIFICATE_COLUMN_COUNT 44
#define CERTIFICATE_FROM                                                                           \
	"certificates c LEFT JOIN keys k ON k.id = c.key_id LEFT JOIN lineages l ON l.id = c.lineage_id"
extern const struct list certificate_list;
#define LINEAGE_FROM                                                                               \
	"lineages l LEFT JOIN certificates c ON c.id = l.current_certificate_id "                           \
	"LEFT JOIN keys k ON k.id = c.key_id"
extern const struct list lineage_list;

#define ENDPOINT_COLUMNS                                                                           \
	"e.id, e.host_id, e.location_id, e.host, e.address, e.port, e.protocol, e.server_name, e.outcome, " \
	"e.detail, e.certificate_id, c.sha256, c.name, c.not_before, c.not_after, c.own_problems, "         \
	"e.problems, e.name_matches, e.chain_complete, e.trust_mozilla, e.trust_chrome, e.trust_system, "   \
	"e.tls, e.first_seen, e.last_seen, e.last_scan_id, e.demo, e.gone_at"
#define ENDPOINT_FROM                                                                              \
	"endpoints e LEFT JOIN certificates c ON c.id = e.certificate_id LEFT JOIN keys k ON k.id = c.key_id " \
	"LEFT JOIN lineages l ON l.id = c.lineage_id"
#define ENDPOINT_COLUMN_COUNT 28
extern const struct list endpoint_list;

#define HOST_COLUMNS                                                                               \
	"h.id, h.name, h.cmdb_id, h.note, h.service_id, (SELECT v.name FROM services v WHERE v.id = "       \
	"h.service_id), h.team_id, (SELECT t.name FROM teams t WHERE t.id = h.team_id), h.endpoint_count, " \
	"(SELECT COUNT(DISTINCT e.certificate_id) FROM endpoints e WHERE e.host_id = h.id), h.first_seen, "  \
	"h.last_seen, h.version, h.demo"
extern const struct list host_list;

#define TEAM_COLUMNS                                                                               \
	"t.id, t.name, t.note, t.lineage_count, t.service_count, t.host_count, t.created_at, t.version, t.demo"
extern const struct list team_list;

/* Reads a list of things with a name, part of it given; "?" of part_sql is a LIKE pattern. */
bool list_named(struct store_txn *txn, struct arena *arena, const struct list *list, const char *part_sql,
		struct str part, const struct list_sort *sort, const struct store_page *page, const void **rows,
		size_t *count, struct store_more *more, struct err *err);
/* %text% in lower case, its own wildcards made plain. */
struct str like_pattern(struct arena *arena, struct str text);

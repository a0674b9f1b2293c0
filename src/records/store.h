/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * store - the database: one file a noun, numbered migrations, drivers.
 *
 * All goes through a transaction. Any number of reading ones run beside one writing one; each sees one state of
 * the store. A writing one that changed a table people rely on does not commit without an audit entry
 * (records/audit): such a change cannot happen. What scans merely observe, counters and leases need none.
 *
 * Safe from any thread; one transaction belongs to one thread. Results live in the arena that was given.
 * Errors: ERR_ABSENT (no such row), ERR_CONFLICT (it is there already, or changed meanwhile: nothing of the transaction
 * can be committed any more), ERR_LATER (busy; "disk-full"), ERR_UNREACHED "database-gone" (no connection to the database
 * server; the next transaction tries again), ERR_INPUT (a filter that a list does not have), ERR_INTERNAL (damage).
 *
 * A commit that fails has committed nothing, but for one case: ERR_UNREACHED "commit-unknown", when the database server
 * went away before it answered. Then the caller looks before it repeats: jobs do their work again under their epoch, and
 * records, certificates and sightings are found by their unique keys, so that a second time changes nothing;
 * a person is told to look.
 */

#include "base/err.h"
#include "facts/model.h"

struct arena;
struct buf;
struct json_out;
struct store;
struct store_txn;

/* ---- opening ---- */

struct store_options {
	uint32_t readers;  /* reading connections kept; 0: 8 */
	uint32_t busy_ms;  /* how long to wait for another process's lock; 0: 5000 */
	/*
	 * > 0: an empty database is to be filled with rows of that schema from fill_source (any word): begun, or gone on with
	 * when it is half filled from the same. Else "store-not-empty". Only store_table_write and store_fill_end then.
	 */
	int64_t fill_schema;
	const char *fill_source;
	bool as_it_is;     /* for reading alone: nothing is made or migrated; an older schema is refused ("store-older") */
	const char *password; /* for the database server; NULL: none, or that of a password or service file */
};

/*
 * Opens a database: the path of a file (made with mode 0600 when it is not there) or postgres://HOST/DATABASE (which must
 * be there), migrating its schema as needed. A database of a newer version is refused and left untouched:
 * ERR_CONFLICT "store-newer". options may be NULL.
 */
MUST_CHECK bool store_open(const char *url, const struct store_options *options, struct store **out,
			   struct err *err);
void store_close(struct store *store); /* NULL is fine; no transaction may be open */
/* Whether url is one that store_open takes; one with a password in it is not ("store-password"). Connects nowhere. */
MUST_CHECK bool store_url_check(const char *url, struct err *err);
bool store_url_is_file(const char *url);

/* What doctor tells of a database server, a call each; nothing is changed. No connection: false. */
struct store_look {
	void (*say)(void *data, bool good, const char *what, const char *text);
	void *data;
};
MUST_CHECK bool store_look_at(const char *url, const char *password, const struct store_look *look, struct err *err);

int64_t store_schema_version(const struct store *store);  /* of the file */
int64_t store_schema_newest(void);                         /* that this program knows */

/* A new id: 63 bits, ordered by time, never given twice by this store. */
int64_t store_new_id(struct store *store);

/* Waits for a free reading connection. *out is set only on success. */
MUST_CHECK bool store_read(struct store *store, struct store_txn **out, struct err *err);
/* Waits for its turn; others wait until it ends, so do no slow work within. */
MUST_CHECK bool store_write(struct store *store, struct store_txn **out, struct err *err);
/* Ends the transaction in either case, sets *txn to NULL. ERR_INTERNAL "store-unaudited" when it must not. */
MUST_CHECK bool store_commit(struct store_txn **txn, struct err *err);
/* Ends a reading one, undoes a writing one. For CLEANUP; NULL inside is fine. */
void store_end(struct store_txn **txn);

struct store *store_of(struct store_txn *txn);

/* Checkpoint of the write-ahead log, and integrity of the file ("ok" or ERR_INTERNAL with the first complaint). */
MUST_CHECK bool store_checkpoint(struct store *store, struct err *err);
MUST_CHECK bool store_integrity(struct store_txn *txn, struct err *err);

/* Who this inventory is: 32 hex digits, made with it, the same wherever it moves. */
MUST_CHECK bool store_instance(struct store_txn *txn, struct arena *arena, struct str *out, struct err *err);

/* ---- whole tables: for moving from engine to engine, and for backups (records/backup) ---- */

struct store_table;

/* All tables of data, those first that others refer to. */
size_t store_table_count(void);
const char *store_table_name(size_t at);
/* ERR_ABSENT when the database has none of that name. Lives in arena. */
MUST_CHECK bool store_table(struct store_txn *txn, struct arena *arena, struct str name, const struct store_table **out,
			    struct err *err);
/* "id:int,name:text,der:bytes": the same on every engine. */
struct str store_table_columns(const struct store_table *table);
/*
 * Adds rows to `to`, in the order of the key, those after that row (empty: from the first): about max_bytes of them, and
 * not none unless there are none. *last is the last of them, within `to`. A row is the same bytes on every engine.
 */
MUST_CHECK bool store_table_read(struct store_txn *txn, const struct store_table *table, struct bytes after,
				 size_t max_bytes, struct buf *to, size_t *count, struct bytes *last, struct err *err);
/* The last row; nothing is added when there is none. */
MUST_CHECK bool store_table_last(struct store_txn *txn, const struct store_table *table, struct buf *to, struct err *err);
/* Into a store that is being filled. */
MUST_CHECK bool store_table_write(struct store_txn *txn, const struct store_table *table, struct bytes rows,
				  struct err *err);
/* All is there: from now on it is a database like any other. */
MUST_CHECK bool store_fill_end(struct store *store, struct err *err);

/* ---- pages ---- */

/*
 * Lists come by keyset: the next page starts after the cursor, whatever was added or removed meanwhile. A cursor is
 * only good for the sort it came from. What goes to strangers is signed by the API.
 */
struct store_cursor {
	bool set;
	int64_t number;  /* of a sort by number or time */
	struct str text; /* of a sort by text */
	int64_t id;
};
struct store_page {
	uint32_t limit; /* 0: 50; at most LIMIT_PAGE_ROWS */
	struct store_cursor after;
	bool descending;
	bool total; /* count all that match, too (costs) */
};
struct store_more {
	struct store_cursor next; /* set: there is a next page */
	int64_t total;            /* -1: not asked */
};

/* ---- certificates ---- */

/* A sort: name, column. */
enum store_certificate_sort {
	STORE_BY_NOT_AFTER,
	STORE_BY_NAME,
	STORE_BY_ISSUER,
	STORE_BY_FIRST_SEEN,
	STORE_BY_NOT_BEFORE,
};
MUST_CHECK bool store_certificates(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
				   enum store_certificate_sort sort, const struct store_page *page, int64_t now,
				   const struct model_certificate **rows, size_t *count,
				   struct store_more *more, struct err *err);
MUST_CHECK bool store_certificate(struct store_txn *txn, struct arena *arena, const uint8_t sha256[HASH_SHA256],
				  struct model_certificate *out, struct err *err);
MUST_CHECK bool store_certificate_by_id(struct store_txn *txn, struct arena *arena, int64_t id,
					struct model_certificate *out, struct err *err);
/* Both may be NULL. facts_json is the facts object. */
MUST_CHECK bool store_certificate_body(struct store_txn *txn, struct arena *arena, int64_t id, struct bytes *der,
				       struct str *facts_json, struct err *err);
/* Certificates whose issuer has the subject of that one. */
MUST_CHECK bool store_certificate_issued_count(struct store_txn *txn, int64_t id, int64_t *out, struct err *err);
/* What followed that leaf when it was last seen at an endpoint, in order, without the leaf. */
MUST_CHECK bool store_certificate_chain(struct store_txn *txn, struct arena *arena, int64_t id,
					const struct model_certificate **rows, size_t *count, struct err *err);
/* Adds it unless it is there. *added may be NULL. */
MUST_CHECK bool store_certificate_add(struct store_txn *txn, const struct model_new_certificate *certificate,
				      int64_t *id, bool *added, struct err *err);
/* ERR_ABSENT when it is not there. */
MUST_CHECK bool store_certificate_id(struct store_txn *txn, const uint8_t sha256[HASH_SHA256], int64_t *id,
				     struct err *err);

/* ---- sightings: where a certificate is ---- */

/* Current ones first, newest first. */
MUST_CHECK bool store_sightings(struct store_txn *txn, struct arena *arena, int64_t certificate_id,
				const struct store_page *page, const struct model_sighting **rows, size_t *count,
				struct store_more *more, struct err *err);

/* ---- hosts and endpoints ---- */

enum store_host_sort { STORE_HOST_BY_NAME, STORE_HOST_BY_LAST_SEEN };
MUST_CHECK bool store_hosts(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
			    enum store_host_sort sort, const struct store_page *page, int64_t now,
			    const struct model_host **rows, size_t *count, struct store_more *more,
			    struct err *err);
MUST_CHECK bool store_host(struct store_txn *txn, struct arena *arena, int64_t id, struct model_host *out,
			   struct err *err);
/* Sets owner, service, cmdb_id and note of row->id if its version is still row->version: ERR_CONFLICT "changed". */
MUST_CHECK bool store_host_change(struct store_txn *txn, const struct model_host *host, struct err *err);
/* By port and server name, at most `most`. */
MUST_CHECK bool store_host_endpoints(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				     const struct model_endpoint **rows, size_t *count, struct err *err);

enum store_endpoint_sort {
	STORE_ENDPOINT_BY_HOST,
	STORE_ENDPOINT_BY_FIRST_SEEN,
	STORE_ENDPOINT_BY_LAST_SEEN,
};
MUST_CHECK bool store_endpoints(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
				enum store_endpoint_sort sort, const struct store_page *page, int64_t now,
				const struct model_endpoint **rows, size_t *count, struct store_more *more,
				struct err *err);
MUST_CHECK bool store_endpoint(struct store_txn *txn, struct arena *arena, int64_t id, struct model_endpoint *out,
			       struct err *err);
/* Certificates it shows now, leaf first. */
MUST_CHECK bool store_endpoint_certificates(struct store_txn *txn, struct arena *arena, int64_t id,
					    const struct model_certificate **rows, size_t *count,
					    struct err *err);

/* ---- lineages ---- */

enum store_lineage_sort { STORE_LINEAGE_BY_NAME, STORE_LINEAGE_BY_CREATED };
MUST_CHECK bool store_lineages(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
			       enum store_lineage_sort sort, const struct store_page *page, int64_t now,
			       const struct model_lineage **rows, size_t *count, struct store_more *more,
			       struct err *err);
MUST_CHECK bool store_lineage(struct store_txn *txn, struct arena *arena, int64_t id, struct model_lineage *out,
			      struct err *err);
/* Newest end first; at most LIMIT_PAGE_ROWS. */
MUST_CHECK bool store_lineage_certificates(struct store_txn *txn, struct arena *arena, int64_t id,
					   const struct model_certificate **rows, size_t *count,
					   struct err *err);
/* The lineage of that set of names (any order, any case), made when there is none. *made may be NULL. Audited. */
MUST_CHECK bool store_lineage_for(struct store_txn *txn, struct str name, const struct str *names,
				  size_t name_count, bool demo, int64_t now, int64_t *id, bool *made,
				  struct err *err);
/* The lineage of a certificate by the names it was kept with, made when there is none. Audited when *made. */
MUST_CHECK bool store_lineage_adopt(struct store_txn *txn, int64_t certificate_id, bool demo, int64_t now,
				    int64_t *lineage_id, bool *made, struct err *err);
/* Its names as they were kept; main: the one it is shown by. */
MUST_CHECK bool store_certificate_names(struct store_txn *txn, struct arena *arena, int64_t id, struct str *main,
					const struct str **names, size_t *count, struct err *err);
/* How it stands with its lineage; all 0 when it has none. */
struct store_standing {
	int64_t lineage_id, certificate_count, version, created_at;
};
MUST_CHECK bool store_certificate_standing(struct store_txn *txn, int64_t id, struct store_standing *out,
					   struct err *err);
/* The leaf that was last at a place where this one is now, with its lineage; 0 when there is none. */
MUST_CHECK bool store_leaf_before(struct store_txn *txn, int64_t id, int64_t *before_id, int64_t *lineage_id,
				  struct err *err);
/* Whether some lineage has had its set of names. */
MUST_CHECK bool store_lineage_known(struct store_txn *txn, int64_t certificate_id, bool *known, struct err *err);
/* Puts it there, and that lineage has had its set of names from now on. */
MUST_CHECK bool store_lineage_continue(struct store_txn *txn, int64_t lineage_id, int64_t certificate_id,
				       struct err *err);
/* Its only certificate goes to another lineage, and it is no more. Nobody said anything of it yet. */
MUST_CHECK bool store_lineage_undo(struct store_txn *txn, int64_t id, int64_t to, struct err *err);
MUST_CHECK bool store_lineage_put(struct store_txn *txn, int64_t lineage_id, int64_t certificate_id,
				  struct err *err);
/* What a lineage of one certificate has for a reason: nothing has been seen yet (decisions/path says the same). */
#define STORE_PATH_FIRST "no renewal has been seen yet"
/* Audited when the path becomes another; a new reason alone need not be. */
MUST_CHECK bool store_lineage_path(struct store_txn *txn, int64_t id, enum model_path path, struct str reason,
				   struct err *err);

/*
 * What people say of a lineage, changed in part: what has NULL data, or its flag not set, stays as it is. The one way to
 * change these: the counts of teams, services, tags and keys follow. The audit entry is the caller's.
 */
struct store_lineage_change {
	int64_t if_version; /* only when it is that; 0: whatever it is. Else ERR_CONFLICT "changed" */
	bool set_owner, set_service, set_criticality, set_tags, set_ignored;
	int64_t owner, service; /* ids; 0: none. ERR_INPUT "no-such-team", "no-such-service" */
	enum model_criticality criticality;
	struct str purpose, environment, note; /* empty: none */
	const struct str *tags;                /* with set_tags: these and no others */
	size_t tag_count;
	const struct str *add_tags, *remove_tags; /* words: see model_word_is_good; ERR_INPUT "tags-too-many" */
	size_t add_tag_count, remove_tag_count;
	bool ignore; /* with set_ignored: until ignored_until (0: for good), or not at all */
	int64_t ignored_until;
	struct str ignored_reason;
	bool by_person; /* a person says so: what is set is his from now on */
	bool by_rule;   /* what a person set stays as it is; with neither, all is changed and nobody's mark */
};
/* *changed: something is different now. ERR_ABSENT when there is no such lineage. */
MUST_CHECK bool store_lineage_change(struct store_txn *txn, int64_t id, const struct store_lineage_change *change,
				     int64_t now, bool *changed, struct err *err);
/* All tags in use, by name. */
MUST_CHECK bool store_tags(struct store_txn *txn, struct arena *arena, const struct model_tag **rows, size_t *count,
			   struct err *err);

/* ---- teams and services ---- */

enum store_named_sort { STORE_NAMED_BY_NAME, STORE_NAMED_BY_LINEAGES };
/* part: of the name; empty: all. Without contacts. */
MUST_CHECK bool store_teams(struct store_txn *txn, struct arena *arena, struct str part, enum store_named_sort sort,
			    const struct store_page *page, const struct model_team **rows, size_t *count,
			    struct store_more *more, struct err *err);
/* With contacts. */
MUST_CHECK bool store_team(struct store_txn *txn, struct arena *arena, int64_t id, struct model_team *out,
			   struct err *err);
MUST_CHECK bool store_team_by_name(struct store_txn *txn, struct arena *arena, struct str name,
				   struct model_team *out, struct err *err);
MUST_CHECK bool store_team_contacts(struct store_txn *txn, struct arena *arena, int64_t id,
				    const struct model_contact **rows, size_t *count, struct err *err);
/* Of the row: name, note, contacts, demo. ERR_CONFLICT "name-taken". Audited, as all changes here. */
MUST_CHECK bool store_team_add(struct store_txn *txn, const struct model_team *team, int64_t now, int64_t *id,
			       struct err *err);
/* Sets name, note and contacts of row->id if its version is still row->version: ERR_CONFLICT "changed". */
MUST_CHECK bool store_team_change(struct store_txn *txn, const struct model_team *team, struct err *err);
/*
 * What it answers for goes to another team (to_team), or to nobody (0) when nothing is left with it; else ERR_CONFLICT
 * "in-use". if_version 0: whatever it is.
 */
MUST_CHECK bool store_team_remove(struct store_txn *txn, int64_t id, int64_t to_team, int64_t if_version,
				  int64_t now, struct err *err);

MUST_CHECK bool store_services(struct store_txn *txn, struct arena *arena, struct str part,
			       enum store_named_sort sort, const struct store_page *page,
			       const struct model_service **rows, size_t *count, struct store_more *more,
			       struct err *err);
MUST_CHECK bool store_service(struct store_txn *txn, struct arena *arena, int64_t id, struct model_service *out,
			      struct err *err);
MUST_CHECK bool store_service_by_name(struct store_txn *txn, struct arena *arena, struct str name,
				      struct model_service *out, struct err *err);
/* Of the row: all but the counts. Errors as of teams. */
MUST_CHECK bool store_service_add(struct store_txn *txn, const struct model_service *service, int64_t now,
				  int64_t *id, struct err *err);
MUST_CHECK bool store_service_change(struct store_txn *txn, const struct model_service *service, struct err *err);
MUST_CHECK bool store_service_remove(struct store_txn *txn, int64_t id, int64_t to_service, int64_t if_version,
				     int64_t now, struct err *err);

/* ---- keys and authorities ---- */

enum store_key_sort { STORE_KEY_BY_CERTIFICATES, STORE_KEY_BY_HOSTS, STORE_KEY_BY_BITS, STORE_KEY_BY_FIRST_SEEN };
MUST_CHECK bool store_keys(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
			   enum store_key_sort sort, const struct store_page *page, int64_t now,
			   const struct model_key **rows, size_t *count, struct store_more *more, struct err *err);
MUST_CHECK bool store_key(struct store_txn *txn, struct arena *arena, const uint8_t sha256[HASH_SHA256],
			  struct model_key *out, struct err *err);
/* Newest end first, at most `most`. */
MUST_CHECK bool store_key_certificates(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				       const struct model_certificate **rows, size_t *count, struct err *err);
/* That show it now, by name; without counts. */
MUST_CHECK bool store_key_hosts(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				const struct model_host **rows, size_t *count, struct err *err);
MUST_CHECK bool store_key_teams(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				const struct model_team **rows, size_t *count, struct err *err);

enum store_authority_sort { STORE_AUTHORITY_BY_NOT_AFTER, STORE_AUTHORITY_BY_NAME, STORE_AUTHORITY_BY_ISSUED };
MUST_CHECK bool store_authorities(struct store_txn *txn, struct arena *arena, const struct model_filter *filter,
				  enum store_authority_sort sort, const struct store_page *page, int64_t now,
				  const struct model_authority **rows, size_t *count, struct store_more *more,
				  struct err *err);

/* Others with the same key, and others for the same main name: newest end first, at most `most`. */
MUST_CHECK bool store_certificate_same_key(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
					   const struct model_certificate **rows, size_t *count,
					   struct err *err);
MUST_CHECK bool store_certificate_same_name(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
					    const struct model_certificate **rows, size_t *count,
					    struct err *err);
/* Hosts that show it now; counted up to 10,000. */
MUST_CHECK bool store_certificate_hosts(struct store_txn *txn, int64_t id, int64_t *out, struct err *err);

/* ---- paths ---- */

/* A certificate of a lineage, as its path is judged by. */
struct store_past {
	int64_t id, not_before, not_after;
	bool active;
	struct str key_algorithm;
	int64_t replaces_id, replaced_by_id;
};
/* An endpoint that showed one of them as its own. */
struct store_past_sight {
	int64_t certificate_id, location_id;
	struct str place; /* "192.0.2.1:443" */
	int64_t first_seen, last_seen;
	bool current;
};
/* By place, those that were met first first. */
MUST_CHECK bool store_lineage_sights(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				     const struct store_past_sight **rows, size_t *count, struct err *err);
/* Certificates of a lineage: of those that end last, at most `most`, oldest begin first. */
MUST_CHECK bool store_lineage_past(struct store_txn *txn, struct arena *arena, int64_t id, size_t most,
				   const struct store_past **rows, size_t *count, struct err *err);
MUST_CHECK bool store_certificate_replaces(struct store_txn *txn, int64_t id, int64_t replaces_id,
					   int64_t replaced_by_id, struct err *err);
/* Lineages whose path is to be thought about by now: what changed first. */
MUST_CHECK bool store_lineages_due(struct store_txn *txn, struct arena *arena, int64_t now, size_t most,
				   const int64_t **ids, size_t *count, struct err *err);
/* When to think again; 0: when something changes. */
MUST_CHECK bool store_lineage_reviewed(struct store_txn *txn, int64_t id, int64_t review_at, struct err *err);
/* ---- the demo ---- */

/* What was deleted. */
struct store_demo_gone {
	int64_t certificates, endpoints, scans;
};
/* Deletes every object of the demo that nothing else shows, and counts it back. Wants an audit entry. */
MUST_CHECK bool store_demo_end(struct store_txn *txn, int64_t now, struct store_demo_gone *gone, struct err *err);
/* A scan of the demo that has not ended; 0: none. */
MUST_CHECK bool store_demo_scan(struct store_txn *txn, int64_t *scan_id, struct err *err);

/* ---- overview ---- */

struct store_overview {
	int64_t active, proven, need_you; /* certificates: leaves shown somewhere now; see store_needs */
	int64_t certificates, lineages, endpoints, hosts;
	bool demo; /* some object is of the demo */
};
MUST_CHECK bool store_overview(struct store_txn *txn, int64_t now, struct store_overview *out, struct err *err);

/* Active certificates that end in each week; start is made the Monday (UTC) of the week of now. */
#define STORE_WEEKS 26
struct store_week {
	int64_t start;
	int64_t count;
};
MUST_CHECK bool store_expiring_weeks(struct store_txn *txn, int64_t now, struct store_week weeks[STORE_WEEKS],
				     struct err *err);

/* Active certificates that want somebody to act, worst first. */
struct store_need {
	struct model_certificate certificate;
	enum model_problem problem;     /* the worst */
	uint32_t problems;              /* all, those of the time included */
	struct model_endpoint endpoint; /* one that shows it; id 0: none */
	int64_t endpoint_count;
};
MUST_CHECK bool store_needs(struct store_txn *txn, struct arena *arena, int64_t now, uint32_t limit,
			    const struct store_need **rows, size_t *count, struct err *err);

/* ---- scans ---- */

struct store_scan_new {
	struct str targets_json, options_json;
	struct str by;
	int64_t targets_total; /* -1 unknown */
	bool demo;
	int64_t source_id, run_id; /* 0: of no source */
};
/* Audited. jobs/scan has the whole of it, with its job and its checks. */
MUST_CHECK bool store_scan_add(struct store_txn *txn, const struct store_scan_new *scan, int64_t now, int64_t *id,
			       struct err *err);
MUST_CHECK bool store_scan(struct store_txn *txn, struct arena *arena, int64_t id, struct model_scan *out,
			   struct err *err);
/* Newest first. */
MUST_CHECK bool store_scans(struct store_txn *txn, struct arena *arena, const struct store_page *page,
			    const struct model_scan **rows, size_t *count, struct store_more *more,
			    struct err *err);
/* The last one made, or *found false. */
MUST_CHECK bool store_scan_last(struct store_txn *txn, struct arena *arena, struct model_scan *out, bool *found,
				struct err *err);
/* Sets started_at on RUNNING, ended_at on the ends. Audited. */
MUST_CHECK bool store_scan_state(struct store_txn *txn, int64_t id, enum model_scan_state state, struct str detail,
				 int64_t now, struct err *err);
MUST_CHECK bool store_scan_total(struct store_txn *txn, int64_t id, int64_t targets_total, struct err *err);
/* In the order of the targets. outcome: NULL data for all. */
MUST_CHECK bool store_scan_records(struct store_txn *txn, struct arena *arena, int64_t scan_id, struct str outcome,
				   const struct store_page *page, const struct model_scan_record **rows,
				   size_t *count, struct store_more *more, struct err *err);
/* Writes a record as the contract has it: certificates' facts in place of their hashes. */
MUST_CHECK bool store_scan_record_write(struct store_txn *txn, struct arena *arena,
					const struct model_scan_record *record, struct json_out *json,
					struct err *err);
/* Calls each with the number of every target that has a record, ascending. */
MUST_CHECK bool store_scan_numbers(struct store_txn *txn, int64_t scan_id,
				   void (*each)(void *data, int64_t number), void *data, struct err *err);

/*
 * What a scan saw of one target: updates host, endpoint, location, sightings and counts, and keeps the record. One
 * record for a target and address: a second one changes nothing and *fresh is false. The certificates
 * must have been added.
 */
struct store_seen {
	int64_t scan_id, number;
	struct str host, address, protocol, server_name;
	int64_t port;
	struct str outcome, detail;
	bool tls_known;
	struct str tls_json;
	const int64_t *chain; /* ids, leaf first, as sent */
	size_t chain_count;
	const int64_t *other_leaves;
	size_t other_leaf_count;
	int name_matches, chain_complete; /* -1 unknown, 0, 1 */
	struct str trust_mozilla, trust_chrome, trust_system;
	uint32_t problems; /* lasting ones of the endpoint: name-mismatch, incomplete-chain, untrusted */
	int private_ca;    /* of the leaf: -1 unknown, 0 some public root stands above it, 1 none does */
	struct str json;
	int64_t at;
	bool demo;
	bool whole; /* the look asked for all key types: what it did not see is gone */
	int64_t source_id, run_id; /* 0: of no source */
	struct str scope;          /* of a run: the word that the target came from */
	/* When nothing was there: how much that counts, and at how much the place is gone (decisions/gone). */
	uint32_t miss, gone_at_misses;
	bool unclear; /* something answered and gave no certificate */
};
MUST_CHECK bool store_see(struct store_txn *txn, const struct store_seen *seen, bool *fresh, struct err *err);
/*
 * A place that is not an endpoint, and the certificates seen there (they must have been added). What was there before and
 * is not named any more is gone at once, unless part is set. See enum model_place for what it means to a certificate.
 */
struct store_place_seen {
	enum model_location_kind kind; /* not MODEL_LOCATION_ENDPOINT */
	struct str address;            /* "/etc/ssl/shop.pem", "/srv/app.p12#tomcat", a log's name */
	const int64_t *certificates;   /* ids, as they lie there */
	size_t count;
	bool leaf; /* the first (with part: each) is somebody's own certificate, not a CA's */
	bool part; /* more may be there: a log, an import */
	int64_t at;
	bool demo;
	int64_t source_id, run_id; /* 0: of no source */
};
/* *location_id may be NULL. jobs/find has the whole of it: lineage, rules, what is new. */
MUST_CHECK bool store_place_see(struct store_txn *txn, const struct store_place_seen *seen, int64_t *location_id,
				struct err *err);
/* Adds to the scan's counter of new certificates. */
MUST_CHECK bool store_scan_found(struct store_txn *txn, int64_t scan_id, int64_t new_certificates, struct err *err);

/* ---- jobs: leased rows; see jobs/runner ---- */

MUST_CHECK bool store_job_add(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t due_at,
			      int64_t now, int64_t *id, struct err *err);
/* Newest first. */
MUST_CHECK bool store_jobs(struct store_txn *txn, struct arena *arena, const struct store_page *page,
			   const struct model_job **rows, size_t *count, struct store_more *more,
			   struct err *err);
MUST_CHECK bool store_job(struct store_txn *txn, struct arena *arena, int64_t id, struct model_job *out,
			  struct err *err);
/* One that recurs: makes its row unless it is there; one that ended begins again. */
MUST_CHECK bool store_job_keep(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t now,
			       struct err *err);
/* Kinds of which some job is due and free. */
MUST_CHECK bool store_jobs_due(struct store_txn *txn, struct arena *arena, int64_t now, const struct str **kinds,
			       size_t *count, struct err *err);
/*
 * Takes the next one of that kind that is due and free (never leased, or its lease ran out): its epoch and attempts
 * grow by one.
 */
MUST_CHECK bool store_job_take(struct store_txn *txn, struct arena *arena, struct str kind, int64_t now,
			       int64_t lease_s, struct model_job *out, bool *taken, struct err *err);
/* The lease is held by that epoch still, and is extended; else ERR_CONFLICT "job-stale": write nothing more. */
MUST_CHECK bool store_job_hold(struct store_txn *txn, int64_t id, int64_t epoch, int64_t now, int64_t lease_s,
			       struct err *err);
/* Ends it (DONE, FAILED, STOPPED), or gives it back to be taken at due_at (WAITING). ERR_CONFLICT when stale. */
MUST_CHECK bool store_job_end(struct store_txn *txn, int64_t id, int64_t epoch, enum model_job_state state,
			      int64_t due_at, struct str detail, int64_t now, struct err *err);
/* Gives it back, to be taken at due_at, as one that never failed. ERR_CONFLICT when stale, as the next two. */
MUST_CHECK bool store_job_again(struct store_txn *txn, int64_t id, int64_t epoch, int64_t due_at, struct err *err);
MUST_CHECK bool store_job_progress(struct store_txn *txn, int64_t id, int64_t epoch, int64_t done, int64_t total,
				   struct err *err);
MUST_CHECK bool store_job_result(struct store_txn *txn, int64_t id, int64_t epoch, struct str json, struct err *err);
/* Asks that the job of that subject end; one that waits is ended at once. */
MUST_CHECK bool store_job_stop(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t now,
			       struct err *err);
MUST_CHECK bool store_job_stop_asked(struct store_txn *txn, int64_t id, bool *asked, struct err *err);
/* Leases of a process that is gone for sure: all may be taken at once. At the engine's start. */
MUST_CHECK bool store_jobs_release(struct store_txn *txn, struct err *err);

/* ---- views: saved queries ---- */

/* Own and shared ones, by name. */
MUST_CHECK bool store_views(struct store_txn *txn, struct arena *arena, int64_t user_id, const struct store_page *page,
			    const struct model_view **rows, size_t *count, struct store_more *more, struct err *err);
MUST_CHECK bool store_view(struct store_txn *txn, struct arena *arena, int64_t id, struct model_view *out,
			   struct err *err);
/* id, version and created_at are not looked at. ERR_CONFLICT when its owner has one of that name. Audited, as the next. */
MUST_CHECK bool store_view_add(struct store_txn *txn, const struct model_view *view, int64_t now, int64_t *id,
			       struct err *err);
/* view->version is the one that was read: ERR_CONFLICT "changed" when it is not that any more. The owner stays. */
MUST_CHECK bool store_view_change(struct store_txn *txn, const struct model_view *view, struct err *err);
MUST_CHECK bool store_view_remove(struct store_txn *txn, int64_t id, int64_t version, struct err *err);

/* ---- selections: frozen sets of ids, and what is done to them ---- */

/*
 * Freezes what fits now. ERR_INPUT "selection-large" when more than LIMIT_SELECTION_ITEMS fit. q is the text that the
 * filter came from. Not audited: it changes nothing yet.
 */
MUST_CHECK bool store_selection_make(struct store_txn *txn, enum model_noun noun, const struct model_filter *filter,
				     struct str q, struct str by, int64_t now, int64_t expires_at, int64_t *id,
				     struct err *err);
/* The same of given ids, which must be there. */
MUST_CHECK bool store_selection_of(struct store_txn *txn, enum model_noun noun, const int64_t *ids, size_t count,
				   struct str by, int64_t now, int64_t expires_at, int64_t *id, struct err *err);
/* ERR_ABSENT when it has expired, too. */
MUST_CHECK bool store_selection(struct store_txn *txn, struct arena *arena, int64_t id, int64_t now,
				struct model_selection *out, struct err *err);
/* Its items in the order of their ids; what was removed since is left out. One of these fits its noun. */
MUST_CHECK bool store_selection_certificates(struct store_txn *txn, struct arena *arena, int64_t id,
					     const struct store_page *page, const struct model_certificate **rows,
					     size_t *count, struct store_more *more, struct err *err);
MUST_CHECK bool store_selection_endpoints(struct store_txn *txn, struct arena *arena, int64_t id,
					  const struct store_page *page, const struct model_endpoint **rows,
					  size_t *count, struct store_more *more, struct err *err);
MUST_CHECK bool store_selection_lineages(struct store_txn *txn, struct arena *arena, int64_t id,
					 const struct store_page *page, const struct model_lineage **rows,
					 size_t *count, struct store_more *more, struct err *err);
/* At most max ids after that one, ascending. */
MUST_CHECK bool store_selection_ids(struct store_txn *txn, struct arena *arena, int64_t id, int64_t after, size_t max,
				    const int64_t **ids, size_t *count, struct err *err);
/* What an action on lineages needs to know of an item. */
struct store_item {
	int64_t id;
	struct str name;
	int64_t certificate_id; /* 0: it shows none */
	int64_t lineage_id;     /* 0: it has none */
	bool ca, demo;
};
MUST_CHECK bool store_selection_lineage_items(struct store_txn *txn, struct arena *arena,
					      const struct model_selection *selection, int64_t after, size_t max,
					      const struct store_item **items, size_t *count, struct err *err);
/* Removes a slice of what has expired and is not used by an action that runs; call now and then. */
MUST_CHECK bool store_selections_purge(struct store_txn *txn, int64_t now, struct err *err);

/* Audited. Its job is of kind "action" with its id as subject. */
MUST_CHECK bool store_action_add(struct store_txn *txn, const struct model_action *action, int64_t now, int64_t *id,
				 struct err *err);
MUST_CHECK bool store_action(struct store_txn *txn, struct arena *arena, int64_t id, struct model_action *out,
			     struct err *err);
/* How far it is: after_item, done, changed, failed. In the transaction of the batch. */
MUST_CHECK bool store_action_step(struct store_txn *txn, const struct model_action *action, struct err *err);
MUST_CHECK bool store_action_failed(struct store_txn *txn, int64_t action_id, int64_t item_id, struct str name,
				    struct str why, struct err *err);
/* The first of them. */
MUST_CHECK bool store_action_failures(struct store_txn *txn, struct arena *arena, int64_t action_id, size_t max,
				      const struct model_action_failure **rows, size_t *count, struct err *err);
/* Due now, if it waits: something that it waits for has happened. */
MUST_CHECK bool store_job_hurry(struct store_txn *txn, struct str kind, int64_t subject_id, int64_t now,
				struct err *err);

/* ---- sources and their runs ---- */

/* By name. */
MUST_CHECK bool store_sources(struct store_txn *txn, struct arena *arena, const struct store_page *page,
			      const struct model_source **rows, size_t *count, struct store_more *more,
			      struct err *err);
MUST_CHECK bool store_source(struct store_txn *txn, struct arena *arena, int64_t id, struct model_source *out,
			     struct err *err);
MUST_CHECK bool store_source_by_name(struct store_txn *txn, struct arena *arena, struct str name,
				     struct model_source *out, struct err *err);
/* Audited, as the next three. ERR_CONFLICT "name-taken". What a run writes (state, last, found) is not looked at. */
MUST_CHECK bool store_source_add(struct store_txn *txn, const struct model_source *source, int64_t now, int64_t *id,
				 struct err *err);
/* ERR_CONFLICT "changed" when source->version is not the row's; it grows by one. */
MUST_CHECK bool store_source_set(struct store_txn *txn, const struct model_source *source, struct err *err);
/* With its history; what it found stays. ERR_CONFLICT "source-runs" while a run of it is open. */
MUST_CHECK bool store_source_remove(struct store_txn *txn, int64_t id, struct err *err);
MUST_CHECK bool store_source_next(struct store_txn *txn, int64_t id, int64_t next_run_at, struct err *err);
MUST_CHECK bool store_source_state(struct store_txn *txn, int64_t id, struct str state, struct err *err);
/* Neither paused nor running, next_run_at has come; at most max, longest due first. */
MUST_CHECK bool store_sources_due(struct store_txn *txn, struct arena *arena, int64_t now, size_t max,
				  const struct model_source **rows, size_t *count, struct err *err);

/* *made false: there is one for that time, or one is open. Audited when made. */
MUST_CHECK bool store_run_add(struct store_txn *txn, int64_t source_id, int64_t due_at, struct str by, int64_t now,
			      int64_t *id, bool *made, struct err *err);
MUST_CHECK bool store_run(struct store_txn *txn, struct arena *arena, int64_t id, struct model_run *out,
			  struct err *err);
/* Newest first. */
MUST_CHECK bool store_runs(struct store_txn *txn, struct arena *arena, int64_t source_id,
			   const struct store_page *page, const struct model_run **rows, size_t *count,
			   struct store_more *more, struct err *err);
/* How many of the runs that are kept failed. */
MUST_CHECK bool store_runs_failed(struct store_txn *txn, int64_t source_id, int64_t *out, struct err *err);
/* Audited. scan_id 0: none. */
MUST_CHECK bool store_run_begin(struct store_txn *txn, int64_t id, int64_t scan_id, int64_t now, struct err *err);
/* So many targets of a run came to that. */
MUST_CHECK bool store_run_outcome(struct store_txn *txn, int64_t id, struct str outcome, int64_t count,
				  struct err *err);
/* Counts what changed, and takes targets and outcomes of its scan. Audited. */
MUST_CHECK bool store_run_end(struct store_txn *txn, int64_t id, enum model_scan_state state, struct str detail,
			      int64_t now, struct err *err);

/*
 * Places of a source that a finished run of it did not see: each counts a miss, unless the run's scan looked there
 * and counted it. after: location ids up to there are done; *last is 0 when all are. Each call is one short step.
 */
struct store_missed {
	int64_t source_id, run_id, scan_id;
	uint32_t miss, gone_at_misses;
	int64_t at, after;
	uint32_t max;
};
MUST_CHECK bool store_places_missed(struct store_txn *txn, const struct store_missed *missed, int64_t *last,
				    struct err *err);

/* What a scan of a run found of each scope and port; source and time are the caller's. */
MUST_CHECK bool store_scan_coverage(struct store_txn *txn, struct arena *arena, int64_t scan_id,
				    const struct model_coverage **rows, size_t *count, struct err *err);
/* Coverage of one source, or of all (0), by source, scope, port. */
MUST_CHECK bool store_coverage(struct store_txn *txn, struct arena *arena, int64_t source_id,
			       const struct model_coverage **rows, size_t *count, struct err *err);
MUST_CHECK bool store_coverage_put(struct store_txn *txn, const struct model_coverage *row, struct err *err);
/* Rows of the source that are older: scopes and ports that are no more. */
MUST_CHECK bool store_coverage_trim(struct store_txn *txn, int64_t source_id, int64_t scanned_at, struct err *err);

/* outcome: NULL data for all. Newest first. */
MUST_CHECK bool store_unclear(struct store_txn *txn, struct arena *arena, struct str outcome,
			      const struct store_page *page, const struct model_unclear **rows, size_t *count,
			      struct store_more *more, struct err *err);

/* ---- names that were learnt ---- */

/* address: NULL data when none is known. */
MUST_CHECK bool store_name_learn(struct store_txn *txn, struct str name, enum model_name_origin origin,
				 struct str address, int64_t at, struct err *err);
/* Seen since then, by name; at most max. Each with an address or NULL data. */
struct store_name {
	struct str name, address;
};
MUST_CHECK bool store_names(struct store_txn *txn, struct arena *arena, int64_t since, size_t max,
			    const struct store_name **rows, size_t *count, struct err *err);

/* Names of the leaves that a source's endpoints show now, with where that is; at most max. */
struct store_endpoint_name {
	struct str name, address;
	int64_t port;
};
MUST_CHECK bool store_source_names(struct store_txn *txn, struct arena *arena, int64_t source_id, size_t max,
				   const struct store_endpoint_name **rows, size_t *count, struct err *err);

/* ---- what is new, changed, gone ---- */

MUST_CHECK bool store_change_add(struct store_txn *txn, const struct model_change *change, int64_t certificate_id,
				 struct err *err);
/* A certificate that was added just now is new; where it is, is looked up. */
MUST_CHECK bool store_change_new(struct store_txn *txn, const struct model_change *change, int64_t certificate_id,
				 struct err *err);
/* Newest first. kind -1: all. filter is of certificates. */
MUST_CHECK bool store_changes(struct store_txn *txn, struct arena *arena, const struct model_filter *filter, int kind,
			      int64_t since, const struct store_page *page, int64_t now,
			      const struct model_change **rows, size_t *count, struct store_more *more,
			      struct err *err);
/* With ids from there to there, both included, oldest first. */
MUST_CHECK bool store_changes_between(struct store_txn *txn, struct arena *arena, int64_t first, int64_t last,
				      size_t max, const struct model_change **rows, size_t *count,
				      struct err *err);
MUST_CHECK bool store_changes_purge(struct store_txn *txn, int64_t before, struct err *err);

/* ---- rules for what is found ---- */

/* All, in their order. */
MUST_CHECK bool store_rules(struct store_txn *txn, struct arena *arena, const struct model_rule **rows, size_t *count,
			    struct err *err);
MUST_CHECK bool store_rules_page(struct store_txn *txn, struct arena *arena, const struct store_page *page,
				 const struct model_rule **rows, size_t *count, struct store_more *more,
				 struct err *err);
MUST_CHECK bool store_rule(struct store_txn *txn, struct arena *arena, int64_t id, struct model_rule *out,
			   struct err *err);
/* Audited, as the next two; name-taken and changed as of sources. position 0: last. */
MUST_CHECK bool store_rule_add(struct store_txn *txn, const struct model_rule *rule, int64_t now, int64_t *id,
			       struct err *err);
MUST_CHECK bool store_rule_set(struct store_txn *txn, const struct model_rule *rule, struct err *err);
MUST_CHECK bool store_rule_remove(struct store_txn *txn, int64_t id, struct err *err);
MUST_CHECK bool store_rule_matched(struct store_txn *txn, int64_t id, int64_t by, struct err *err);
/* What a rule set of a lineage; *found false: no rule ever did. */
MUST_CHECK bool store_rule_mark(struct store_txn *txn, struct arena *arena, int64_t lineage_id, struct str field,
				struct str *value, bool *found, struct err *err);
MUST_CHECK bool store_rule_mark_put(struct store_txn *txn, int64_t lineage_id, struct str field, struct str value,
				    int64_t rule_id, int64_t now, struct err *err);

/* ---- counts: what a filter finds, by facets (facts/model MODEL_FACETS_ALL) ---- */

struct store_counted {
	struct str value;       /* of texts, and names of teams and services; NULL data: number has it */
	struct str label;       /* as people see it; NULL data: the word of the number */
	int64_t number;         /* an enum, a bit, a flag, a Monday; the id of a team or service, 0 none */
	int64_t count;
	int64_t next_not_after; /* the soonest end of them that is not past; 0: none */
};
struct store_counts {
	enum model_facet facet;
	const struct store_counted *values; /* most first; weeks in their order */
	size_t count;
	int64_t none; /* rows without a value */
	int64_t none_next_not_after;
	bool more; /* there are more values than these */
};
struct store_tally;
/* Facets that the noun does not have are left out. The filter is borrowed. */
struct store_tally *store_tally_new(enum model_noun noun, const struct model_filter *filter,
				    const enum model_facet *facets, size_t count, int64_t now);
void store_tally_free(struct store_tally *tally); /* NULL is fine */
void store_tally_done(struct store_tally **tally);
/* Counts at most max rows, whichever come first. *cut: there are more. Either this, once, or steps until there is no more. */
MUST_CHECK bool store_tally_first(struct store_txn *txn, struct store_tally *tally, int64_t max, bool *cut,
				  struct err *err);
MUST_CHECK bool store_tally_step(struct store_txn *txn, struct store_tally *tally, int64_t max, bool *more,
				 struct err *err);
int64_t store_tally_rows(const struct store_tally *tally);
/* At most max values of each. */
MUST_CHECK bool store_tally_read(struct store_txn *txn, struct arena *arena, const struct store_tally *tally, size_t max,
				 const struct store_counts **out, size_t *count, struct err *err);

/* Values of a field that begin with a text, then those that have it within; of fields that the inventory knows values of. */
MUST_CHECK bool store_values(struct store_txn *txn, struct arena *arena, enum model_field field, struct str part,
			     size_t max, const struct str **values, size_t *count, struct err *err);

/* When active certificates end, by the day (since 1970, UTC), and how many renewals a week they make. */
#define STORE_TIMELINE_DAYS 366
struct store_timeline {
	int64_t from_day;
	size_t day_count;
	struct {
		int64_t count, without_path;
	} days[STORE_TIMELINE_DAYS];
	int64_t overdue; /* ended before */
	int64_t rows;
	int64_t what_if_s;           /* 0: none */
	int64_t load_now, load_then; /* renewals in a million weeks: at two thirds of the life; of what_if_s when it is shorter */
	int64_t after;
};
void store_timeline_start(struct store_timeline *timeline, int64_t from_day, size_t days, int64_t what_if_s);
/* As the steps of store_tally. */
MUST_CHECK bool store_timeline_first(struct store_txn *txn, struct store_timeline *timeline,
				     const struct model_filter *filter, int64_t now, int64_t max, bool *cut,
				     struct err *err);
MUST_CHECK bool store_timeline_step(struct store_txn *txn, struct store_timeline *timeline,
				    const struct model_filter *filter, int64_t now, int64_t max, bool *more,
				    struct err *err);
/* The counts of the days (not what is without a path) of all, from the table of days, whatever was counted before. */
MUST_CHECK bool store_timeline_days(struct store_txn *txn, struct store_timeline *timeline, struct err *err);

/* ---- the map: what is connected to what ---- */

enum store_map_kind {
	STORE_MAP_CERTIFICATE,
	STORE_MAP_KEY,
	STORE_MAP_HOST,
	STORE_MAP_FILE, /* a location that holds */
	STORE_MAP_SERVICE,
	STORE_MAP_AUTHORITY,
	STORE_MAP_TEAM,
};
struct store_map_node {
	enum store_map_kind kind;
	int64_t id;
	struct str name, sub;
	bool has_hash;
	uint8_t hash[HASH_SHA256]; /* of a certificate or key */
	int64_t number;            /* of a key its bits, of a file its enum model_location_kind */
	int64_t not_before, not_after;
	uint32_t problems; /* lasting ones */
};
/* Things that one is connected to in one way: the first of them, and how many there are (at most ten thousand). */
struct store_map_related {
	enum store_map_kind to;
	const char *what; /* "served by" */
	const int64_t *ids;
	size_t count;
	int64_t total;
};
struct store_map_reach {
	int64_t certificates, hosts, files, services, teams;
	int64_t oldest; /* when the copy that is there longest was first seen; 0: none is */
	bool bounded;   /* there are more certificates than were looked at */
};
const char *store_map_kind_name(enum store_map_kind kind);
MUST_CHECK bool store_map_kind_read(struct str word, enum store_map_kind *out);
/* By what people write behind "kind:": a hash or an id. ERR_ABSENT. */
MUST_CHECK bool store_map_find(struct store_txn *txn, enum store_map_kind kind, struct str text, int64_t *id,
			       struct err *err);
MUST_CHECK bool store_map_node(struct store_txn *txn, struct arena *arena, enum store_map_kind kind, int64_t id,
			       struct store_map_node *out, struct err *err);
size_t store_map_relation_count(void);
/* The nth relation; out->total 0 when that kind does not have it. */
MUST_CHECK bool store_map_related(struct store_txn *txn, struct arena *arena, size_t nth,
				  const struct store_map_node *from, size_t max, struct store_map_related *out,
				  struct err *err);
MUST_CHECK bool store_map_reach(struct store_txn *txn, const struct store_map_node *root, struct store_map_reach *out,
				struct err *err);

/* ---- logs of Certificate Transparency: what jobs/ct keeps ---- */

#define STORE_CT_LOGS 1024
struct store_ct_log {
	struct str log_id; /* SHA-256 of its key, hexadecimal */
	struct str name, url;
	struct str position; /* JSON of discovery/ct; empty: never read */
	int64_t tree_size, next_index;
	int64_t entries_read, entries_ours, entries_unreadable; /* put: to be added */
	int64_t read_at;
	struct str problem_code, problem; /* empty: none */
	int64_t problem_at;
};
MUST_CHECK bool store_ct_logs(struct store_txn *txn, struct arena *arena, int64_t source_id,
			      const struct store_ct_log **rows, size_t *count, struct err *err);
/* from_index: where reading stood before, -1: never read; ERR_CONFLICT when it stands elsewhere. Problems are left alone. */
MUST_CHECK bool store_ct_log_put(struct store_txn *txn, int64_t source_id, const struct store_ct_log *log,
				 int64_t from_index, struct err *err);
/* problem_code empty: none any more. *is_news: it was another, or none. */
MUST_CHECK bool store_ct_log_problem(struct store_txn *txn, int64_t source_id, const struct store_ct_log *log,
				     bool *is_news, struct err *err);

struct store_ct_entry {
	struct str log_id;
	int64_t index, certificate_id, logged_at_ms, first_seen;
	bool precertificate;
};
/* Once for a log and index. A certificate of the same issuer and serial becomes its twin. */
MUST_CHECK bool store_ct_entry_add(struct store_txn *txn, const struct store_ct_entry *entry, struct err *err);
/* The final certificate of a precertificate, or the other way round; 0: not known. */
MUST_CHECK bool store_ct_twin(struct store_txn *txn, int64_t certificate_id, int64_t *twin_id, struct err *err);

/* ---- people ---- */

/* ERR_CONFLICT when the name is taken (any case). Audited, as all of this part but touch and purge. */
MUST_CHECK bool store_user_add(struct store_txn *txn, struct str name, enum model_role role, struct str password,
			       int64_t now, int64_t *id, struct err *err);
MUST_CHECK bool store_user_by_name(struct store_txn *txn, struct arena *arena, struct str name,
				   struct model_user *out, struct err *err);
MUST_CHECK bool store_user(struct store_txn *txn, struct arena *arena, int64_t id, struct model_user *out,
			   struct err *err);
MUST_CHECK bool store_user_count(struct store_txn *txn, int64_t *out, struct err *err);
MUST_CHECK bool store_user_password(struct store_txn *txn, int64_t id, struct str password, struct err *err);

MUST_CHECK bool store_session_add(struct store_txn *txn, int64_t user_id, const uint8_t token_sha256[HASH_SHA256],
				  struct str from, int64_t now, int64_t expires_at, int64_t *id,
				  struct err *err);
/* Only one that has not expired, of a user that is not disabled; else ERR_ABSENT. */
MUST_CHECK bool store_session(struct store_txn *txn, struct arena *arena, const uint8_t token_sha256[HASH_SHA256],
			      int64_t now, struct model_session *out, struct err *err);
MUST_CHECK bool store_session_touch(struct store_txn *txn, int64_t id, int64_t now, struct err *err);
MUST_CHECK bool store_session_end(struct store_txn *txn, int64_t id, struct err *err);
MUST_CHECK bool store_sessions_purge(struct store_txn *txn, int64_t now, struct err *err); /* expired ones */

/* One setup token stands at a time: adding one removes the others. */
MUST_CHECK bool store_setup_token_put(struct store_txn *txn, const uint8_t token_sha256[HASH_SHA256], int64_t now,
				      int64_t expires_at, struct err *err);
/* Uses it up; ERR_ABSENT when it is not there or has expired. */
MUST_CHECK bool store_setup_token_take(struct store_txn *txn, const uint8_t token_sha256[HASH_SHA256], int64_t now,
				       struct err *err);

/* Answers kept for Idempotency-Key; key is the caller's (user and key). Not audited: the deed is. */
MUST_CHECK bool store_answer_put(struct store_txn *txn, struct str key, const uint8_t request_sha256[HASH_SHA256],
				 int64_t status, struct str body, int64_t now, struct err *err);
MUST_CHECK bool store_answer(struct store_txn *txn, struct arena *arena, struct str key,
			     uint8_t request_sha256[HASH_SHA256], int64_t *status, struct str *body,
			     struct err *err);
MUST_CHECK bool store_answers_purge(struct store_txn *txn, int64_t before, struct err *err);

/* ---- calendars: audited, all but touch ---- */

MUST_CHECK bool store_calendar_add(struct store_txn *txn, const struct model_calendar *calendar,
				   const uint8_t token_sha256[HASH_SHA256], int64_t *id, struct err *err);
MUST_CHECK bool store_calendar(struct store_txn *txn, struct arena *arena, int64_t id, struct model_calendar *out,
			       struct err *err);
MUST_CHECK bool store_calendar_by_token(struct store_txn *txn, struct arena *arena,
					const uint8_t token_sha256[HASH_SHA256], struct model_calendar *out,
					struct err *err);
/* By name. */
MUST_CHECK bool store_calendars(struct store_txn *txn, struct arena *arena, const struct store_page *page,
				const struct model_calendar **rows, size_t *count, struct store_more *more,
				struct err *err);
MUST_CHECK bool store_calendar_remove(struct store_txn *txn, int64_t id, struct err *err);
MUST_CHECK bool store_calendar_touch(struct store_txn *txn, int64_t id, int64_t now, struct err *err);

/* ---- settings ---- */

/* ERR_ABSENT when it was never set. */
MUST_CHECK bool store_setting(struct store_txn *txn, struct arena *arena, struct str key, struct bytes *out,
			      struct err *err);
MUST_CHECK bool store_setting_put(struct store_txn *txn, struct str key, struct bytes value, struct err *err); /* audited */

/* ---- the rows of the audit; records/audit has the tree ---- */

struct store_audit_head {
	int64_t count;
	struct bytes frontier; /* roots of the perfect subtrees, largest first */
	uint8_t root[HASH_SHA256];
};
MUST_CHECK bool store_audit_head(struct store_txn *txn, struct arena *arena, struct store_audit_head *out,
				 struct err *err);
/* entry->index is head->count - 1. Lets the transaction commit. Only records/audit calls this. */
MUST_CHECK bool store_audit_append(struct store_txn *txn, const struct model_audit *entry,
				   const struct store_audit_head *head, struct err *err);
/* Newest first unless page->descending is false: then from index page->after.id on, ascending. */
MUST_CHECK bool store_audit(struct store_txn *txn, struct arena *arena, struct str object_or_null,
			    const struct store_page *page, const struct model_audit **rows, size_t *count,
			    struct store_more *more, struct err *err);

/* ---- files of machines ---- */

/* ERR_ABSENT when there is no such place. */
MUST_CHECK bool store_location_id(struct store_txn *txn, enum model_location_kind kind, struct str address, int64_t *id,
				  struct err *err);
/* Of a location that is there (store_place_see). What was compared before stays. */
MUST_CHECK bool store_host_file_put(struct store_txn *txn, const struct model_host_file *file,
				    const struct model_host_serves *serves, size_t serves_count, struct err *err);
MUST_CHECK bool store_host_file(struct store_txn *txn, struct arena *arena, int64_t location_id,
				struct model_host_file *out, bool *found, struct err *err);
/* Compares the files seen since then with what their endpoints showed since then. *not_served: how many differ. */
MUST_CHECK bool store_host_compare(struct store_txn *txn, int64_t since, int64_t now, int64_t *not_served,
				   struct err *err);

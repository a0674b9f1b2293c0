/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* route - a row of the table, and what a handler is given. */

#include "api/http_server.h"
#include "api/routes.h"
#include "api/session.h"
#include "base/json.h"
#include "records/audit.h"
#include "records/store.h"

struct call;
struct export_form;

/* Each asks more than the one before. UNSET is what a forgotten one is: the server does not start. */
enum permission { PERMISSION_UNSET, PERMISSION_PUBLIC, PERMISSION_SESSION, PERMISSION_ADMIN };

typedef bool (*route_load_fn)(struct call *call, struct err *err);
typedef bool (*route_handle_fn)(struct call *call, struct err *err);

/* What a route takes in the query besides; a set of them. */
enum route_takes {
	TAKES_LIST = 1 << 0,    /* limit, cursor, total, fields */
	TAKES_QUERY = 1 << 1,   /* q */
	TAKES_DRY_RUN = 1 << 2, /* dry_run */
	TAKES_KEY = 1 << 3,     /* the Idempotency-Key header */
	TAKES_OUTCOME = 1 << 4, /* outcome */
	TAKES_EXPORT = 1 << 5,  /* of, columns, bom */
	TAKES_MATCH = 1 << 7,   /* the If-Match header */
	TAKES_OF = 1 << 8,      /* of */
	TAKES_FACETS = 1 << 9,  /* fields of facets */
	TAKES_BY = 1 << 10,     /* by */
	TAKES_TEXT = 1 << 11,   /* text, at */
	TAKES_TIME = 1 << 12,   /* from, days, what_if */
	TAKES_MAP = 1 << 13,    /* root, hops */
	TAKES_TO = 1 << 14,     /* to: who takes over */
	TAKES_PART = 1 << 15,   /* q: a part of the name */
	TAKES_CHANGES = 1 << 18, /* kind, since */
	TAKES_SOURCE = 1 << 19, /* source */
};

struct route {
	const char *method, *path; /* "{name}" stands for one segment, "{name...}" for the rest */
	enum permission permission;
	route_load_fn load; /* finds the objects that the path names, or says ERR_ABSENT; load_nothing when it names none */
	route_handle_fn handle;
	unsigned status;      /* of success */
	const char *request;  /* schema of the body; NULL: none is taken */
	const char *response; /* schema of the answer, "[name]" a list page of them, or a media type with a slash; NULL: none */
	int takes;
	const char *sorts; /* "not_after name": the first is the default; NULL: none */
	const char *summary;
};

extern const struct route route_table[];
extern const size_t route_count;

#define ROUTE_PARAMS 2

struct caller {
	bool known;   /* by session or socket */
	bool local;   /* by the unix socket: an administrator of this machine */
	enum model_role role;
	struct str name; /* of the user, or "uid:1000" */
	struct model_session session; /* unless local */
};

struct call {
	struct api *api;
	const struct http_request *request;
	struct http_response *response;
	const struct route *route;
	struct arena *arena;
	int64_t now;
	struct str params[ROUTE_PARAMS]; /* in the order of the path */
	struct caller caller;
	struct audit_actor actor;
	struct store_txn *txn; /* a reading one, open while loader and handler run */
	const struct json_value *body;
	struct json_out json; /* the answer */
	bool dry_run;
	struct {
		struct str key; /* under which the answer is kept; NULL data: no Idempotency-Key came */
		uint8_t asked[HASH_SHA256]; /* hash of the request */
		bool kept;
	} once;
	bool answered; /* the handler wrote something else than JSON */
	unsigned error_status; /* overrules the error's kind; 0: does not */
	size_t error_column;   /* of q; 0: none */
	union {
		struct model_certificate certificate;
		struct model_endpoint endpoint;
		struct model_lineage lineage;
		struct model_scan scan;
		struct model_job job;
		struct model_source source;
		struct model_rule rule;
		const struct export_form *export_form;
		const char *backup_path;
		struct model_calendar calendar;
		struct model_view view;
		struct model_team team;
		struct model_service service;
		struct model_host host;
		struct model_key key;
		struct model_selection selection;
	} object;
};

struct web;

struct api {
	struct api_options options;
	struct http_server *http;
	struct sessions *sessions;
	struct web *web;
	struct counter *counter;
	struct buf openapi;
	char openapi_etag[48];
	uint8_t instance_key[HASH_SHA256];
	struct forwarder *forwarder;
	int64_t started_at;
};

/* api.c: where the console is; false when there is no TCP */
bool api_console_url(const struct api *api, char *to, size_t room);

/* call.c: what the server calls for every request */
void call_handle(void *api, unsigned worker, const struct http_request *request, struct http_response *response);
/* A reading transaction that sees what was just written, in place of the call's. */
MUST_CHECK bool call_reread(struct call *call, struct err *err);

/* problem.c: RFC 9457 */
void problem_write(struct call *call, const struct err *err);
void problem_simple(struct http_response *response, unsigned status, const char *code, const char *detail,
		    const char *hint);

/* once.c: the handler of the route, once for an Idempotency-Key */
bool handle_once(struct call *call, struct err *err);
/*
 * Keeps the answer for the key of the request, when it has one, in the transaction that does what the answer tells: so
 * that a retry after a crash finds both or neither. After the body and the status were written, before the commit.
 */
MUST_CHECK bool once_keep(struct call *call, struct store_txn *txn, struct err *err);

/* version.c: the ETag of an object, and If-Match against it: 428 when it is missing, 412 when it is another */
void version_write(struct call *call, int64_t version);
/* The same for an answer that says more than what people change, and so is never "not modified". */
void version_header(struct call *call, int64_t version);
MUST_CHECK bool version_check(struct call *call, int64_t version, struct err *err);

/* change.c: members of a body (absent, null and a value are three things), and one change with its audit entry */
bool body_has(const struct call *call, const char *key); /* it is there, null or not */
struct str body_text(const struct call *call, const char *key, struct str or); /* null: empty; absent: or */
MUST_CHECK bool body_id(const struct call *call, const char *key, int64_t *out, struct err *err); /* null, absent: 0 */
MUST_CHECK bool body_words(struct call *call, const char *key, size_t most, const struct str **out, size_t *count,
			   struct err *err);
enum model_criticality body_criticality(const struct call *call, enum model_criticality or);
MUST_CHECK bool change_begin(struct call *call, struct store_txn **txn, struct err *err);
MUST_CHECK bool change_commit(struct call *call, struct store_txn **txn, const char *what, const char *noun,
			      int64_t id, struct err *err);
bool change_failed(struct call *call, const struct err *err); /* false; "changed" is 412 */
MUST_CHECK bool to_read(struct call *call, int64_t *out, struct err *err); /* ?to=ID; 0: none */

/* csrf.c */
MUST_CHECK bool csrf_check(const struct http_request *request, struct err *err);

/* load.c */
bool load_nothing(struct call *call, struct err *err);
bool load_certificate(struct call *call, struct err *err);
bool load_endpoint(struct call *call, struct err *err);
bool load_lineage(struct call *call, struct err *err);
bool load_scan(struct call *call, struct err *err);
bool load_rule(struct call *call, struct err *err);
bool load_source(struct call *call, struct err *err);
bool load_job(struct call *call, struct err *err);
bool load_export_form(struct call *call, struct err *err);
bool load_backup(struct call *call, struct err *err); /* backups.c */
bool load_calendar(struct call *call, struct err *err);
bool load_calendar_token(struct call *call, struct err *err);
bool load_view(struct call *call, struct err *err); /* own or shared */
bool load_selection(struct call *call, struct err *err);
bool load_team(struct call *call, struct err *err);
bool load_service(struct call *call, struct err *err);
bool load_host(struct call *call, struct err *err);
bool load_key(struct call *call, struct err *err);
bool load_current_session(struct call *call, struct err *err);

/* list.c: the frame of a list's answer */
struct list {
	struct call *call;
	struct store_page page;
	struct model_filter filter;
	int sort; /* index in route->sorts */
	struct str fields;  /* NULL data: all */
	struct buf scratch; /* one item, when fields are picked */
	struct json_out item;
};
MUST_CHECK bool list_start(struct list *list, struct call *call, struct err *err);
struct json_out *list_item(struct list *list); /* where to write the next item */
void list_item_end(struct list *list);
MUST_CHECK bool list_end(struct list *list, const struct store_more *more, struct err *err);
void list_done(struct list *list); /* for CLEANUP */

/* views.c: the noun of a word, and how its lists are shown */
struct noun_shape {
	enum model_noun noun;
	const char *schema; /* of a row */
	const char *path;   /* of its list: its sorts stand in the table */
};
const struct noun_shape *noun_shape(enum model_noun noun);
/* The parameter or member "of"; certificates when there is none. */
MUST_CHECK bool noun_read(struct str word, enum model_noun *out, struct err *err);
/* A facet of a noun; err names all. */
MUST_CHECK bool facet_read(struct str word, enum model_noun noun, enum model_facet *out, struct err *err);
/* The text as a query in its canonical form. Sets call->error_column. */
MUST_CHECK bool canonical_query(struct call *call, struct str text, struct str *out, struct err *err);

/* schema.c */
const char *schema_text(const char *name);
bool schema_has_field(const char *name, struct str field);
MUST_CHECK bool schema_check(const char *name, const struct json_value *value, struct err *err);
void schema_write_all(struct json_out *json);
void schema_write_ref(struct json_out *json, const char *name);

/* rows.c: the nouns as JSON */
void row_certificate(struct json_out *json, const struct model_certificate *row, int64_t now);
void row_endpoint(struct json_out *json, const struct model_endpoint *row, int64_t now);
void row_lineage(struct json_out *json, const struct model_lineage *row, int64_t now);
void row_ignored(struct json_out *json, const struct model_lineage *row); /* {"at","until","reason"} or null */
void row_run(struct json_out *json, const struct model_run *row); /* sources.c */
void row_job(struct json_out *json, const struct model_job *row); /* jobs.c */
void row_team(struct json_out *json, const struct model_team *row); /* teams.c */
void row_host(struct json_out *json, const struct model_host *row); /* hosts.c */
void row_certificate_key(struct json_out *json, const struct model_certificate *row);
void row_file(struct json_out *json, const char *key, const struct model_host_file *file_or_null); /* files.c */
void row_scan(struct json_out *json, const struct model_scan *row);
void row_user(struct json_out *json, const struct model_user *row);
void row_trust(struct json_out *json, struct str mozilla, struct str chrome, struct str system);
void row_id(struct json_out *json, const char *key, int64_t id); /* decimal text; 0: null */
void row_time(struct json_out *json, const char *key, int64_t at); /* 0: null */
void row_maybe(struct json_out *json, const char *key, int value); /* -1: null */
void row_ref(struct json_out *json, const char *key, const struct model_ref *ref); /* {"id","name"} or null */
void row_words(struct json_out *json, const char *key, struct str words); /* of a text with spaces between */
void row_text(struct json_out *json, const char *key, struct str text); /* empty: null */
void row_problems(struct json_out *json, uint32_t problems);

/* events.c: from the engine's bus to the streams of the server */
struct forwarder *forwarder_new(struct events *events, struct http_server *http);
void forwarder_free(struct forwarder *forwarder);

/* web.c: the console's files */
struct web *web_new(void);
void web_free(struct web *web);

/* Handlers: one file a noun. */
#define HANDLERS_ALL(X) \
	X(backups) X(backup_new) X(backup) X(backup_remove) \
	X(setup_show) X(setup_do) X(session_new) X(session_end) X(whoami) \
	X(overview) \
	X(certificates) X(certificate) X(certificate_pem) X(certificate_der) \
	X(endpoints) X(endpoint) \
	X(lineages) X(lineage) \
	X(scans) X(scan) X(scan_new) X(scan_records) X(scan_stop) X(demo_end) \
	X(jobs) X(job) X(job_stop) \
	X(sources) X(source) X(source_kinds) X(source_new) X(source_change) X(source_remove) X(source_run) X(source_runs) X(source_logs) \
	X(changes) X(coverage) X(unclear) \
	X(rules) X(rule) X(rule_new) X(rule_change) X(rule_remove) X(rule_try) X(rules_apply) \
	X(export) X(import) \
	X(calendars) X(calendar_new) X(calendar_remove) X(calendar_feed) \
	X(audit) X(events) \
	X(openapi) X(healthz) X(readyz) X(metrics) X(web) X(lineage_change) X(tags) X(teams) X(team) X(team_new) X(team_change) X(team_remove) \
	X(services) X(service) X(service_new) X(service_change) X(service_remove) X(hosts) X(host) X(host_change) \
	X(keys) X(key) X(authorities) \
	X(views) X(view) X(view_new) X(view_change) X(view_remove) X(selection_new) X(selection) \
	X(selection_items) \
	X(facets) X(groups) X(timeline) X(complete) X(map) X(selection_act)
#define X(name) bool handle_##name(struct call *call, struct err *err);
HANDLERS_ALL(X)
#undef X

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * model - the nouns we keep, as plain structs, and the words for their kinds.
 *
 * What records/store gives and takes. Times are seconds since 1970 UTC, 0 where there is none; ids are our own
 * 63-bit numbers, ordered by time, 0 where there is none. Text that is absent has NULL data. The words of each
 * enum are those of the API.
 */

#include "base/bytes.h"
#include "facts/hash.h"

/* clang-format off */

/* What may be wrong with a certificate that is looked at now. weight: 3 critical, 2 warning, 1 notice. */
#define MODEL_PROBLEMS_ALL(X) \
	X(EXPIRED,          0, "expired",          3) \
	X(EXPIRING,         1, "expiring",         2) \
	X(NOT_YET_VALID,    2, "not-yet-valid",    3) \
	X(NAME_MISMATCH,    3, "name-mismatch",    3) \
	X(INCOMPLETE_CHAIN, 4, "incomplete-chain", 2) \
	X(UNTRUSTED,        5, "untrusted",        2) \
	X(SELF_SIGNED,      6, "self-signed",      1) \
	X(WEAK_KEY,         7, "weak-key",         2) \
	X(WEAK_SIGNATURE,   8, "weak-signature",   2) \
	X(SHARED_KEY,       9, "shared-key",       1)

#define MODEL_STATES_ALL(X) \
	X(VALID, "valid") X(EXPIRING, "expiring") X(EXPIRED, "expired") X(FUTURE, "future")

/* Of a lineage: whether its renewal is known to work. */
#define MODEL_PATHS_ALL(X) \
	X(NONE, "none") X(UNTESTED, "untested") X(FAILING, "failing") X(MANUAL, "manual") X(PROVEN, "proven")

#define MODEL_SCAN_STATES_ALL(X) \
	X(WAITING, "waiting") X(RUNNING, "running") X(DONE, "done") X(STOPPED, "stopped") X(FAILED, "failed")

#define MODEL_JOB_STATES_ALL(X) \
	X(WAITING, "waiting") X(RUNNING, "running") X(DONE, "done") X(FAILED, "failed") X(STOPPED, "stopped")

/* Where a certificate may be, and what that place does with it: see enum model_place. */
#define MODEL_LOCATIONS_ALL(X) \
	X(ENDPOINT,    "endpoint",    SERVES) \
	X(FILE,        "file",        HOLDS) \
	X(KEYSTORE,    "keystore",    HOLDS) /* FILE#ALIAS */ \
	X(TRUST_STORE, "trust-store", HOLDS) \
	X(KUBECONFIG,  "kubeconfig",  HOLDS) \
	X(CT_LOG,      "ct-log",      TELLS) \
	X(IMPORT,      "import",      TELLS)

/* What has: asks for. */
#define MODEL_HAVINGS_ALL(X) \
	X(PROBLEM,     "problem",     "some problem now") \
	X(OWNER,       "owner",       "a team that answers for it") \
	X(TAG,         "tag",         "a tag") \
	X(NOTE,        "note",        "a note on how to renew") \
	X(PURPOSE,     "purpose",     "a purpose") \
	X(ENVIRONMENT, "environment", "an environment") \
	X(SERVICE,     "service",     "a service that it is for") \
	X(LINEAGE,     "lineage",     "a lineage: it was adopted") \
	X(SAN,         "san",         "subject alternative names") \
	X(CHAIN,       "chain",       "a server that sends its whole chain") \
	X(ENDPOINT,    "endpoint",    "an endpoint that shows it now") \
	X(FILE,        "file",        "a file or store that holds it now") \
	X(REPLACEMENT, "replacement", "a newer certificate in its lineage")

/* What lists, views and selections are of. */
#define MODEL_NOUNS_ALL(X) X(CERTIFICATES, "certificates") X(ENDPOINTS, "endpoints") X(LINEAGES, "lineages")

/*
 * What rows are counted and grouped by: name, word, of which nouns (c certificates, e endpoints, l lineages; upper case:
 * shown unasked), what it is. In the lists of endpoints and lineages facts of a certificate are those of the one they show.
 */
#define MODEL_FACETS_ALL(X) \
	X(STATE,       "state",       "CEL", "valid, expiring, expired, future") \
	X(PATH,        "path",        "CEL", "renewal path") \
	X(PROBLEM,     "problem",     "CEL", "what is wrong now") \
	X(OWNER,       "owner",       "CeL", "team that answers for it") \
	X(ISSUER,      "issuer",      "Cel", "common name of the issuer") \
	X(TYPE,        "type",        "Cel", "what was validated, private or self-signed") \
	X(KEY,         "key",         "Cel", "algorithm of the key") \
	X(ENVIRONMENT, "environment", "CeL", "production, test …") \
	X(CRITICALITY, "criticality", "ceL", "how much hangs on it") \
	X(SERVICE,     "service",     "ceL", "service that it is for") \
	X(PURPOSE,     "purpose",     "cel", "what it is for") \
	X(TAG,         "tag",         "CeL", "tags") \
	X(BITS,        "bits",        "cel", "length of the key") \
	X(SIGNATURE,   "signature",   "cel", "algorithm of the signature") \
	X(ACTIVE,      "active",      "Cel", "served now") \
	X(CA,          "ca",          "cel", "may sign certificates") \
	X(WILDCARD,    "wildcard",    "cel", "has a name with a star") \
	X(IGNORED,     "ignored",     "cel", "nobody wants to hear of it") \
	X(WEEK,        "week",        "cel", "week in which it ends") \
	X(PROTOCOL,    "protocol",    "E",   "what is spoken there") \
	X(PORT,        "port",        "E",   "port") \
	X(OUTCOME,     "outcome",     "E",   "what came of the last look") \
	X(TLS,         "tls",         "E",   "version of TLS") \
	X(GROUP,       "group",       "e",   "key exchange group") \
	X(HOST,        "host",        "e",   "host")
#define MODEL_CHANGES_ALL(X) X(NEW, "new") X(CHANGED, "changed") X(GONE, "gone")

/* Where a name was learnt. */
#define MODEL_NAME_ORIGINS_ALL(X) X(SAN, "san") X(DNS, "dns") X(CT, "ct") X(CONFIG, "config") X(IMPORT, "import")

#define MODEL_ROLES_ALL(X) X(ADMIN, "admin") X(VIEWER, "viewer")

/* Of a lineage or service; NONE: nobody said. */
#define MODEL_CRITICALITIES_ALL(X) \
	X(NONE, "none") X(LOW, "low") X(NORMAL, "normal") X(HIGH, "high") X(CRITICAL, "critical")

/* Of a certificate: what its issuer checked (CA/B Forum policy identifiers), or that no public root stands above it. */
#define MODEL_KINDS_ALL(X) \
	X(NONE, "none") X(DV, "dv") X(OV, "ov") X(IV, "iv") X(EV, "ev") X(PRIVATE, "private") \
	X(SELF_SIGNED, "self-signed")

/* What a person is to a team. */
#define MODEL_CONTACT_ROLES_ALL(X) X(OWNER, "owner") X(TECHNICAL, "technical") X(SECURITY, "security")

/* What a filter may ask for: name, word, type of its value. One list for all nouns; store says which has which. */
#define MODEL_FIELDS_ALL(X) \
	X(TEXT,        "text",        TEXT)   /* any name, subject; the beginning of serial, SHA-256 */ \
	X(NAME,        "name",        TEXT)   /* subject names and common name */ \
	X(SUBJECT,     "subject",     TEXT) \
	X(ISSUER,      "issuer",      TEXT)   /* common name of the issuer, or all of it when it has none */ \
	X(SERIAL,      "serial",      TEXT) \
	X(SHA256,      "sha256",      TEXT) \
	X(KEY,         "key",         TEXT)   /* algorithm */ \
	X(BITS,        "bits",        NUMBER) \
	X(CURVE,       "curve",       TEXT) \
	X(SIGNATURE,   "signature",   TEXT) \
	X(EXPIRES,     "expires",     TIME) \
	X(ISSUED,      "issued",      TIME) \
	X(LIFETIME,    "lifetime",    NUMBER) /* seconds */ \
	X(FIRST_SEEN,  "first_seen",  TIME) \
	X(LAST_SEEN,   "last_seen",   TIME) \
	X(STATE,       "state",       STATE) \
	X(PROBLEM,     "problem",     PROBLEM) \
	X(SERVED,      "served",      NUMBER) /* locations that show it now */ \
	X(ACTIVE,      "active",      FLAG)   /* a leaf, and some location shows it now */ \
	X(CA,          "ca",          FLAG) \
	X(SELF_SIGNED, "self_signed", FLAG) \
	X(PATH,        "path",        PATH) \
	X(LINEAGE,     "lineage",     TEXT) \
	X(HAS,         "has",         HAVING) \
	X(SELECTION,   "selection",   NUMBER) /* id of a selection that it is in */ \
	X(SPKI,        "spki",        TEXT)   /* SHA-256 of the public key */ \
	X(LOCATION,    "location",    LOCATION) /* kind of a location that shows it now */ \
	X(AT,          "at",          TEXT)   /* address or path of such a location */ \
	X(TLS,         "tls",         TEXT)   /* version of TLS that an endpoint spoke */ \
	X(GROUP,       "group",       TEXT)   /* key exchange group that it chose */ \
	X(HOST,        "host",        TEXT) \
	X(ADDRESS,     "address",     TEXT) \
	X(PORT,        "port",        NUMBER) \
	X(PROTOCOL,    "protocol",    TEXT) \
	X(OUTCOME,     "outcome",     TEXT) \
	X(DEMO,        "demo",        FLAG) \
	X(OWNER,       "owner",       TEXT)   /* name of the team */ \
	X(TAG,         "tag",         TEXT) \
	X(PURPOSE,     "purpose",     TEXT) \
	X(ENV,         "env",         TEXT)   /* environment */ \
	X(CRITICALITY, "criticality", CRITICALITY) \
	X(SERVICE,     "service",     TEXT)   /* name of the service */ \
	X(TYPE,        "type",        KIND) \
	X(WILDCARD,    "wildcard",    FLAG) \
	X(PRIVATE_CA,  "private_ca",  FLAG)   /* ends in no public root */ \
	X(IGNORED,     "ignored",     FLAG) \
	X(NEED_YOU,    "need_you",    FLAG)   /* counted by the overview */
/* clang-format on */

enum model_problem {
#define X(name, bit, text, weight) MODEL_PROBLEM_##name = 1 << (bit),
	MODEL_PROBLEMS_ALL(X)
#undef X
};
enum model_state {
#define X(name, text) MODEL_STATE_##name,
	MODEL_STATES_ALL(X)
#undef X
};
enum model_path {
#define X(name, text) MODEL_PATH_##name,
	MODEL_PATHS_ALL(X)
#undef X
};
enum model_scan_state {
#define X(name, text) MODEL_SCAN_##name,
	MODEL_SCAN_STATES_ALL(X)
#undef X
};
enum model_job_state {
#define X(name, text) MODEL_JOB_##name,
	MODEL_JOB_STATES_ALL(X)
#undef X
};
enum model_location_kind {
#define X(name, text, place) MODEL_LOCATION_##name,
	MODEL_LOCATIONS_ALL(X)
#undef X
};
/*
 * What is served is active. What only lies somewhere is not, and is gone when it lies nowhere any more. What a log or
 * an import tells of is known, and is neither here nor gone.
 */
enum model_place { MODEL_PLACE_SERVES, MODEL_PLACE_HOLDS, MODEL_PLACE_TELLS };
enum model_having {
#define X(name, text, what) MODEL_HAVING_##name,
	MODEL_HAVINGS_ALL(X)
#undef X
	MODEL_HAVING_COUNT
};
enum model_noun {
#define X(name, text) MODEL_NOUN_##name,
	MODEL_NOUNS_ALL(X)
#undef X
	MODEL_NOUN_COUNT
};
enum model_facet {
#define X(name, text, nouns, what) MODEL_FACET_##name,
	MODEL_FACETS_ALL(X)
#undef X
	MODEL_FACET_COUNT
};
enum model_change_kind {
#define X(name, text) MODEL_CHANGE_##name,
	MODEL_CHANGES_ALL(X)
#undef X
};
enum model_name_origin {
#define X(name, text) MODEL_NAME_FROM_##name,
	MODEL_NAME_ORIGINS_ALL(X)
#undef X
};
enum model_role {
#define X(name, text) MODEL_ROLE_##name,
	MODEL_ROLES_ALL(X)
#undef X
};
enum model_criticality {
#define X(name, text) MODEL_CRITICALITY_##name,
	MODEL_CRITICALITIES_ALL(X)
#undef X
};
enum model_kind {
#define X(name, text) MODEL_KIND_##name,
	MODEL_KINDS_ALL(X)
#undef X
};
enum model_contact_role {
#define X(name, text) MODEL_CONTACT_##name,
	MODEL_CONTACT_ROLES_ALL(X)
#undef X
};
/* What a person set of a lineage himself: rules leave that alone. */
enum model_by_hand {
	MODEL_BY_HAND_OWNER = 1 << 0,
	MODEL_BY_HAND_TAGS = 1 << 1,
	MODEL_BY_HAND_PURPOSE = 1 << 2,
	MODEL_BY_HAND_ENVIRONMENT = 1 << 3,
	MODEL_BY_HAND_CRITICALITY = 1 << 4,
	MODEL_BY_HAND_SERVICE = 1 << 5,
	MODEL_BY_HAND_NOTE = 1 << 6,
	MODEL_BY_HAND_IGNORED = 1 << 7,
};
enum model_field {
#define X(name, text, type) MODEL_FIELD_##name,
	MODEL_FIELDS_ALL(X)
#undef X
	MODEL_FIELD_COUNT
};
enum model_type {
	MODEL_TYPE_TEXT,
	MODEL_TYPE_NUMBER,
	MODEL_TYPE_TIME,
	MODEL_TYPE_FLAG,    /* 0 or 1 */
	MODEL_TYPE_STATE,   /* enum model_state */
	MODEL_TYPE_PROBLEM, /* enum model_problem, one bit */
	MODEL_TYPE_PATH,    /* enum model_path */
	MODEL_TYPE_CRITICALITY, /* enum model_criticality; has an order */
	MODEL_TYPE_KIND,    /* enum model_kind */
	MODEL_TYPE_HAVING,   /* enum model_having */
	MODEL_TYPE_LOCATION, /* enum model_location_kind */
};

/* Words of the kinds, and kinds of words. *_read: false when there is no such word. */
const char *model_problem_name(enum model_problem one);
int model_problem_weight(enum model_problem one);
MUST_CHECK bool model_problem_read(struct str word, enum model_problem *out);
size_t model_problem_count(void);
enum model_problem model_problem_at(size_t index); /* in the order of the table */
const char *model_state_name(enum model_state state);
MUST_CHECK bool model_state_read(struct str word, enum model_state *out);
const char *model_path_name(enum model_path path);
MUST_CHECK bool model_path_read(struct str word, enum model_path *out);
const char *model_scan_state_name(enum model_scan_state state);
const char *model_job_state_name(enum model_job_state state);
const char *model_location_name(enum model_location_kind kind);
enum model_place model_location_place(enum model_location_kind kind);
MUST_CHECK bool model_location_read(struct str word, enum model_location_kind *out);
const char *model_having_name(enum model_having having);
const char *model_having_what(enum model_having having); /* in a few words */
MUST_CHECK bool model_having_read(struct str word, enum model_having *out);
const char *model_noun_name(enum model_noun noun);
MUST_CHECK bool model_noun_read(struct str word, enum model_noun *out);
const char *model_facet_name(enum model_facet facet);
const char *model_facet_what(enum model_facet facet);
bool model_facet_is_of(enum model_facet facet, enum model_noun noun);
bool model_facet_is_usual(enum model_facet facet, enum model_noun noun); /* shown unasked */
/* False when there is no such facet of that noun. */
MUST_CHECK bool model_facet_read(struct str word, enum model_noun noun, enum model_facet *out);
const char *model_change_name(enum model_change_kind kind);
MUST_CHECK bool model_change_read(struct str word, enum model_change_kind *out);
const char *model_name_origin_name(enum model_name_origin origin);
const char *model_role_name(enum model_role role);
const char *model_criticality_name(enum model_criticality criticality); /* NULL for NONE */
MUST_CHECK bool model_criticality_read(struct str word, enum model_criticality *out);
const char *model_kind_name(enum model_kind kind); /* NULL for NONE */
MUST_CHECK bool model_kind_read(struct str word, enum model_kind *out);
const char *model_contact_role_name(enum model_contact_role role);
MUST_CHECK bool model_contact_role_read(struct str word, enum model_contact_role *out);
const char *model_field_name(enum model_field field);
enum model_type model_field_type(enum model_field field);
MUST_CHECK bool model_field_read(struct str word, enum model_field *out);

/*
 * A filter is a list of terms in reverse Polish order: comparisons push a truth, AND, OR and NOT take from
 * the stack. No term at all matches everything. Values are always bound, never spelt into SQL. Text is compared
 * without regard to ASCII case.
 */
enum model_op {
	MODEL_EQ,
	MODEL_NE,
	MODEL_LT,
	MODEL_LE,
	MODEL_GT,
	MODEL_GE,
	MODEL_HAS, /* text: the value is a part of it */
	MODEL_LIKE, /* text: the value is a pattern for all of it: * any text, ? any character */
	MODEL_AND, /* of the two before */
	MODEL_OR,
	MODEL_NOT, /* of the one before */
};
struct model_term {
	enum model_op op;
	enum model_field field; /* comparisons only, as are the values */
	struct str text;        /* MODEL_TYPE_TEXT */
	int64_t number;         /* all other types */
};
struct model_filter {
	const struct model_term *terms;
	size_t count;
};

/* A tag or an environment: 1 to 64 of a-z, 0-9 and . _ - / + = @ #, beginning with a letter or digit. */
bool model_word_is_good(struct str word);

/* When a certificate begins to count as expiring: 30 days or a third of its life before its end, whichever is later. */
int64_t model_expiring_at(int64_t not_before, int64_t not_after);
enum model_state model_state_at(int64_t not_before, int64_t not_after, int64_t now);
/* lasting: the problems that do not depend on the time. Adds those that do. */
uint32_t model_problems_at(uint32_t lasting, int64_t not_before, int64_t not_after, int64_t now);

/* Another thing, as a row names it; id 0: none. */
struct model_ref {
	int64_t id;
	struct str name;
};

/* A certificate as lists show it. */
struct model_certificate {
	int64_t id;
	uint8_t sha256[HASH_SHA256];
	struct str name; /* common name, else its first name, else its subject */
	struct str subject, issuer;
	struct str subject_cn, issuer_cn;
	struct str serial;
	int64_t not_before, not_after, lifetime_s;
	struct str key_algorithm, key_curve;
	uint8_t key_sha256[HASH_SHA256];
	int64_t key_bits;
	struct str signature;
	int64_t names_count;
	bool ca, self_signed;
	uint32_t problems;  /* lasting ones only: see model_problems_at */
	int64_t served;     /* locations that show it now, at any place in a chain */
	bool active;        /* a leaf, and some location shows it now */
	int64_t places;     /* files and the like that hold it now, without serving it */
	int64_t gone_at;    /* it was served or lay somewhere, and is at no place since then; 0: it is, or never was */
	int64_t first_seen, last_seen;
	struct str trust_mozilla, trust_chrome, trust_system; /* "trusted" or the reason; as last judged as a leaf */
	int64_t lineage_id;
	struct str lineage_name;
	enum model_path lineage_path;
	bool demo;
	enum model_kind kind;   /* NONE: nothing is known */
	enum model_kind validation; /* by its policies alone: NONE, DV, OV, IV, EV */
	bool wildcard, private_ca;
	bool has_replaces, has_replaced_by; /* within its lineage */
	uint8_t replaces[HASH_SHA256], replaced_by[HASH_SHA256];
	struct model_ref owner; /* from here on of its lineage */
	struct str tags;        /* words, a space between; empty: none */
	struct str environment; /* empty: nobody said */
	enum model_criticality criticality;
};

/* What is added to the store for a certificate that was not there. */
struct model_new_certificate {
	struct model_certificate row; /* id, served, active, lineage and trust are not looked at */
	struct bytes der;
	struct str facts_json;
	const struct str *names; /* searchable names, any case */
	size_t name_count;
};

struct model_host {
	int64_t id;
	struct str name;
	struct str cmdb_id, note; /* empty: none */
	struct model_ref service, owner;
	int64_t endpoints, certificates; /* shown there at the last look */
	int64_t first_seen, last_seen;
	int64_t version; /* grows with every change by people */
	bool demo;
};

struct model_contact {
	enum model_contact_role role;
	struct str name, email;
};

struct model_team {
	int64_t id;
	struct str name, note;
	const struct model_contact *contacts;
	size_t contact_count;
	int64_t lineages, services, hosts;
	int64_t created_at, version;
	bool demo;
};

struct model_service {
	int64_t id;
	struct str name, environment, note, cmdb_id; /* empty: nobody said */
	enum model_criticality criticality;
	struct model_ref owner;
	int64_t lineages, hosts;
	int64_t created_at, version;
	bool demo;
};

struct model_tag {
	struct str name;
	int64_t lineages;
};

/* A public key, on however many certificates. */
struct model_key {
	int64_t id;
	uint8_t sha256[HASH_SHA256]; /* of the SubjectPublicKeyInfo */
	struct str algorithm, curve;
	int64_t bits;
	int64_t certificates, lineages, hosts, teams; /* hosts: that show it now */
	int64_t first_seen;
	bool demo;
};

/* A CA certificate: root or intermediate. */
struct model_authority {
	struct model_certificate certificate;
	int64_t issued, issued_active; /* certificates that name it as their issuer */
};

/* What is known of a file on a machine's disk, beside the certificates in it. */
enum model_readers { MODEL_READERS_UNKNOWN, MODEL_READERS_OWNER, MODEL_READERS_GROUP, MODEL_READERS_EVERYONE };
enum model_maybe { MODEL_UNKNOWN, MODEL_NO, MODEL_YES };
struct model_host_file {
	int64_t location_id;
	struct str path, alias; /* alias: of an entry */
	struct str server, config; /* of the first configuration that names it */
	int64_t line;
	int64_t mode; /* permission bits; -1 not known */
	int64_t modified_at;
	int64_t key_readers;    /* enum model_readers */
	int64_t key_matches;    /* enum model_maybe: the key belongs to the certificate */
	struct str automation;  /* "certbot" */
	int64_t renewals;       /* that it is known to have done */
	int64_t matches_served; /* enum model_maybe */
	int64_t compared_at;
	struct str record; /* all of it, JSON */
	int64_t seen_at;
};
/* Where a configuration says that it is served. */
struct model_host_serves {
	struct str address, server_name; /* server_name: NULL data for every name */
	int64_t port;
};

struct model_endpoint {
	int64_t id, host_id, location_id;
	struct str host, address;
	int64_t port;
	struct str protocol, server_name; /* server_name: NULL data when none was sent */
	struct str outcome, detail;       /* of the last look */
	bool has_certificate;
	uint8_t certificate[HASH_SHA256]; /* the leaf it shows */
	int64_t certificate_id;
	struct str name; /* that certificate's name */
	int64_t not_before, not_after;
	uint32_t certificate_problems; /* that certificate's own lasting problems */
	uint32_t problems;             /* lasting problems of this endpoint */
	int name_matches, chain_complete; /* -1 unknown, 0, 1 */
	struct str trust_mozilla, trust_chrome, trust_system;
	struct str tls_json; /* the "tls" object of the last record */
	int64_t first_seen, last_seen, last_scan_id;
	bool demo;
	int64_t gone_at; /* looks found nothing there any more; 0: it is there */
};

/* A certificate at a place. */
struct model_sighting {
	int64_t id, certificate_id, location_id;
	enum model_location_kind kind;
	struct str location;   /* "192.0.2.1:443/tls/www.example.org" or a path */
	int64_t position;      /* in the chain as sent, 0 the leaf */
	int64_t first_seen, last_seen;
	bool current, expected;
	int64_t gone_at; /* 0 while it is current */
	struct model_endpoint endpoint; /* id 0 unless kind is endpoint */
};

struct model_lineage {
	int64_t id;
	struct str name;
	enum model_path path;
	struct str path_reason;
	int64_t created_at;
	bool active; /* one of its certificates is served */
	int64_t certificate_count;
	int64_t current_certificate_id; /* the served one that ends last; 0 none */
	uint8_t current_sha256[HASH_SHA256];
	int64_t not_before, not_after; /* of that */
	uint32_t problems;             /* lasting ones of that */
	bool demo;
	struct model_ref owner, service;
	struct str tags;        /* words, sorted, a space between */
	struct str purpose, environment, note; /* empty: nobody said */
	enum model_criticality criticality;
	int64_t ignored_at, ignored_until; /* 0: not ignored; no end */
	struct str ignored_reason;
	int64_t version; /* grows with every change by people */
};

struct model_scan {
	int64_t id;
	enum model_scan_state state;
	struct str targets_json; /* array of the words as asked for */
	struct str options_json;
	int64_t targets_total; /* -1: not known */
	int64_t targets_done, new_certificates;
	const struct model_count {
		struct str name;
		int64_t count;
	} *outcomes;
	size_t outcome_count;
	int64_t created_at, started_at, ended_at;
	struct str by, detail;
	bool demo;
	int64_t source_id, run_id; /* 0: asked for by itself */
};

/* Where discovery looks, and when. */
struct model_source {
	int64_t id;
	struct str name, kind;
	struct str options_json; /* the kind's own */
	int64_t every_s;         /* 0: only when asked */
	struct str quiet_json;   /* [{"days":"mon-fri","from":"08:00","to":"18:00"}] */
	struct str zone;         /* of the quiet hours: "local", "utc", "+01:00", "Europe/Berlin" */
	bool paused;
	struct str state; /* where the kind left off: its own text */
	int64_t created_at, next_run_at, last_due_at;
	int64_t last_run_id, open_run_id;
	int64_t found; /* places it sees certificates at */
	int64_t version;
	bool demo;
};

/* One run of a source. */
struct model_run {
	int64_t id, source_id, due_at;
	enum model_scan_state state;
	int64_t scan_id; /* 0: it is none of a scan's */
	int64_t targets, new_certificates, changed, gone;
	int64_t created_at, started_at, ended_at;
	struct str by, detail;
	const struct model_count *outcomes;
	size_t outcome_count;
};

struct model_change {
	int64_t id, at;
	enum model_change_kind kind;
	struct model_certificate certificate;
	uint8_t before[HASH_SHA256]; /* when before_id */
	int64_t before_id, location_id, source_id, run_id;
	enum model_location_kind location_kind;
	struct str location; /* NULL data: none */
	int64_t endpoint_id;
	struct str source; /* its name; NULL data: none */
	bool demo;
};

/* A target that answered at its last look and gave no certificate. */
struct model_unclear {
	int64_t id;
	struct str host, address, server_name, protocol, outcome, detail;
	int64_t port, at, scan_id, source_id;
	bool demo;
};

/* Of a scope and port, as the last finished run left it. */
struct model_coverage {
	int64_t source_id;
	struct str scope;
	int64_t port; /* 0: none */
	int64_t targets, answered, tls, certificates, scanned_at;
};

/* What is set when something is found. */
struct model_rule {
	int64_t id;
	struct str name, q, actions_json;
	int64_t position, matches, created_at, version;
	bool enabled;
};

/* One target's record; json is the record of the contract with certificates as SHA-256 texts in "chain" and "other_leaves". */
struct model_scan_record {
	int64_t scan_id, number; /* place of the target in the scan, from 0 */
	struct str address;      /* empty when none was dialled */
	struct str outcome;
	int64_t endpoint_id;
	struct str json;
};

struct model_job {
	int64_t id;
	struct str kind;       /* "scan" */
	int64_t subject_id;    /* the scan's id */
	enum model_job_state state;
	int64_t attempts, epoch;
	int64_t due_at, lease_until, created_at, ended_at;
	struct str detail;
	bool stop_asked;
	int64_t progress_done, progress_total; /* total -1: not known */
	struct str result_json;                /* NULL data: none (yet) */
};

/* who did what to what, when, why, from where. */
struct model_audit {
	int64_t index; /* from 0 */
	int64_t at;
	struct str who;    /* "user:anna", "engine", "peer:uid 1000" */
	struct str what;   /* "scan.create" */
	struct str object; /* "scan:123" */
	struct str why;    /* free text; NULL data when none was given */
	struct str from;   /* "127.0.0.1", "unix", "engine" */
	uint8_t hash[HASH_SHA256]; /* leaf of the Merkle tree (RFC 6962 section 2.1) */
};

/* A query that is subscribed to by a secret address. */
struct model_calendar {
	int64_t id;
	struct str name, q;
	int64_t created_at, last_read_at;
	struct str by;
};

struct model_user {
	int64_t id;
	struct str name;
	enum model_role role;
	struct str password; /* argon2 text; NULL data where it is not needed */
	int64_t created_at;
	bool disabled;
};

struct model_session {
	int64_t id, user_id;
	uint8_t token_sha256[HASH_SHA256];
	int64_t created_at, expires_at, last_used_at;
	struct str from;
	struct model_user user; /* without the password */
};

/* A saved query and how its list is shown. */
struct model_view {
	int64_t id;
	struct str name;
	enum model_noun noun;
	struct str q, sort, columns, group_by; /* columns: words with a space between */
	bool shared;
	int64_t owner_id; /* 0: the administrator of the machine */
	struct str owner_name;
	int64_t version; /* grows with each change */
	int64_t created_at;
};

/* A frozen set of ids. */
struct model_selection {
	int64_t id;
	enum model_noun noun;
	int64_t count;
	uint8_t hash[HASH_SHA256]; /* of the ids ascending, each in decimal with a line feed */
	struct str q;              /* NULL data: made of ids */
	struct str by;
	int64_t created_at, expires_at;
};

/* What is done to a selection, and how far it is. */
struct model_action {
	int64_t id, selection_id;
	struct str action;         /* "own" */
	struct str arguments_json; /* as asked for */
	struct str by, from;
	int64_t after_item; /* the last item that is done; 0: none */
	int64_t done, changed, failed;
	int64_t created_at;
};
struct model_action_failure {
	int64_t item_id;
	struct str name, why;
};

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * limits - every size, count and time that a peer or a user chooses, in one table.
 *
 * `keepvalid help limits` prints it. A new limit is one line: name, value, unit, what it bounds. Use it
 * as LIMIT_NAME.
 */

#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define LIMITS_ALL(X) \
	X(CERT_BYTES,            1048576, "bytes",   "one certificate") \
	X(CERT_NAMES,              65536, "names",   "names read from one certificate; more is an error") \
	X(DER_DEPTH,                  32, "levels",  "nesting of DER values") \
	X(RSA_BITS,                16384, "bits",    "a modulus whose signatures are checked") \
	X(RSA_EXPONENT_BITS,         256, "bits",    "a public exponent whose signatures are checked") \
	X(DSA_BITS,                 4096, "bits",    "a DSA prime whose signatures are checked") \
	X(FILE_BYTES,           67108864, "bytes",   "one file given to inspect or verify") \
	X(FILE_ITEMS,             100000, "items",   "certificates, requests, lists and keys read from one file") \
	X(PBKDF_ROUNDS,         10000000, "rounds",  "password iterations of a key store") \
	X(HANDSHAKE_BYTES,       1048576, "bytes",   "handshake messages that one connection may send") \
	X(CONNECTION_BYTES,      4194304, "bytes",   "all that one connection of a scan may send") \
	X(RECORD_BYTES,            18432, "bytes",   "one TLS record (RFC 5246 6.2.3: 2^14 + 2048)") \
	X(CHAIN_CERTS,               256, "certs",   "certificates kept of one chain") \
	X(DIALOGUE_BYTES,          65536, "bytes",   "plain text before STARTTLS") \
	X(DIALOGUE_LINE_BYTES,      8192, "bytes",   "one line of it") \
	X(TARGET_BYTES,             1024, "bytes",   "one target as given") \
	X(TARGET_ADDRESSES,     16777216, "hosts",   "one range of addresses of a scan") \
	X(DNS_ADDRESSES,              64, "addresses", "addresses taken of one name") \
	X(ZONE_BYTES,          268435456, "bytes",   "one DNS zone, transferred or from a file") \
	X(ZONE_RECORDS,          1000000, "records", "of one DNS zone") \
	X(PATH_SIGNATURES,           256, "checks",  "signatures checked for one path validation") \
	X(PATH_CERTS,                 32, "certs",   "one path, leaf and root included") \
	X(PATH_STEPS,              20000, "steps",   "candidates looked at while one path is built") \
	X(PATH_NAMES,            1048576, "checks",  "name comparisons of name constraints for one path") \
	X(REQUEST_BODY_BYTES,    1048576, "bytes",   "body of one API request") \
	X(REQUEST_HEADERS,            64, "headers", "headers of one API request") \
	X(RESPONSE_BODY_BYTES,  67108864, "bytes",   "body of one API answer") \
	X(CONNECTIONS,              4096, "connections", "open to the API at once") \
	X(CONNECTIONS_PER_ADDRESS,  2048, "connections", "of them from one address") \
	X(EVENT_STREAMS,            2048, "streams", "of events at once") \
	X(REQUESTS_WAITING,          512, "requests", "that wait for a worker of the API") \
	X(SESSION_LIFE_S,         604800, "seconds", "life of a session") \
	X(SESSION_IDLE_S,          43200, "seconds", "a session may rest") \
	X(SETUP_TOKEN_S,            3600, "seconds", "life of the setup token") \
	X(ANSWER_KEPT_S,           86400, "seconds", "an Idempotency-Key is remembered") \
	X(PASSWORD_CHARS_LEAST,       12, "characters", "of a password at least") \
	X(PASSWORD_BYTES,           1024, "bytes",   "one password") \
	X(USER_NAME_BYTES,            64, "bytes",   "one user's name") \
	X(EXPORT_BYTES,        4294967296, "bytes",  "one export") \
	X(IMPORT_ROWS,              2000, "rows",    "of one import asked of the API") \
	X(IMPORT_NAME_BYTES,         253, "bytes",   "one name of an import") \
	X(SHEET_COLUMNS,             256, "columns", "of one table that is imported") \
	X(EXPORT_COLUMNS,             64, "columns", "of one export") \
	X(CALENDAR_EVENTS,          5000, "events",  "of one calendar") \
	X(METRIC_SERIES,           10000, "series",  "of single certificates in /metrics") \
	X(SCAN_TARGETS,            10000, "targets", "words of one scan asked of the API") \
	X(SCAN_SIZE,            16777216, "targets", "targets that the words of such a scan stand for") \
	X(QUERY_BYTES,              4096, "bytes",   "one query") \
	X(QUERY_TERMS,               256, "terms",   "values in one query") \
	X(QUERY_DEPTH,                24, "levels",  "nesting of one query") \
	X(RULES,                    1000, "rules",   "for what is found") \
	X(SOURCE_SCOPES,            1000, "words",   "scopes, names, ports or exclusions of one source") \
	X(QUIET_WINDOWS,              32, "windows", "quiet hours of one source") \
	X(LEARNT_NAMES,            20000, "names",   "that were learnt and are asked for in one run") \
	X(LOCATION_BYTES,           4096, "bytes",   "the address of one place: a path, an entry of a key store") \
	X(SELECTION_ITEMS,       1000000, "items",   "one selection of a query") \
	X(SELECTION_IDS,           10000, "ids",     "one selection of given ids") \
	X(SELECTION_LIFE_S,        86400, "seconds", "life of a selection") \
	X(VIEW_NAME_BYTES,           100, "bytes",   "the name of a view") \
	X(ACTION_FAILURES,          1000, "items",   "of an action whose failure is kept with its reason") \
	X(MESSAGE_BYTES,         4194304, "bytes",   "one message between our processes") \
	X(HOST_FILES,             200000, "files",   "looked at in folders of this machine in one run") \
	X(HOST_FOLDER_DEPTH,          32, "levels",  "folders within folders that are walked") \
	X(HOST_FILE_BYTES,      16777216, "bytes",   "one file of this machine that is read for certificates") \
	X(HOST_CONFIG_BYTES,     4194304, "bytes",   "one file of a server's configuration") \
	X(HOST_CONFIG_FILES,        4096, "files",   "of servers' configurations in one run") \
	X(HOST_INCLUDE_DEPTH,         16, "levels",  "files that include files") \
	X(HOST_STEPS,            2000000, "steps",   "directives of all configurations in one run") \
	X(HOST_MATCHES,            20000, "names",   "taken of one folder or pattern of a configuration") \
	X(HOST_NAMES,               1000, "names",   "server names of one place of a configuration") \
	X(HOST_FOUND,              20000, "records", "of one run on this machine") \
	X(LINEAGE_TAGS,               64, "tags",    "of one lineage") \
	X(TEAM_CONTACTS,              32, "contacts", "of one team") \
	X(NAME_BYTES,                128, "bytes",   "the name of a team, service or contact") \
	X(PURPOSE_BYTES,             256, "bytes",   "the purpose of a lineage") \
	X(NOTE_BYTES,               8192, "bytes",   "one note") \
	X(PAGE_ROWS,                1000, "rows",    "one page of a list")
/* clang-format on */

enum limit {
#define X(name, value, unit, what) LIMIT_##name = (value),
	LIMITS_ALL(X)
#undef X
};

struct limit_row {
	const char *name; /* lower case, with underscores */
	int64_t value;
	const char *unit, *what;
};

const struct limit_row *limits_table(size_t *count);

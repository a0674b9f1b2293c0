/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * zone - names from DNS zones: by transfer (AXFR), from zone files, from lists of names.
 *
 * What can have a certificate is taken: owners of A, AAAA, CNAME and HTTPS records, and the hosts that MX, SRV, TLSA and
 * HTTPS records name, with the port that they say. Names outside the zone are left out: they are somebody else's. The
 * wire is read by ldns; sizes, counts and time are bounded. Blocks its thread. After RFC 5936, RFC 8945, RFC 1035.
 */

#include "base/err.h"
#include "wire/dns.h"

struct arena;

struct zone_target {
	struct str name;  /* lower case, without a final dot */
	uint16_t port;    /* 0: none is said */
	const char *from; /* "A", "MX", … */
};

struct zone {
	struct str name;
	uint32_t serial;
	bool unchanged; /* the serial is the known one: nothing else is set */
	const struct zone_target *targets; /* by name and port, each once */
	size_t count;
	size_t records;
	size_t caa; /* records that say who may issue */
};

/* A key of TSIG: name, algorithm ("hmac-sha256"), base64. */
struct zone_key {
	struct str name, algorithm, secret;
};
/*
 * From the text of a key file: `key "NAME" { algorithm ALG; secret "BASE64"; };` as tsig-keygen writes it, or one line
 * ALG:NAME:BASE64. err ERR_INPUT
 */
MUST_CHECK bool zone_key_read(struct arena *arena, struct str text, struct zone_key *out, struct err *err);

struct zone_asked {
	struct str zone;
	struct dns_address address; /* of the server */
	uint16_t port;              /* 0: 53 */
	const struct zone_key *key; /* NULL: unsigned */
	bool known;
	uint32_t known_serial;
	uint32_t timeout_ms;        /* of all of it; 0: 60 s */
};

/*
 * Asks for the SOA, and for the zone when its serial is not the known one.
 * err  ERR_UNREACHED, ERR_TIMEOUT, ERR_REFUSED "zone-refused" (it does not give the zone to us),
 *      ERR_DENIED "zone-key" (the key is not the server's), ERR_PROTOCOL "zone-answer"
 */
MUST_CHECK bool zone_transfer(struct arena *arena, const struct zone_asked *asked, struct zone *out, struct err *err);

/* A zone file in master format. $INCLUDE is not followed. err ERR_INPUT, naming the line */
MUST_CHECK bool zone_file_read(struct arena *arena, struct str text, struct str origin, struct zone *out, struct err *err);

/* One name a line, with a port or without; # begins a comment. err ERR_INPUT, naming the line */
MUST_CHECK bool zone_list_read(struct arena *arena, struct str text, struct zone *out, struct err *err);

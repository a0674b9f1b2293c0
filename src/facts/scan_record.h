/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * scan_record - what came of one target of a scan. Every target gives exactly one.
 *
 * The collector fills it, decisions/trust adds its judgement, and it is written as the scan record
 * of the command line's contract.
 */

#include "base/err.h"
#include "base/json.h"

struct arena;
struct cert;

/* clang-format off */
#define SCAN_OUTCOMES_ALL(X) \
	X(OK,                        "ok") \
	X(NO_TLS,                    "no-tls") \
	X(REFUSED,                   "refused") \
	X(TIMEOUT,                   "timeout") \
	X(UNREACHABLE,               "unreachable") \
	X(DNS,                       "dns") \
	X(STARTTLS_MISSING,          "starttls-missing") \
	X(SNI_NEEDED,                "sni-needed") \
	X(CLIENT_CERTIFICATE_NEEDED, "client-certificate-needed") \
	X(ALERT,                     "alert") \
	X(GARBAGE,                   "garbage") \
	X(EXCLUDED,                  "excluded") \
	X(LIMIT,                     "limit")
/* clang-format on */
enum scan_outcome {
#define X(name, text) SCAN_##name,
	SCAN_OUTCOMES_ALL(X)
#undef X
};
const char *scan_outcome_name(enum scan_outcome outcome);
MUST_CHECK bool scan_outcome_read(struct str name, enum scan_outcome *out);

/* A certificate as the collector hands it out: facts are parsed once for all records that show it. */
struct scan_cert {
	struct bytes der;
	uint8_t sha256[32];
	const struct cert *facts; /* NULL when the bytes cannot be read as a certificate */
	struct str facts_json;    /* the facts object as text; NULL data until somebody asked */
	struct str problem;       /* why they cannot be read; NULL data when they can */
};

enum scan_maybe { SCAN_UNKNOWN, SCAN_NO, SCAN_YES };

struct scan_record {
	struct str target;      /* as given */
	struct str host;        /* the name or address in it */
	struct str address;     /* that was dialled; NULL data when none was */
	uint16_t port;
	struct str protocol;    /* "tls", "smtp", … */
	struct str server_name; /* as sent in the ClientHello; NULL data when none was */
	enum scan_outcome outcome;
	struct str detail; /* in words; NULL data when there is nothing to add */

	struct {
		bool known; /* a ServerHello was read */
		struct str version, cipher, group, alpn; /* group and alpn: NULL data when none */
		bool sslv2_framing;
		bool client_certificate_asked;
		enum scan_maybe x25519mlkem768; /* whether the endpoint takes it */
		struct str versions[6]; /* those the endpoint was seen to speak */
		size_t version_count;
	} tls;

	struct scan_cert *const *chain; /* leaf first, as sent */
	size_t chain_count;
	struct scan_cert *const *other_leaves; /* of a second key type */
	size_t other_leaf_count;

	/* The judgement; SCAN_UNKNOWN and NULL data until it is made. */
	enum scan_maybe name_matches, chain_complete;
	struct {
		struct str mozilla, chrome, system; /* "trusted", or the reason */
	} trust;

	int64_t at_ms; /* since 1970 */
	uint32_t elapsed_ms;
	uint32_t connections; /* made for this record */
};

/* Writes the record as one JSON object (contract: keepvalid-scan(1)). */
void scan_record_write(struct json_out *json, const struct scan_record *record);

/*
 * Reads what scan_record_write wrote.
 *
 * certs  finds the certificate that such an element of chain or other_leaves stands for (its facts object, or its hash and a
 *        problem); NULL with the reason in err ends the reading
 * *out   its texts are the document's, its lists in the arena
 * err    ERR_PROTOCOL
 */
struct scan_record_certs {
	struct scan_cert *(*find)(void *data, const struct json_value *element, struct err *err);
	void *data;
};
MUST_CHECK bool scan_record_read(struct arena *arena, const struct json_value *json,
				 const struct scan_record_certs *certs, struct scan_record *out, struct err *err);

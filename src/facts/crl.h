/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crl - what the bytes of a certificate revocation list say.
 *
 * Turns DER into plain facts; checks no signature and no date, and never judges. Lists may have
 * hundreds of thousands of entries, so an entry is small and a serial is found by crl_find without a walk.
 * After RFC 5280 section 5.
 */

#include "base/err.h"
#include "base/json.h"
#include "facts/cert.h"

struct arena;

/* CRLReason of RFC 5280 section 5.3.1. */
enum crl_reason {
	CRL_UNSPECIFIED = 0,
	CRL_KEY_COMPROMISE = 1,
	CRL_CA_COMPROMISE = 2,
	CRL_AFFILIATION_CHANGED = 3,
	CRL_SUPERSEDED = 4,
	CRL_CESSATION = 5,
	CRL_HOLD = 6,
	CRL_REMOVED = 8,
	CRL_PRIVILEGE_WITHDRAWN = 9,
	CRL_AA_COMPROMISE = 10,
	CRL_NO_REASON = 255, /* the entry gives none */
};
const char *crl_reason_name(enum crl_reason reason); /* "keyCompromise"; NULL for none or unknown */

/* reasonFlags of distribution points: bit 1 keyCompromise … bit 8 aACompromise, as 1 << bit. */
#define CRL_ALL_REASONS 0x1fe

struct crl_entry {
	struct bytes serial; /* content of the INTEGER, without superfluous sign octets */
	int64_t revoked_at;
	struct bytes issuer; /* DER of the Name that issued the certificate: of the list, unless it is indirect */
	uint8_t reason;      /* enum crl_reason */
	bool unknown_critical; /* has a critical extension nobody here knows: RFC 5280 section 5.3 */
};

/* IssuingDistributionPoint: what the list is for. */
struct crl_scope {
	bool present;
	bool critical;
	struct bytes full_name;     /* inside of fullName [0]: GeneralNames; NULL data when absent */
	struct bytes relative_name; /* inside of nameRelativeToCRLIssuer [1]: an RDN's content; or NULL data */
	struct cert_strs uris;      /* the URIs in full_name */
	bool only_user, only_ca, only_attribute, indirect;
	bool has_reasons; /* onlySomeReasons is there */
	uint16_t reasons; /* CRL_ALL_REASONS without it */
};

/* Views point into der (which the caller keeps) or into the arena. */
struct crl {
	struct bytes der;
	uint8_t sha256[32];

	uint32_t version; /* 1, 2, or what it claims */
	struct str issuer; /* RFC 4514 */
	int64_t this_update;
	int64_t next_update; /* INT64_MAX when absent */
	bool has_next_update;
	struct str number;      /* hexadecimal; NULL data when absent */
	struct bytes number_der; /* content of that INTEGER; NULL data when absent */
	struct bytes base_number; /* deltaCRLIndicator: content of the INTEGER; NULL data: not a delta list */
	struct crl_scope scope;
	struct bytes authority_key_id; /* NULL data when absent */
	struct str signature;          /* name of its algorithm */

	const struct crl_entry *entries; /* in the order of the list */
	size_t entry_count;
	const uint32_t *by_serial; /* for crl_find */

	const struct cert_extension *extensions;
	size_t extension_count;
	bool unknown_critical; /* has a critical extension that this reader does not know */
	bool broken_extension; /* has one that it knows and cannot read */

	/* For validation: raw parts, all views into der. */
	struct bytes tbs, issuer_der;
	struct bytes signature_algorithm, tbs_algorithm; /* DER of the AlgorithmIdentifiers */
	struct bytes signature_value;                    /* bits of the BIT STRING */

	struct cert_strs oddities;
};

/*
 * Reads one list.
 *
 * der   exactly one DER object; anything after it is refused
 * *out  the facts; they live in arena and borrow der, and are set only on success
 * err   ERR_INPUT, naming the field and its byte offset
 * after RFC 5280 section 5.1
 */
MUST_CHECK bool crl_read(struct arena *arena, struct bytes der, const struct crl **out, struct err *err);

/*
 * The entry of a certificate, or NULL. issuer is DER of its issuer's Name; it is compared byte by byte. serial is the
 * content of its INTEGER.
 */
const struct crl_entry *crl_find(const struct crl *crl, struct bytes issuer, struct bytes serial);

/* The same for every issuer: starts with *at = 0, ends with NULL. For those who compare names their own way. */
const struct crl_entry *crl_find_next(const struct crl *crl, struct bytes serial, size_t *at);

/* {"sha256","version","issuer","this_update","next_update","number","delta":…,"entries":count,…} */
void crl_write(struct json_out *json, const struct crl *crl);

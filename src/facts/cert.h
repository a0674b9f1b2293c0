/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * cert - what the bytes of a certificate say.
 *
 * Turns DER into plain facts. Opens no file and no socket, and never judges: whether a fact is good is for
 * decisions/. Odd certificates are read as far as their DER allows; `oddities` says what was
 * tolerated. After RFC 5280 section 4, X.690.
 */

#include "base/err.h"
#include "base/json.h"

struct arena;

struct cert_strs {
	const struct str *at;
	size_t count;
};

/* Algorithms of public keys; the text is that of the facts. */
/* clang-format off */
#define CERT_KEYS_ALL(X) \
	X(UNKNOWN, "unknown") X(RSA, "rsa") X(EC, "ec") X(ED25519, "ed25519") X(ED448, "ed448") \
	X(DSA, "dsa") X(ML_DSA, "ml-dsa")
/* clang-format on */
enum cert_key_algorithm {
#define X(name, text) CERT_KEY_##name,
	CERT_KEYS_ALL(X)
#undef X
};

struct cert_key {
	enum cert_key_algorithm algorithm;
	uint32_t bits;      /* RSA modulus, EC field, 0 unknown */
	struct str curve;   /* "P-256", …; an OID in dots when unknown; NULL data when it has none */
	uint8_t sha256[32]; /* of the SubjectPublicKeyInfo */
	struct bytes spki;  /* its DER, within cert.der */
};

/* Bits of keyUsage, in the order of RFC 5280 section 4.2.1.3. */
enum cert_key_usage {
	CERT_USAGE_DIGITAL_SIGNATURE = 1 << 0,
	CERT_USAGE_CONTENT_COMMITMENT = 1 << 1,
	CERT_USAGE_KEY_ENCIPHERMENT = 1 << 2,
	CERT_USAGE_DATA_ENCIPHERMENT = 1 << 3,
	CERT_USAGE_KEY_AGREEMENT = 1 << 4,
	CERT_USAGE_KEY_CERT_SIGN = 1 << 5,
	CERT_USAGE_CRL_SIGN = 1 << 6,
	CERT_USAGE_ENCIPHER_ONLY = 1 << 7,
	CERT_USAGE_DECIPHER_ONLY = 1 << 8,
};

enum cert_validation { CERT_VALIDATION_NONE, CERT_DV, CERT_OV, CERT_IV, CERT_EV };

struct cert_extension {
	struct bytes oid; /* content bytes of the OBJECT IDENTIFIER */
	bool critical;
	struct bytes value; /* inside the OCTET STRING */
};

/* Views point into der (which the caller keeps) or into the arena. */
struct cert {
	struct bytes der;
	uint8_t sha256[32];

	uint32_t version;  /* 1, 2, 3, or what it claims */
	struct str serial; /* lower-case hex, no leading zeros, "-" before a negative one */
	struct str subject, issuer;       /* RFC 4514 */
	struct str subject_cn, issuer_cn; /* the last CN; NULL data when there is none */
	int64_t not_before, not_after;    /* first and last valid second, UTC since 1970 */

	struct {
		struct cert_strs dns; /* as spelt, ASCII lower case; includes names of odd spelling */
		struct cert_strs ip;  /* 192.0.2.1, 2001:db8::1; hex of odd lengths */
		struct cert_strs email, uri;
		bool present; /* the extension is there, whatever is in it */
	} names;

	struct cert_key key;
	struct str signature; /* OpenSSL's long or short name, or the OID in dots */

	enum cert_validation validation; /* by the CA/B Forum's reserved policy OIDs and known EV policies */
	bool ca;
	int32_t path_length; /* -1: none given */
	bool self_issued;    /* subject and issuer are the same bytes */
	bool self_signed;    /* and its own key made its signature */
	bool wildcard;
	bool must_staple, precertificate;
	uint32_t scts; /* signed certificate timestamps in the certificate */

	bool has_key_usage;
	uint16_t key_usage; /* enum cert_key_usage */
	struct cert_strs extended_key_usage; /* OpenSSL's long or short names, or OIDs in dots */
	struct cert_strs policies;           /* OIDs in dots */
	struct bytes subject_key_id, authority_key_id; /* NULL data when absent */
	struct cert_strs ocsp, crl, ca_issuers;        /* addresses */

	/* For validation: raw parts, all views into der. */
	struct bytes tbs, subject_der, issuer_der, serial_der;
	struct bytes signature_algorithm; /* DER of the outer AlgorithmIdentifier */
	struct bytes tbs_algorithm;       /* and of the inner one */
	struct bytes signature_value;     /* bits of the BIT STRING */
	const struct cert_extension *extensions;
	size_t extension_count;

	struct cert_strs oddities; /* "serial is negative", "dNSName is not IA5": what was tolerated */
	bool broken_extension; /* one that we know cannot be read, or stands there twice: see oddities */
};

/*
 * Reads one certificate.
 *
 * der   exactly one DER object of at most LIMIT_CERT_BYTES; anything after it is refused
 * *out  the facts; they live in arena and borrow der, and are set only on success
 * err   ERR_INPUT, naming the field and its byte offset
 * after RFC 5280 section 4.1
 */
MUST_CHECK bool cert_read(struct arena *arena, struct bytes der, const struct cert **out,
			  struct err *err);

/* The same for a certificate whose SHA-256 is known already. */
MUST_CHECK bool cert_read_hashed(struct arena *arena, struct bytes der, const uint8_t sha256[32],
				 const struct cert **out, struct err *err);

/*
 * The same for certificates that come from a list of roots: a self-issued one is taken for self-signed without
 * checking its signature, which is nine tenths of the work and proves nothing about a root. Its SHA-256 is known.
 */
MUST_CHECK bool cert_read_root(struct arena *arena, struct bytes der, const uint8_t sha256[32],
			       const struct cert **out, struct err *err);

/* The extension of that OID (content bytes), or NULL. */
const struct cert_extension *cert_extension(const struct cert *cert, struct bytes oid);

/*
 * Timestamps of the embedded SCTs in milliseconds since 1970 (RFC 6962 section 3.3), at most max of them. Returns
 * how many there are; malformed lists count as none. Signatures are not checked.
 */
size_t cert_sct_times(const struct cert *cert, int64_t *to_ms, size_t max);

/* The facts object of docs/man: one JSON object, keys in a fixed order, absent values null. */
void cert_write(struct json_out *json, const struct cert *cert);

/* Parts of it that requests and keys have too; the members only, where it is an object. */
void cert_write_list(struct json_out *json, const char *key, struct cert_strs list);
void cert_write_key(struct json_out *json, const struct cert_key *key);
void cert_write_names(struct json_out *json, const struct cert *cert); /* "names" and its object */
void cert_write_path_length(struct json_out *json, const struct cert *cert);
void cert_write_usages(struct json_out *json, const struct cert *cert); /* "key_usage", "extended_key_usage" */

/*
 * The parts that requests, revocation lists and keys have too. All are tolerant like cert_read; *odd is set to what
 * was tolerated, or left alone.
 */

/* A Name (its whole DER) as RFC 4514 text and its last CN. False when its structure cannot be read. */
MUST_CHECK bool cert_name_read(struct arena *arena, struct bytes name, struct str *text, struct str *cn,
			       const char **odd);

/* GeneralNames: the inside of the SEQUENCE. False when it cannot be read or has more than LIMIT_CERT_NAMES. */
struct cert_general_names {
	struct cert_strs dns, ip, email, uri;
	size_t others; /* otherName, directoryName and the like */
};
MUST_CHECK bool cert_general_names_read(struct arena *arena, struct bytes names,
					struct cert_general_names *out, const char **odd);

/* A SubjectPublicKeyInfo (its whole DER). False when its structure cannot be read. */
MUST_CHECK bool cert_key_read(struct arena *arena, struct bytes spki, struct cert_key *out,
			      const char **odd);

/* The name of an AlgorithmIdentifier (its whole DER) as in `signature`. */
struct str cert_algorithm_name(struct arena *arena, struct bytes algorithm);

/*
 * Extensions: the inside of the SEQUENCE. False when they cannot be read; *at is then where.
 */
MUST_CHECK bool cert_extensions_read(struct arena *arena, struct bytes extensions,
				     const struct cert_extension **out, size_t *count, struct bytes *at);

/*
 * Reads into cert what extensions say (names, usages, ids, addresses, …), as cert_read does with those of a
 * certificate: for extensions asked for in a request. cert->der is what offsets count from.
 */
void cert_extensions_facts(struct arena *arena, struct cert *cert);

/* Text from strangers as people may see it: control characters as \XX, bad UTF-8 as \XX. */
struct str cert_visible(struct arena *arena, struct str text);

/* The words of a key usage: "digitalSignature", … in the order of the bits, to[9]. Returns how many. */
#define CERT_USAGES 9
size_t cert_usage_names(uint16_t key_usage, struct str to[CERT_USAGES]);

const char *cert_key_name(enum cert_key_algorithm algorithm);
const char *cert_validation_name(enum cert_validation validation); /* NULL for none */

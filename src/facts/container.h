/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * container - what lies in a file: certificates, requests, revocation lists and keys.
 *
 * Reads PEM (with any text around it), DER, PKCS#7, PKCS#12, JKS and JCEKS, and finds out by itself which it is. One
 * thing that cannot be read does not hide the others: it becomes a problem. Of private keys it tells what
 * they are, never what they say. After RFC 7468, RFC 5652, RFC 7292, RFC 2986, RFC 5958.
 */

#include "base/err.h"
#include "base/json.h"
#include "facts/cert.h"
#include "facts/crl.h"

struct arena;
struct secret;

/* A certification request: RFC 2986. */
struct request {
	struct bytes der;
	uint8_t sha256[32];
	struct str signature; /* name of its algorithm */
	bool signature_good;  /* made by its own key: proof of possession */
	bool has_challenge;   /* a challengePassword is there; it is a secret and not kept */
	/*
	 * The rest as facts of a certificate: subject, key, and what the extensions asked for say. Everything
	 * that a request does not have is empty.
	 */
	const struct cert *facts;
};

enum container_key_class { KEY_PRIVATE, KEY_PUBLIC, KEY_SECRET };

/* What a key is. */
struct container_key {
	enum container_key_class class;
	struct str format;     /* "PKCS#8", "SEC1", "PKCS#1", "OpenSSH", "JKS", … */
	bool encrypted;
	struct str encryption; /* how, as far as it says; NULL data when not encrypted or unknown */
	bool known;            /* public is set: the key could be seen, or its certificate stands beside it */
	struct cert_key public; /* its public half; spki is in the arena */
	struct str algorithm;  /* in words when it is not known: from the label or the file's own naming; may be NULL data */
};

enum container_kind { ITEM_CERTIFICATE, ITEM_REQUEST, ITEM_CRL, ITEM_KEY };

struct container_item {
	enum container_kind kind;
	struct str source; /* "block 3", "entry 2, chain 1" … */
	struct str alias;  /* friendlyName or alias; NULL data when it has none */
	size_t offset;     /* where it starts in the file; of its container, if that is encrypted or encoded */
	union {
		const struct cert *cert;
		const struct request *request;
		const struct crl *crl;
		const struct container_key *key;
	};
};

struct container_problem {
	struct str item; /* what could not be read: "block 3 (CERTIFICATE)" */
	size_t offset;   /* where it starts in the file */
	struct str text;
};

enum container_integrity {
	INTEGRITY_NONE,        /* the format has none, or the file has none */
	INTEGRITY_NOT_CHECKED, /* there is a digest, and no password was given */
	INTEGRITY_GOOD,
	INTEGRITY_WRONG, /* another password, or a damaged file */
};

struct container {
	const char *format; /* "PEM", "DER", "PKCS#7", "PKCS#12", "JKS", "JCEKS" */
	enum container_integrity integrity;
	const struct container_item *items;
	size_t item_count;
	const struct container_problem *problems;
	size_t problem_count;
};

/*
 * Reads a file's content.
 *
 * password  for key stores and encrypted keys; NULL when there is none
 * rounds    password iterations that the whole file may cost; 0: LIMIT_PBKDF_ROUNDS
 * *out      lives in arena and borrows content
 * err       ERR_INPUT when nothing in it looks like any of these
 */
MUST_CHECK bool container_read(struct arena *arena, struct bytes content, const struct secret *password,
			       uint64_t rounds, const struct container **out, struct err *err);

/* Reads one request, one key: DER. */
MUST_CHECK bool request_read(struct arena *arena, struct bytes der, const struct request **out,
			     struct err *err);

/* The facts as JSON objects. */
void request_write(struct json_out *json, const struct request *request);
void container_key_write(struct json_out *json, const struct container_item *item);

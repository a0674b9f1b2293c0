/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * cert_maker - throw-away certificates for tests, made by OpenSSL.
 *
 *     struct made root = make(arena, &(struct make){.subject = "CN=Root", .ca = true});
 *     struct made leaf = make(arena, &(struct make){.subject = "CN=a.example", .by = &root, .names = "DNS:a.example"});
 *
 * Unless said otherwise: P-256, SHA-256, valid from MADE_AT - 30 days to MADE_AT + 60 days, version 3, the key identifiers,
 * and for a CA critical basic constraints and key usage. Keys live as long as the program.
 */

#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "facts/cert.h"

#define MADE_AT INT64_C(1800000000) /* 2027-01-15 */
#define DAY     INT64_C(86400)

struct made {
	const struct cert *cert;
	X509 *x509;
	EVP_PKEY *key;
};

struct make {
	const char *subject;      /* "CN=…/O=…": type=value, "/" between; a leading "!" on a value: UTF8String */
	const struct made *by;    /* NULL: signs itself */
	const char *issuer;       /* another issuer name than that of `by` */
	EVP_PKEY *key, *sign_key; /* instead of a new one; instead of the issuer's */
	int64_t from, until;      /* days around MADE_AT; 0: the usual */
	bool ca, v1, no_key_ids;
	bool no_parameters; /* leave them out of a DSA key */
	int path_length; /* + 1; 0: none */
	const char *basic, *key_usage, *usage, *names, *constraints, *policies; /* extensions as openssl.cnf has them */
	const char *policy_constraints, *mappings, *inhibit_any;
	const char *oid, *oid_value; /* an extension of any kind: "critical,DER:…" */
	const EVP_MD *digest;
	long serial; /* 0: a new one */
};

/* Keeps what was made reachable to the end, so that nobody has to free it and no leak is seen. */
static inline void *make_kept(void *thing)
{
	static void **all;
	static size_t count, room;

	if (count == room) {
		room = room ? room * 2 : 64;
		all = realloc(all, room * sizeof(*all));
	}
	all[count++] = thing;
	return thing;
}

static inline EVP_PKEY *make_key(void)
{
	return make_kept(EVP_EC_gen("P-256"));
}

static inline X509_NAME *make_name(const char *text)
{
	X509_NAME *name = X509_NAME_new();
	char copy[512], *rest = copy, *part;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((part = strsep(&rest, "/"))) {
		char *value = strchr(part, '=');
		int type = MBSTRING_ASC;

		if (!value)
			continue;
		*value++ = 0;
		if (*value == '!') {
			type = V_ASN1_UTF8STRING;
			value++;
		}
		X509_NAME_add_entry_by_txt(name, part, type, (const unsigned char *)value, -1, -1, 0);
	}
	return name;
}

static inline void make_extension(X509 *x509, X509V3_CTX *context, int nid, const char *value)
{
	X509_EXTENSION *extension = value ? X509V3_EXT_conf_nid(NULL, context, nid, value) : NULL;

	if (value && !extension) {
		fprintf(stderr, "cert_maker: %s = %s is not understood\n", OBJ_nid2sn(nid), value);
		abort();
	}
	if (extension)
		X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

static inline void make_extensions(X509 *x509, const struct make *m, X509 *issuer)
{
	static CONF *database;
	X509V3_CTX context;
	char basic[64];

	X509V3_set_ctx(&context, issuer ? issuer : x509, x509, NULL, NULL, 0);
	if (!database)
		database = make_kept(NCONF_new(NULL));
	X509V3_set_nconf(&context, database); /* policies want one, be it empty */
	snprintf(basic, sizeof(basic), m->path_length ? "critical,CA:TRUE,pathlen:%d" : "critical,CA:TRUE", m->path_length - 1);
	make_extension(x509, &context, NID_basic_constraints, m->basic ? m->basic : m->ca ? basic : NULL);
	make_extension(x509, &context, NID_key_usage, m->key_usage ? m->key_usage : m->ca ? "critical,keyCertSign,cRLSign" : NULL);
	if (!m->no_key_ids)
		make_extension(x509, &context, NID_subject_key_identifier, "hash");
	if (!m->no_key_ids && issuer && X509_get0_subject_key_id(issuer))
		make_extension(x509, &context, NID_authority_key_identifier, "keyid");
	make_extension(x509, &context, NID_ext_key_usage, m->usage);
	make_extension(x509, &context, NID_subject_alt_name, m->names);
	make_extension(x509, &context, NID_name_constraints, m->constraints);
	make_extension(x509, &context, NID_certificate_policies, m->policies);
	make_extension(x509, &context, NID_policy_constraints, m->policy_constraints);
	make_extension(x509, &context, NID_policy_mappings, m->mappings);
	make_extension(x509, &context, NID_inhibit_any_policy, m->inhibit_any);
	if (m->oid) {
		X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, &context, m->oid, m->oid_value);

		X509_add_ext(x509, extension, -1);
		X509_EXTENSION_free(extension);
	}
}

static inline const struct cert *make_facts(struct arena *arena, X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	const struct cert *cert = NULL;
	struct err err;

	if (!cert_read(arena, arena_bytes(arena, bytes_of(der, (size_t)len)), &cert, &err)) {
		fprintf(stderr, "cert_maker: %s\n", err.text);
		abort();
	}
	OPENSSL_free(der);
	return cert;
}

static inline void make_without_parameters(X509 *x509)
{
	X509_PUBKEY *key = X509_get_X509_PUBKEY(x509);
	const unsigned char *old;
	unsigned char *copy;
	int len;

	X509_PUBKEY_get0_param(NULL, &old, &len, NULL, key);
	copy = OPENSSL_memdup(old, (size_t)len);
	X509_PUBKEY_set0_param(key, OBJ_nid2obj(NID_dsa), V_ASN1_UNDEF, NULL, copy, len);
}

static inline struct made make(struct arena *arena, const struct make *m)
{
	static long serials = 1000;
	struct made made = {.x509 = make_kept(X509_new()), .key = m->key ? m->key : make_key()};
	X509_NAME *subject = make_name(m->subject), *issuer = m->issuer ? make_name(m->issuer) : NULL;
	EVP_PKEY *sign_key = m->sign_key ? m->sign_key : m->by ? m->by->key : made.key;

	X509_set_version(made.x509, m->v1 ? 0 : 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made.x509), m->serial ? m->serial : serials++);
	X509_set_subject_name(made.x509, subject);
	X509_set_issuer_name(made.x509, issuer ? issuer : m->by ? X509_get_subject_name(m->by->x509) : subject);
	ASN1_TIME_set(X509_getm_notBefore(made.x509), (time_t)(MADE_AT + (m->from ? m->from : -30) * DAY));
	ASN1_TIME_set(X509_getm_notAfter(made.x509), (time_t)(MADE_AT + (m->until ? m->until : 60) * DAY));
	X509_set_pubkey(made.x509, made.key);
	if (m->no_parameters)
		make_without_parameters(made.x509);
	if (!m->v1)
		make_extensions(made.x509, m, m->by ? m->by->x509 : NULL);
	X509_sign(made.x509, sign_key, m->digest ? m->digest : EVP_sha256());
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	made.cert = make_facts(arena, made.x509);
	return made;
}

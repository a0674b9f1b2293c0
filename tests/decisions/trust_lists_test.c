/* SPDX-License-Identifier: Apache-2.0 */

/* Revocation lists: rows of lists about one leaf, after RFC 5280 section 6.3. */

#include "decisions/trust.h"

#include "cert_maker.h"
#include "facts/crl.h"
#include "test.h"

struct list {
	bool revokes;    /* the leaf */
	bool removes;    /* takes it off again (in a delta list) */
	const char *idp; /* issuingDistributionPoint */
	const char *critical_oid;
	int number, base; /* + 1; 0: none (number: 8) */
	int from, until;  /* days; 0: the usual */
	bool other_issuer, wrong_key, no_number;
};

struct scene {
	struct arena *arena;
	struct made root, other, leaf;
	struct trust_store *store;
};

static void add_number(X509_CRL *crl, int nid, long value, bool critical)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();

	ASN1_INTEGER_set(number, value);
	X509_CRL_add1_ext_i2d(crl, nid, number, critical, 0);
	ASN1_INTEGER_free(number);
}

static void add_text(X509_CRL *crl, const char *name, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, NULL, NULL, NULL, crl, 0);
	extension = X509V3_EXT_nconf(NULL, &context, name, value);
	assert_non_null(extension);
	X509_CRL_add_ext(crl, extension, -1);
	X509_EXTENSION_free(extension);
}

static void add_entry(X509_CRL *crl, const struct scene *s, int reason)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)(MADE_AT - DAY));

	X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(s->leaf.x509));
	X509_REVOKED_set_revocationDate(entry, at);
	ASN1_ENUMERATED_set(code, reason);
	X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code, 0, 0);
	X509_CRL_add0_revoked(crl, entry);
	ASN1_ENUMERATED_free(code);
	ASN1_TIME_free(at);
}

static const struct crl *make_list(const struct scene *s, const struct list *list)
{
	const struct made *issuer = list->other_issuer ? &s->other : &s->root;
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(MADE_AT + (list->from ? list->from : -2) * DAY));
	ASN1_TIME *until = ASN1_TIME_set(NULL, (time_t)(MADE_AT + (list->until ? list->until : 5) * DAY));
	X509_CRL *crl = X509_CRL_new();
	const struct crl *read = NULL;
	unsigned char *der = NULL;
	struct err err;
	int len;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->x509));
	X509_CRL_set1_lastUpdate(crl, from);
	X509_CRL_set1_nextUpdate(crl, until);
	if (!list->no_number)
		add_number(crl, NID_crl_number, list->number ? list->number : 8, false);
	if (list->base)
		add_number(crl, NID_delta_crl, list->base, true);
	if (list->idp)
		add_text(crl, "issuingDistributionPoint", list->idp);
	if (list->critical_oid)
		add_text(crl, list->critical_oid, "critical,DER:05:00");
	if (list->revokes)
		add_entry(crl, s, 1);
	if (list->removes)
		add_entry(crl, s, 8);
	X509_CRL_sign(crl, list->wrong_key ? s->leaf.key : issuer->key, EVP_sha256());
	len = i2d_X509_CRL(crl, &der);
	assert_true(crl_read(s->arena, arena_bytes(s->arena, bytes_of(der, (size_t)len)), &read, &err));
	OPENSSL_free(der);
	X509_CRL_free(crl);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	return read;
}

static struct scene scene_open(void)
{
	struct scene s = {.arena = arena_new(), .store = trust_store_new(STR("given"), (struct str){0}, 0)};

	s.root = make(s.arena, &(struct make){.subject = "CN=Root", .ca = true});
	s.other = make(s.arena, &(struct make){.subject = "CN=Other", .ca = true});
	s.leaf = make(s.arena, &(struct make){.subject = "CN=leaf", .by = &s.root, .oid = "crlDistributionPoints",
					      .oid_value = "URI:http://example.org/a.crl"});
	trust_store_add(s.store, s.root.cert, NULL);
	trust_store_add(s.store, s.other.cert, NULL);
	return s;
}

static struct str verdict(struct scene *s, const struct list *lists, size_t count, enum trust_purpose purpose)
{
	const struct crl *read[4];
	struct trust_answer answer;
	struct trust_query query = {.leaf = s->leaf.cert, .store = s->store, .crls = read, .crl_count = count,
				    .now = MADE_AT, .purpose = purpose, .depth = -1, .crls_required = true};

	for (size_t i = 0; i < count; i++)
		read[i] = make_list(s, &lists[i]);
	trust_check(s->arena, &query, &answer);
	return answer.reason;
}

#define FULL "fullname:URI:http://example.org/a.crl"

TEST(lists_answer_for_what_they_cover)
{
	static const struct {
		const char *what;
		struct list lists[3];
		size_t count;
		const char *reason;
		bool strict_too; /* the web profile says the same */
	} rows[] = {
		{"none", {{0}}, 0, "no revocation list covers it", true},
		{"a good one", {{0}}, 1, "trusted", true},
		{"revoked", {{.revokes = true}}, 1, "revoked on 2027-01-14: keyCompromise", true},
		{"old", {{.until = -1}}, 1, "its revocation list is not valid", true},
		{"of tomorrow", {{.from = 1}}, 1, "its revocation list is not valid", true},
		{"an old one and a good one", {{.until = -1}, {0}}, 2, "trusted", true},
		{"of another CA", {{.other_issuer = true, .revokes = true}}, 1, "no revocation list covers it", true},
		{"of both CAs", {{.other_issuer = true, .revokes = true}, {0}}, 2, "trusted", true},
		{"of another key", {{.wrong_key = true}}, 1, "its revocation list is not valid", true},
		{"not understood", {{.critical_oid = "1.2.3.4"}}, 1, "its revocation list is not valid", true},
		{"of its point", {{.idp = "critical," FULL}}, 1, "trusted", true},
		{"of another point", {{.idp = "critical,fullname:URI:http://example.org/b.crl"}}, 1, "no revocation list covers it", true},
		{"of users", {{.idp = "critical,onlyuser:TRUE"}}, 1, "trusted", true},
		{"of CAs", {{.idp = "critical,onlyCA:TRUE"}}, 1, "no revocation list covers it", true},
		{"of attributes", {{.idp = "critical,onlyAA:TRUE"}}, 1, "no revocation list covers it", true},
		{"some reasons", {{.idp = "critical,onlysomereasons:keyCompromise"}}, 1, "no revocation list covers it", true},
		{"indirect", {{.idp = "critical,indirectCRL:TRUE"}}, 1, "trusted", false},
		{"a delta alone", {{.number = 9, .base = 8}}, 1, "no revocation list covers it", true},
		{"a delta that revokes", {{0}, {.number = 9, .base = 8, .revokes = true}}, 2, "revoked on", true},
		{"a delta that removes", {{.revokes = true}, {.number = 9, .base = 8, .removes = true}}, 2, "trusted", true},
		{"a delta of a later base", {{0}, {.number = 12, .base = 10, .revokes = true}}, 2, "trusted", true},
		{"a delta before", {{0}, {.number = 7, .base = 6, .revokes = true}}, 2, "trusted", true},
		{"no number", {{.no_number = true}}, 1, "trusted", false},
	};
	struct scene s = scene_open();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str reason;

		reason = verdict(&s, rows[i].lists, rows[i].count, TRUST_ANY);
		if (!str_starts(reason, str_of(rows[i].reason)))
			fail_msg("%s: wanted \"%s\", got \"%.*s\"", rows[i].what, rows[i].reason, STR_ARG(reason));
		reason = verdict(&s, rows[i].lists, rows[i].count, TRUST_SERVER);
		if (str_starts(reason, str_of(rows[i].reason)) != rows[i].strict_too)
			fail_msg("%s, for servers: got \"%.*s\"", rows[i].what, STR_ARG(reason));
	}
	trust_store_free(s.store);
	arena_free(s.arena);
}

TESTS(RUN(lists_answer_for_what_they_cover))

/* SPDX-License-Identifier: Apache-2.0 */

/* One look at a record; every finding is a line. Both leaves count when an endpoint has two. */

#include "programs/cli/findings.h"

#include "facts/cert.h"

enum { DAY_S = 86400 };

const char *finding_name(enum finding_bit bit)
{
	static const char *const names[] = {
#define X(name, text) text,
		FINDINGS_ALL(X)
#undef X
	};

	return names[bit];
}

const struct cert *findings_leaf(const struct scan_record *record)
{
	return record->chain_count ? record->chain[0]->facts : NULL;
}

int64_t findings_notice_s(const struct cert *cert)
{
	int64_t third = (cert->not_after - cert->not_before) / 3;

	return third < 30 * DAY_S ? third : 30 * DAY_S;
}

static bool is_weak_key(const struct cert_key *key)
{
	switch (key->algorithm) {
	case CERT_KEY_RSA:
	case CERT_KEY_DSA:
		return key->bits < 2048;
	case CERT_KEY_EC:
		return key->bits < 224;
	default:
		return false;
	}
}

static bool is_weak_signature(struct str name)
{
	static const char *const weak[] = {"md2", "md4", "md5", "sha1", "SHA1", "MD5"};

	for (size_t i = 0; i < COUNT_OF(weak); i++)
		if (str_has(name, str_of(weak[i])))
			return true;
	return false;
}

static uint32_t of_leaf(const struct scan_cert *scanned, int64_t now)
{
	const struct cert *cert = scanned->facts;

	if (!cert)
		return FINDING_UNREADABLE;
	return (cert->not_after < now ? FINDING_EXPIRED : 0) |
	       (cert->not_after >= now && cert->not_after - now < findings_notice_s(cert) ? FINDING_EXPIRING : 0) |
	       (cert->not_before > now ? FINDING_NOT_YET_VALID : 0) | (cert->self_signed ? FINDING_SELF_SIGNED : 0) |
	       (is_weak_key(&cert->key) ? FINDING_WEAK_KEY : 0) |
	       (!cert->self_signed && is_weak_signature(cert->signature) ? FINDING_WEAK_SIGNATURE : 0);
}

static bool is_untrusted(const struct scan_record *record)
{
	const struct str said[] = {record->trust.mozilla, record->trust.chrome, record->trust.system};
	bool judged = false;

	for (size_t i = 0; i < COUNT_OF(said); i++) {
		if (str_is(said[i], "trusted"))
			return false;
		judged |= said[i].data != NULL;
	}
	return judged;
}

/* Whether TLS 1.2 or later was seen is told by the newest version spoken. */
static bool is_old_tls(const struct scan_record *record)
{
	struct str version = record->tls.version;

	return record->tls.known && !str_is(version, "TLSv1.3") && !str_is(version, "TLSv1.2") &&
	       (str_starts(version, STR("TLSv1")) || str_starts(version, STR("SSL")));
}

uint32_t findings_of(const struct scan_record *record, int64_t now)
{
	uint32_t found = is_old_tls(record) ? FINDING_OLD_TLS : 0;

	if (record->chain_count == 0)
		return 0;
	found |= of_leaf(record->chain[0], now);
	for (size_t i = 0; i < record->other_leaf_count; i++)
		found |= of_leaf(record->other_leaves[i], now);
	found |= record->name_matches == SCAN_NO ? FINDING_NAME_MISMATCH : 0;
	found |= record->chain_complete == SCAN_NO ? FINDING_INCOMPLETE_CHAIN : 0;
	return found | (is_untrusted(record) ? FINDING_UNTRUSTED : 0);
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which keys and hashes count, by level: RSA below 1,024 bits and MD5 nowhere; SHA-1 not for TLS;
 * the Baseline Requirements (6.1.5, 7.1.3) want RSA of 2,048 bits or more in whole octets, or
 * P-256, P-384, P-521, and no DSA. Newer keys (Ed25519, Ed448, ML-DSA) are left alone: they are not
 * weak.
 */

#include "decisions/trust/algorithms.h"

#include "base/arena.h"
#include "facts/der.h"
#include "facts/oid.h"

static bool is_web_curve(struct str curve)
{
	return str_is(curve, "P-256") || str_is(curve, "P-384") || str_is(curve, "P-521");
}

struct str algorithms_key_problem(struct arena *arena, const struct cert *cert,
				  enum profile_level level)
{
	const uint32_t least = level >= PROFILE_WEB ? 2048 : 1024;
	const struct cert_key *key = &cert->key;

	if (key->algorithm == CERT_KEY_RSA && key->bits < least)
		return arena_format(arena, "its RSA key has only %u bits (at least %u are wanted)",
				    key->bits, least);
	if (level < PROFILE_WEB)
		return (struct str){0};
	if (key->algorithm == CERT_KEY_UNKNOWN)
		return STR("its key is of a kind that nobody here knows (BR 6.1.5)");
	if (key->algorithm == CERT_KEY_RSA && key->bits % 8)
		return arena_format(arena,
				    "its RSA key has %u bits, not a multiple of 8 (BR 6.1.5)",
				    key->bits);
	if (key->algorithm == CERT_KEY_DSA)
		return STR("its key is a DSA key (BR 6.1.5)");
	if (key->algorithm == CERT_KEY_EC && !is_web_curve(key->curve))
		return arena_format(arena, "its key is on the curve %.*s (BR 6.1.5)",
				    STR_ARG(key->curve));
	return (struct str){0};
}

/* Hashes by the OIDs of the algorithms that use them. */
static const char *weak_hash(struct bytes oid)
{
	static const struct {
		struct bytes oid;
		const char *hash;
	} rows[] = {
#define ROW(oid, hash) {{(const uint8_t *)oid, sizeof(oid) - 1}, hash}
		ROW("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02", "MD2"),
		ROW("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03", "MD4"),
		ROW("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04", "MD5"),
		ROW("\x2a\x86\x48\x86\xf7\x0d\x02\x05", "MD5"),
		ROW("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", "SHA-1"),
		ROW("\x2b\x0e\x03\x02\x1d", "SHA-1"),
		ROW("\x2b\x0e\x03\x02\x1a", "SHA-1"),
		ROW("\x2b\x0e\x03\x02\x1b", "SHA-1"),
		ROW("\x2a\x86\x48\xce\x38\x04\x03", "SHA-1"),
		ROW("\x2a\x86\x48\xce\x3d\x04\x01", "SHA-1"),
#undef ROW
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (bytes_equal(rows[i].oid, oid))
			return rows[i].hash;
	return NULL;
}

/* RSASSA-PSS names its hash in the parameters; without them it is SHA-1 (RFC 4055 section 3.1). */
static const char *weak_pss(struct bytes parameters)
{
	struct bytes body, tagged, algorithm, oid;

	if (!der_take_only(parameters, DER_SEQUENCE, &body) ||
	    !der_take_tag(&body, DER_CONTEXT_MADE(0), &tagged) ||
	    !der_take_only(tagged, DER_SEQUENCE, &algorithm) ||
	    !der_take_tag(&algorithm, DER_OID, &oid))
		return "SHA-1";
	return weak_hash(oid);
}

static bool is_dsa(struct str signature)
{
	return str_starts_nocase(signature, STR("dsa"));
}

struct str algorithms_signature_problem(struct arena *arena, const struct cert *cert,
					enum profile_level level)
{
	struct bytes body = {0}, oid = {0};
	const char *hash;

	if (!der_take_only(cert->signature_algorithm, DER_SEQUENCE, &body) ||
	    !der_take_tag(&body, DER_OID, &oid))
		return STR("its signature algorithm cannot be read");
	hash = OID_IS(oid, OID_RSA_PSS) ? weak_pss(body) : weak_hash(oid);
	if (hash && (hash[0] == 'M' || level > PROFILE_PLAIN))
		return arena_format(arena, "it is signed with %s, which is broken", hash);
	if (level >= PROFILE_WEB && is_dsa(cert->signature))
		return STR("it is signed with DSA (BR 7.1.3)");
	return (struct str){0};
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * OpenSSH's private keys: the public half and the encryption stand in front in the clear. After PROTOCOL.key of
 * OpenSSH, RFC 4253 section 6.6, RFC 5656 section 3.1.
 */

#include "facts/container/reading.h"

#include "base/arena.h"
#include "facts/der.h"

static bool take_string(struct bytes *from, struct bytes *out)
{
	struct bytes rest = *from;
	uint32_t len;

	if (!bytes_take_u32(&rest, &len) || !bytes_take(&rest, len, out))
		return false;
	*from = rest;
	return true;
}

/* clang-format off */
static const struct type {
	const char *name;
	enum cert_key_algorithm algorithm;
	uint32_t bits; /* 0: of the second number in the public key */
	const char *curve;
} types[] = {
	{"ssh-rsa",                            CERT_KEY_RSA,     0,   NULL},
	{"ssh-dss",                            CERT_KEY_DSA,     0,   NULL},
	{"ssh-ed25519",                        CERT_KEY_ED25519, 256, NULL},
	{"ecdsa-sha2-nistp256",                CERT_KEY_EC,      256, "P-256"},
	{"ecdsa-sha2-nistp384",                CERT_KEY_EC,      384, "P-384"},
	{"ecdsa-sha2-nistp521",                CERT_KEY_EC,      521, "P-521"},
	{"sk-ssh-ed25519@openssh.com",         CERT_KEY_ED25519, 256, NULL},
	{"sk-ecdsa-sha2-nistp256@openssh.com", CERT_KEY_EC,      256, "P-256"},
};
/* clang-format on */

/* RSA has exponent and modulus, DSA its prime first: the larger of the two is the size. */
static uint32_t bits_of(struct bytes numbers)
{
	struct bytes first = {NULL, 0}, second = {NULL, 0};
	uint32_t one, two;

	if (!take_string(&numbers, &first) || !take_string(&numbers, &second))
		return 0;
	one = der_bits(first);
	two = der_bits(second);
	return one > two ? one : two;
}

static void describe(struct reading *r, struct container_key *key, struct bytes public)
{
	struct bytes name;

	if (!take_string(&public, &name))
		return;
	key->algorithm = cert_visible(r->arena, str_from(name));
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (!str_is(str_from(name), types[i].name))
			continue;
		key->public.algorithm = types[i].algorithm;
		key->public.bits = types[i].bits ? types[i].bits : bits_of(public);
		key->public.curve = str_of(types[i].curve);
	}
}

void container_openssh(struct reading *r, struct bytes blob, const struct place *place)
{
	static const char magic[] = "openssh-key-v1"; /* with its NUL */
	struct bytes head, cipher, kdf, options, public;
	struct container_key *key;
	uint32_t count;

	if (!bytes_take(&blob, sizeof magic, &head) || !bytes_equal(head, bytes_of(magic, sizeof magic)) ||
	    !take_string(&blob, &cipher) || !take_string(&blob, &kdf) || !take_string(&blob, &options) ||
	    !bytes_take_u32(&blob, &count) || !take_string(&blob, &public)) {
		container_problem(r, place, "the OpenSSH private key cannot be read");
		return;
	}
	key = container_key_add(r, KEY_PRIVATE, STR("OpenSSH"), place);
	key->encrypted = !str_is(str_from(cipher), "none");
	if (key->encrypted)
		key->encryption = arena_format(r->arena, "%.*s, %.*s",
					       STR_ARG(cert_visible(r->arena, str_from(cipher))),
					       STR_ARG(cert_visible(r->arena, str_from(kdf))));
	describe(r, key, public);
}

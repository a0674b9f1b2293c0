/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Base points as key shares: with private key 1 our share is the generator, and the shared secret is what the
 * server sent as its own. After RFC 8446 section 4.2.8 and 7.4, RFC 7748, RFC 7919, RFC 8734.
 */

#include "wire/tls.h"

#include <pthread.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "wire/tls/room.h"

enum shape { POINT, MONTGOMERY, FINITE_FIELD };

/* clang-format off */
static const struct group {
	uint16_t code, bytes; /* of a coordinate, or of the prime */
	enum shape shape;
	int base; /* of a POINT: OpenSSL's number of its curve; else the generator */
} groups[] = {
	{0x0017, 32, POINT, NID_X9_62_prime256v1}, {0x0018, 48, POINT, NID_secp384r1}, {0x0019, 66, POINT, NID_secp521r1},
	{0x001f, 32, POINT, NID_brainpoolP256r1}, {0x0020, 48, POINT, NID_brainpoolP384r1}, {0x0021, 64, POINT, NID_brainpoolP512r1},
	{0x001d, 32, MONTGOMERY, 9}, {0x001e, 56, MONTGOMERY, 5},
	{0x0100, 256, FINITE_FIELD, 2}, {0x0101, 384, FINITE_FIELD, 2}, {0x0102, 512, FINITE_FIELD, 2},
	{0x0103, 768, FINITE_FIELD, 2}, {0x0104, 1024, FINITE_FIELD, 2},
};
/* clang-format on */

enum { POINTS = 6, MOST_POINT_BYTES = 1 + 2 * 66 };
static uint8_t generators[POINTS][MOST_POINT_BYTES];
static pthread_once_t generators_once = PTHREAD_ONCE_INIT;

static void generators_read(void)
{
	for (size_t i = 0; i < POINTS; i++) {
		EC_GROUP *curve = EC_GROUP_new_by_curve_name(groups[i].base);

		if (curve)
			EC_POINT_point2oct(curve, EC_GROUP_get0_generator(curve),
					   POINT_CONVERSION_UNCOMPRESSED, generators[i],
					   1 + 2 * (size_t)groups[i].bytes, NULL);
		EC_GROUP_free(curve);
	}
}

/* The row of a group whose base point we can send, or NULL. */
static const struct group *find(uint16_t code)
{
	pthread_once(&generators_once, generators_read);
	for (size_t i = 0; i < COUNT_OF(groups); i++)
		if (groups[i].code == code)
			return i < POINTS && !generators[i][0] ? NULL : &groups[i];
	return NULL;
}

bool tls_group_has_share(uint16_t code)
{
	return find(code) != NULL;
}

bool tls_group_share(uint16_t code, struct buf *to)
{
	const struct group *group = find(code);
	uint8_t base[1024] = {0};
	size_t at;

	if (!group)
		return false;
	buf_add_u16(to, code);
	at = buf_open_vector16(to);
	if (group->shape == POINT) {
		buf_add(to, generators[group - groups], 1 + 2 * (size_t)group->bytes);
	} else {
		base[group->shape == MONTGOMERY ? 0 : group->bytes - 1] = (uint8_t)group->base;
		buf_add(to, base, group->bytes);
	}
	buf_close_vector16(to, at);
	return true;
}

bool tls_group_secret(uint16_t code, struct bytes share, struct bytes *secret)
{
	const struct group *group = find(code);
	uint8_t form;

	if (!group)
		return false;
	if (group->shape != POINT) {
		*secret = share;
		return share.len == group->bytes;
	}
	return bytes_take_u8(&share, &form) && form == 4 && share.len == 2 * (size_t)group->bytes &&
	       bytes_take(&share, group->bytes, secret);
}

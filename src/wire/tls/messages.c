/* SPDX-License-Identifier: Apache-2.0 */

/* Reading single handshake messages, each by taking from the front. */

#include "wire/tls.h"

#include <string.h>

#include "wire/tls/room.h"

enum { EXT_VERSIONS = 43, EXT_COOKIE = 44, EXT_KEY_SHARE = 51, NAMED_CURVE = 3 };

/* SHA-256 of "HelloRetryRequest": the random of a ServerHello that is one (RFC 8446 section 4.1.3). */
static const uint8_t retry_random[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static bool read_extension(uint16_t type, struct bytes body, struct tls_server_hello *out)
{
	switch (type) {
	case EXT_VERSIONS:
		return bytes_take_u16(&body, &out->version);
	case EXT_COOKIE:
		return bytes_take_vector16(&body, &out->cookie);
	case EXT_KEY_SHARE:
		return bytes_take_u16(&body, &out->group) &&
		       (out->retry || bytes_take_vector16(&body, &out->share));
	default:
		return true;
	}
}

bool tls_read_server_hello(struct bytes message, struct tls_server_hello *out, const char **why)
{
	struct bytes random, session, extensions, body;
	uint8_t compression;
	uint16_t type;

	*out = (struct tls_server_hello){0};
	*why = "RFC 8446 4.1.3: ServerHello is cut";
	if (!bytes_take_u16(&message, &out->version) || !bytes_take(&message, 32, &random) ||
	    !bytes_take_vector8(&message, &session) || !bytes_take_u16(&message, &out->suite) ||
	    !bytes_take_u8(&message, &compression))
		return false;
	out->retry = memcmp(random.data, retry_random, 32) == 0;
	if (!message.len) {
		*why = NULL;
		return true;
	}
	*why = "RFC 8446 4.2: extensions of ServerHello are not as long as they say";
	if (!bytes_take_vector16(&message, &extensions))
		return false;
	while (extensions.len)
		if (!bytes_take_u16(&extensions, &type) || !bytes_take_vector16(&extensions, &body) ||
		    !read_extension(type, body, out))
			return false;
	*why = NULL;
	return true;
}

void tls_read_certificate(struct tls_machine *machine, struct bytes message, bool tls13,
			  const char **why)
{
	struct bytes context, list, extensions, der;
	uint32_t list_len;

	machine->chain_count = 0;
	*why = "RFC 8446 4.4.2: Certificate message is cut";
	if ((tls13 && !bytes_take_vector8(&message, &context)) || !bytes_take_u24(&message, &list_len))
		return;
	*why = NULL;
	if (list_len != message.len)
		*why = "RFC 5246 7.4.2: certificate_list is not as long as it says";
	list = bytes_of(message.data, list_len < message.len ? list_len : message.len);
	while (list.len) {
		if (!bytes_take_vector24(&list, &der)) {
			*why = "RFC 5246 7.4.2: a certificate of the list is longer than the list";
			return;
		}
		if (machine->chain_count == LIMIT_CHAIN_CERTS) {
			*why = "more certificates than LIMIT_CHAIN_CERTS: the rest is left out";
			return;
		}
		machine->chain[machine->chain_count++] = der;
		if (tls13 && !bytes_take_vector16(&list, &extensions)) {
			*why = "RFC 8446 4.4.2: extensions of a certificate are longer than the list";
			return;
		}
	}
}

/* The group, or the size of the prime, of a ServerKeyExchange; what signs it does not matter here. */
void tls_read_key_exchange(struct tls_seen *seen, struct bytes message)
{
	struct tls_name room;
	struct str name = tls_suite_name(seen->suite, &room);
	struct bytes prime;
	uint8_t shape;
	uint16_t group;

	if (str_has(name, STR("_ECDH"))) {
		if (bytes_take_u8(&message, &shape) && shape == NAMED_CURVE &&
		    bytes_take_u16(&message, &group))
			seen->group = group;
	} else if (str_has(name, STR("_DHE_")) || str_has(name, STR("_DH_anon"))) {
		if (!bytes_take_vector16(&message, &prime))
			return;
		while (prime.len && !prime.data[0])
			prime = bytes_of(prime.data + 1, prime.len - 1);
		if (prime.len && prime.len <= 8191)
			seen->dh_bits = (uint16_t)(prime.len * 8 - (size_t)__builtin_clz(prime.data[0]) + 24);
	}
}

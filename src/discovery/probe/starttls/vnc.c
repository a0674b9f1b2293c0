/* SPDX-License-Identifier: Apache-2.0 */

/*
 * VNC: version, list of security types, VeNCrypt (19), its version, its subtypes; those with X.509 certificates begin TLS. Subtypes
 * "TLS…" are anonymous: there is no certificate to see. After RFC 6143 section 7.1 and the VeNCrypt
 * security type of the RFB community specification.
 */

#include <string.h>

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { VERSION, TYPES, VENCRYPT_VERSION, VENCRYPT_ACK, SUBTYPES, CHOSEN };
enum { TYPE_TLS = 18, TYPE_VENCRYPT = 19 };
enum { ANONYMOUS_FIRST = 257, ANONYMOUS_LAST = 259, X509_FIRST = 260, X509_LAST = 262, X509_SASL = 264 };

static enum starttls_step version(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes line;

	if (memcmp("RFB ", in->data, in->len < 4 ? in->len : 4) != 0)
		return starttls_unexpected(talk, *in);
	if (!bytes_take(in, 12, &line))
		return STARTTLS_MORE;
	if (line.data[11] != '\n')
		return starttls_unexpected(talk, line);
	if (memcmp(line.data + 4, "003.007", 7) < 0)
		return starttls_say(talk, STARTTLS_MISSING, "RFB %.7s has no security types", (const char *)line.data + 4);
	buf_addf(out, "RFB 003.00%c\n", memcmp(line.data + 4, "003.007", 7) == 0 ? '7' : '8');
	talk->state = TYPES;
	return STARTTLS_MORE;
}

static enum starttls_step types(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes list;

	if (in->data[0] == 0)
		return starttls_say(talk, STARTTLS_MISSING, "the server refuses the connection");
	if (!bytes_take_vector8(in, &list))
		return STARTTLS_MORE;
	if (memchr(list.data, TYPE_VENCRYPT, list.len)) {
		buf_add_u8(out, TYPE_VENCRYPT);
		talk->state = VENCRYPT_VERSION;
		return STARTTLS_MORE;
	}
	return starttls_say(talk, STARTTLS_MISSING,
			    memchr(list.data, TYPE_TLS, list.len) ? "TLS there is anonymous: no certificate"
								  : "VeNCrypt is not among the security types");
}

static enum starttls_step vencrypt_version(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	uint16_t number;

	if (!bytes_take_u16(in, &number))
		return STARTTLS_MORE;
	if (number < 2)
		return starttls_say(talk, STARTTLS_MISSING, "VeNCrypt 0.%u is too old", number);
	buf_add_u16(out, 2);
	talk->state = VENCRYPT_ACK;
	return STARTTLS_MORE;
}

static enum starttls_step vencrypt_ack(struct starttls_talk *talk, struct bytes *in)
{
	uint8_t ack;

	if (!bytes_take_u8(in, &ack))
		return STARTTLS_MORE;
	talk->state = SUBTYPES;
	return ack == 0 ? STARTTLS_MORE : starttls_say(talk, STARTTLS_MISSING, "the server declines VeNCrypt 0.2");
}

static enum starttls_step subtypes(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	bool anonymous = false;
	struct bytes list;
	uint32_t subtype;

	if (in->len < 1 + 4 * (size_t)in->data[0])
		return STARTTLS_MORE;
	list = bytes_of(in->data + 1, 4 * (size_t)in->data[0]);
	*in = bytes_of(list.data + list.len, in->len - 1 - list.len);
	while (bytes_take_u32(&list, &subtype)) {
		if ((subtype >= X509_FIRST && subtype <= X509_LAST) || subtype == X509_SASL) {
			buf_add_u32(out, subtype);
			talk->state = CHOSEN;
			return STARTTLS_MORE;
		}
		anonymous |= subtype >= ANONYMOUS_FIRST && subtype <= ANONYMOUS_LAST;
	}
	return starttls_say(talk, STARTTLS_MISSING,
			    anonymous ? "TLS there is anonymous: no certificate" : "no VeNCrypt subtype has TLS");
}

static enum starttls_step chosen(struct starttls_talk *talk, struct bytes *in)
{
	uint8_t ack;

	if (!bytes_take_u8(in, &ack))
		return STARTTLS_MORE;
	return ack == 1 ? STARTTLS_TLS : starttls_say(talk, STARTTLS_MISSING, "the server declines the subtype it offered");
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;
	size_t before = SIZE_MAX;

	/* An answer that took nothing waits for more bytes. */
	while (step == STARTTLS_MORE && in->len > 0 && in->len < before) {
		before = in->len;
		switch (talk->state) {
		case VERSION:
			step = version(talk, in, out);
			break;
		case TYPES:
			step = types(talk, in, out);
			break;
		case VENCRYPT_VERSION:
			step = vencrypt_version(talk, in, out);
			break;
		case VENCRYPT_ACK:
			step = vencrypt_ack(talk, in);
			break;
		case SUBTYPES:
			step = subtypes(talk, in, out);
			break;
		default:
			step = chosen(talk, in);
		}
	}
	return step;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return str_starts(str_from(greeting), STR("RFB ")) ? STARTTLS_SURELY : STARTTLS_NO;
}

const struct starttls starttls_vnc = {
	.name = "vnc",
	.source = "RFB VeNCrypt",
	.ports = {5900, 5901},
	.server_speaks_first = true,
	.few = true, /* TigerVNC locks an address out after five */
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * SQL Server, TDS 7: PRELOGIN with encryption asked for, then TLS records inside PRELOGIN packets until the handshake ends. After MS-TDS
 * sections 2.2.3.1 and 2.2.6.5. (TDS 8 is TLS from the first byte: protocol "tls".)
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, ASKED };
enum { PRELOGIN = 0x12, RESPONSE = 0x04, LAST = 0x01, HEADER_LEN = 8, PACKET_MAX = 4096 };
enum { OPTION_ENCRYPTION = 1, OPTION_END = 0xff };
enum { ENCRYPT_NOT_SUPPORTED = 2 };

static void packet_add(struct buf *out, struct bytes payload, bool last)
{
	buf_add_u8(out, PRELOGIN);
	buf_add_u8(out, last ? LAST : 0);
	buf_add_u16(out, (uint16_t)(HEADER_LEN + payload.len));
	buf_add_u32(out, 0); /* process, packet number, window */
	buf_add_bytes(out, payload);
}

static void request(struct buf *out)
{
	/* option, offset, length: version 6 bytes, encryption on, instance "", thread id, no MARS */
	static const uint8_t options[] = {0, 0, 26, 0, 6,  1, 0, 32, 0, 1, 2,  0,  33, 0, 1, 3,  0, 34, 0,
					  4, 4, 0,  38, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};

	packet_add(out, bytes_of(options, sizeof options), true);
}

enum packet { PACKET_HERE, PACKET_PART, PACKET_WRONG };

static enum packet packet_take(struct bytes *in, struct bytes *payload)
{
	struct bytes rest = *in, header;
	size_t len;

	if (in->len > 0 && in->data[0] != RESPONSE && in->data[0] != PRELOGIN)
		return PACKET_WRONG;
	if (!bytes_take(&rest, HEADER_LEN, &header))
		return PACKET_PART;
	len = (size_t)header.data[2] << 8 | header.data[3];
	if (len < HEADER_LEN)
		return PACKET_WRONG;
	if (!bytes_take(&rest, len - HEADER_LEN, payload))
		return PACKET_PART;
	*in = rest;
	return PACKET_HERE;
}

/* Finds the encryption option; its offset counts from the start of the payload. */
static bool encryption_read(struct bytes payload, uint8_t *out)
{
	struct bytes rest = payload;
	uint16_t offset, len;
	uint8_t option;

	while (bytes_take_u8(&rest, &option) && option != OPTION_END) {
		if (!bytes_take_u16(&rest, &offset) || !bytes_take_u16(&rest, &len))
			return false;
		if (option == OPTION_ENCRYPTION && len == 1 && offset < payload.len) {
			*out = payload.data[offset];
			return true;
		}
	}
	return false;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes payload;
	uint8_t encryption;

	if (talk->state == START)
		request(out);
	talk->state = ASKED;
	switch (packet_take(in, &payload)) {
	case PACKET_PART:
		return STARTTLS_MORE;
	case PACKET_WRONG:
		return starttls_unexpected(talk, *in);
	case PACKET_HERE:
		break;
	}
	if (!encryption_read(payload, &encryption) || encryption > 0x83)
		return starttls_say(talk, STARTTLS_GARBAGE, "the PRELOGIN answer has no encryption option");
	if (encryption == ENCRYPT_NOT_SUPPORTED)
		return starttls_say(talk, STARTTLS_MISSING, "the server says that it has no encryption");
	return STARTTLS_TLS;
}

static void wrap(struct starttls_talk *talk, struct bytes tls, struct buf *out)
{
	(void)talk;
	do {
		size_t len = tls.len < PACKET_MAX - HEADER_LEN ? tls.len : PACKET_MAX - HEADER_LEN;

		packet_add(out, bytes_of(tls.data, len), len == tls.len);
		tls = bytes_of(tls.data + len, tls.len - len);
	} while (tls.len > 0);
}

static enum starttls_step unwrap(struct starttls_talk *talk, struct bytes *in, struct buf *tls, struct buf *out)
{
	struct bytes payload;
	enum packet got;

	(void)out;
	while ((got = packet_take(in, &payload)) == PACKET_HERE)
		buf_add_bytes(tls, payload);
	return got == PACKET_PART ? STARTTLS_MORE : starttls_unexpected(talk, *in);
}

const struct starttls starttls_mssql = {
	.name = "mssql",
	.source = "MS-TDS 2.2.6.5",
	.ports = {1433},
	.speak = speak,
	.wrap = wrap,
	.unwrap = unwrap,
};

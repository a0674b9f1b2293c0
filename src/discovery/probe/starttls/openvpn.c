/* SPDX-License-Identifier: Apache-2.0 */

/*
 * OpenVPN over TCP: hard reset from both sides, then TLS inside P_CONTROL_V1 packets, each with a number and acknowledged. A packet is a length,
 * opcode and key, our session id, acknowledged numbers (and then their session id), its own number, the payload. Servers with
 * tls-auth or tls-crypt drop us in silence. After the OpenVPN wire protocol draft, section 4.
 */

#include <string.h>

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, RESET };
enum { SESSION_LEN = 8, PAYLOAD_MAX = 1200, PACKET_MIN = 10 };
enum { CONTROL_V1 = 4 << 3, ACK_V1 = 5 << 3, RESET_CLIENT_V2 = 7 << 3, RESET_SERVER_V2 = 8 << 3 };

/* talk->scratch: our session id (8), theirs (8). talk->number: of our next packet. */
static void packet_add(struct starttls_talk *talk, uint8_t opcode, const uint32_t *ack, struct bytes payload, struct buf *out)
{
	size_t at = buf_open_vector16(out);

	buf_add_u8(out, opcode);
	buf_add(out, talk->scratch, SESSION_LEN);
	buf_add_u8(out, ack ? 1 : 0);
	if (ack) {
		buf_add_u32(out, *ack);
		buf_add(out, talk->scratch + SESSION_LEN, SESSION_LEN);
	}
	if (opcode != ACK_V1)
		buf_add_u32(out, talk->number++);
	buf_add_bytes(out, payload);
	buf_close_vector16(out, at);
}

struct packet {
	uint8_t opcode;
	struct bytes session, payload;
	uint32_t number;
};
enum packet_take { PACKET_HERE, PACKET_PART, PACKET_WRONG };

static enum packet_take packet_take(struct bytes *in, struct packet *out)
{
	struct bytes rest = *in, packet, acks, their_session;
	uint8_t count;

	if (in->len >= 2 && (in->data[0] << 8 | in->data[1]) < PACKET_MIN)
		return PACKET_WRONG;
	if (in->len >= 3 && (in->data[2] >> 3 < 3 || in->data[2] >> 3 > 10))
		return PACKET_WRONG;
	if (!bytes_take_vector16(&rest, &packet))
		return PACKET_PART;
	if (!bytes_take_u8(&packet, &out->opcode) || !bytes_take(&packet, SESSION_LEN, &out->session) ||
	    !bytes_take_u8(&packet, &count) || !bytes_take(&packet, 4u * count, &acks) ||
	    (count > 0 && !bytes_take(&packet, SESSION_LEN, &their_session)))
		return PACKET_WRONG;
	out->opcode &= 0xf8;
	if (out->opcode != ACK_V1 && !bytes_take_u32(&packet, &out->number))
		return PACKET_WRONG;
	out->payload = packet;
	*in = rest;
	return PACKET_HERE;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct packet packet;

	if (talk->state == START) {
		memcpy(talk->scratch, "keepvali", SESSION_LEN);
		packet_add(talk, RESET_CLIENT_V2, NULL, (struct bytes){0}, out);
		talk->state = RESET;
	}
	if (in->len >= 3 && (in->data[2] & 0xf8) != RESET_SERVER_V2)
		return starttls_unexpected(talk, *in);
	switch (packet_take(in, &packet)) {
	case PACKET_PART:
		return STARTTLS_MORE;
	case PACKET_WRONG:
		return starttls_unexpected(talk, *in);
	case PACKET_HERE:
		break;
	}
	memcpy(talk->scratch + SESSION_LEN, packet.session.data, SESSION_LEN);
	packet_add(talk, ACK_V1, &packet.number, (struct bytes){0}, out);
	return STARTTLS_TLS;
}

static void wrap(struct starttls_talk *talk, struct bytes tls, struct buf *out)
{
	while (tls.len > 0) {
		size_t len = tls.len < PAYLOAD_MAX ? tls.len : PAYLOAD_MAX;

		packet_add(talk, CONTROL_V1, NULL, bytes_of(tls.data, len), out);
		tls = bytes_of(tls.data + len, tls.len - len);
	}
}

/* Over TCP packets come in order and once, so their numbers need only be acknowledged. */
static enum starttls_step unwrap(struct starttls_talk *talk, struct bytes *in, struct buf *tls, struct buf *out)
{
	struct packet packet;
	enum packet_take got;

	while ((got = packet_take(in, &packet)) == PACKET_HERE) {
		if (packet.opcode != CONTROL_V1)
			continue;
		buf_add_bytes(tls, packet.payload);
		packet_add(talk, ACK_V1, &packet.number, (struct bytes){0}, out);
	}
	return got == PACKET_PART ? STARTTLS_MORE : starttls_unexpected(talk, *in);
}

const struct starttls starttls_openvpn = {
	.name = "openvpn",
	.source = "OpenVPN wire protocol",
	.ports = {1194},
	.speak = speak,
	.wrap = wrap,
	.unwrap = unwrap,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * RDP: an X.224 connection request that asks for TLS or CredSSP (both begin with TLS), answered by the choice. After MS-RDPBCGR
 * sections 2.2.1.1 and 2.2.1.2; TPKT after RFC 1006.
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, ASKED };
enum { TPKT_VERSION = 3, CONFIRM_LEN = 19, CONFIRM = 0xd0, CHOICE = 2, FAILURE = 3 };

/* clang-format off */
static const char *const failures[] = {
	"no reason", "it requires TLS", "TLS is not allowed by the server", "it has no certificate", "inconsistent flags",
	"it requires CredSSP", "it requires TLS with user authentication",
};
/* clang-format on */

static void request(struct buf *out)
{
	/* TPKT of 19 bytes, X.224 CR, negotiation request: TLS 1, CredSSP 2, extended CredSSP 8 */
	buf_add(out, "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0", 19);
}

static enum starttls_step answered(struct starttls_talk *talk, struct bytes packet)
{
	uint32_t value;

	if (packet.len < 11 || (packet.data[5] & 0xf0) != CONFIRM)
		return starttls_say(talk, STARTTLS_GARBAGE, "this is no X.224 connection confirm");
	if (packet.len < CONFIRM_LEN)
		return starttls_say(talk, STARTTLS_MISSING, "the server knows only the old RDP security");
	value = (uint32_t)packet.data[15] | (uint32_t)packet.data[16] << 8 | (uint32_t)packet.data[17] << 16 |
		(uint32_t)packet.data[18] << 24;
	if (packet.data[11] == CHOICE && value != 0)
		return STARTTLS_TLS;
	if (packet.data[11] == CHOICE)
		return starttls_say(talk, STARTTLS_MISSING, "the server chose the old RDP security");
	if (packet.data[11] == FAILURE)
		return starttls_say(talk, STARTTLS_MISSING, "the server declines: %s",
				    value < COUNT_OF(failures) ? failures[value] : "unknown reason");
	return starttls_say(talk, STARTTLS_GARBAGE, "unknown answer to the RDP negotiation");
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes packet;
	size_t len;

	if (talk->state == START)
		request(out);
	talk->state = ASKED;
	if (in->len == 0)
		return STARTTLS_MORE;
	if (in->data[0] != TPKT_VERSION)
		return starttls_unexpected(talk, *in);
	if (in->len < 4)
		return STARTTLS_MORE;
	len = (size_t)in->data[2] << 8 | in->data[3];
	if (len < 7 || len > 512)
		return starttls_say(talk, STARTTLS_GARBAGE, "a TPKT length of %zu bytes", len);
	return bytes_take(in, len, &packet) ? answered(talk, packet) : STARTTLS_MORE;
}

const struct starttls starttls_rdp = {
	.name = "rdp",
	.source = "MS-RDPBCGR 2.2.1.1",
	.ports = {3389},
	.speak = speak,
};

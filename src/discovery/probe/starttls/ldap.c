/* SPDX-License-Identifier: Apache-2.0 */

/*
 * LDAP: the StartTLS extended operation. The answer is one BER message of which result code and diagnostic message are read. After
 * RFC 4511 sections 4.1.9, 4.12 and 4.14.
 */

#include "base/limits.h"
#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"


enum { START, ASKED };
enum { SEQUENCE = 0x30, INTEGER = 0x02, ENUMERATED = 0x0a, OCTETS = 0x04, EXTENDED_RESPONSE = 0x78 };
enum ber { BER_HERE, BER_PART, BER_WRONG };

/* Takes one element of that tag; definite lengths of up to four bytes. */
static enum ber ber_take(struct bytes *from, uint8_t tag, struct bytes *out)
{
	struct bytes rest = *from;
	uint8_t got, first;
	size_t len;

	if (!bytes_take_u8(&rest, &got))
		return BER_PART;
	if (got != tag)
		return BER_WRONG;
	if (!bytes_take_u8(&rest, &first))
		return BER_PART;
	len = first;
	if (first & 0x80) {
		if (first == 0x80 || first > 0x84)
			return BER_WRONG;
		len = 0;
		for (int i = first & 0x7f; i > 0; i--) {
			if (!bytes_take_u8(&rest, &got))
				return BER_PART;
			len = len << 8 | got;
		}
	}
	if (len > LIMIT_DIALOGUE_BYTES)
		return BER_WRONG;
	if (!bytes_take(&rest, len, out))
		return BER_PART;
	*from = rest;
	return BER_HERE;
}

static enum starttls_step message_read(struct starttls_talk *talk, struct bytes message)
{
	struct bytes id, response, code, matched, text = {0};

	if (ber_take(&message, INTEGER, &id) != BER_HERE || ber_take(&message, EXTENDED_RESPONSE, &response) != BER_HERE ||
	    ber_take(&response, ENUMERATED, &code) != BER_HERE || code.len != 1)
		return starttls_say(talk, STARTTLS_GARBAGE, "this is no answer to an LDAP extended operation");
	if (ber_take(&response, OCTETS, &matched) == BER_HERE && ber_take(&response, OCTETS, &text) != BER_HERE)
		text = (struct bytes){0};
	if (code.data[0] == 0 && id.len == 1 && id.data[0] == 1)
		return STARTTLS_TLS;
	return starttls_say(talk, STARTTLS_MISSING, "StartTLS refused: LDAP result %u %.*s", code.data[0],
			    STR_ARG(str_head(str_from(text), 100)));
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes message;

	if (talk->state == START)
		buf_add(out, "\x30\x1d\x02\x01\x01\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20037", 31);
	talk->state = ASKED;
	switch (ber_take(in, SEQUENCE, &message)) {
	case BER_PART:
		return STARTTLS_MORE;
	case BER_WRONG:
		return starttls_unexpected(talk, *in);
	case BER_HERE:
		break;
	}
	return message_read(talk, message);
}

const struct starttls starttls_ldap = {
	.name = "ldap",
	.source = "RFC 4511",
	.ports = {389, 3268},
	.speak = speak,
};

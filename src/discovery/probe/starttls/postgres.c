/* SPDX-License-Identifier: Apache-2.0 */

/* PostgreSQL: SSLRequest, answered by one byte, S or N; old servers answer an error message. After its manual, 55.2.11. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, ASKED };

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	uint8_t answer;

	if (talk->state == START)
		buf_add(out, "\0\0\0\x08\x04\xd2\x16\x2f", 8);
	talk->state = ASKED;
	if (in->len == 0)
		return STARTTLS_MORE;
	switch (in->data[0]) {
	case 'S':
		/* "SSH-2.0-…" begins like it, but says more than one byte. */
		if (greeting_name(*in))
			break;
		return bytes_take_u8(in, &answer) ? STARTTLS_TLS : STARTTLS_MORE;
	case 'N':
		return starttls_say(talk, STARTTLS_MISSING, "the server answers N: no TLS");
	case 'E':
		return starttls_say(talk, STARTTLS_MISSING, "the server answers with an error: no TLS");
	}
	return starttls_unexpected(talk, *in);
}

const struct starttls starttls_postgres = {
	.name = "postgres",
	.source = "PostgreSQL manual 55.2.11",
	.ports = {5432, 6432},
	.speak = speak,
};

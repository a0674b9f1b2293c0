/* SPDX-License-Identifier: Apache-2.0 */

/*
 * AMQP 1.0: the protocol header with id 2 asks for TLS; the same comes back, or the header that the server would rather hear. AMQP 0-9-1
 * has TLS only from the first byte (port 5671). After ISO/IEC 19464:2014 section 5.2.1.
 */

#include <string.h>

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, ASKED };
enum { HEADER_LEN = 8 };

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	static const uint8_t wanted[HEADER_LEN] = {'A', 'M', 'Q', 'P', 2, 1, 0, 0};
	struct bytes header;

	if (talk->state == START)
		buf_add(out, wanted, sizeof wanted);
	talk->state = ASKED;
	if (memcmp(wanted, in->data ? in->data : wanted, in->len < 4 ? in->len : 4) != 0)
		return starttls_unexpected(talk, *in);
	if (!bytes_take(in, HEADER_LEN, &header))
		return STARTTLS_MORE;
	if (memcmp(header.data, wanted, HEADER_LEN) == 0)
		return STARTTLS_TLS;
	return starttls_say(talk, STARTTLS_MISSING, "the server offers AMQP %u.%u.%u (id %u), not TLS here", header.data[5],
			    header.data[6], header.data[7], header.data[4]);
}

const struct starttls starttls_amqp = {
	.name = "amqp",
	.source = "ISO/IEC 19464 5.2.1",
	.ports = {5672},
	.speak = speak,
};

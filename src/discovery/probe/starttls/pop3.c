/* SPDX-License-Identifier: Apache-2.0 */

/* POP3: +OK, STLS, +OK. After RFC 2595 section 4. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { GREETING, ASKED };

static enum starttls_step answered(struct starttls_talk *talk, struct str line, struct buf *out)
{
	if (str_starts_nocase(line, STR("-ERR")))
		return starttls_refused(talk, str_skip(line, 4));
	if (!str_starts_nocase(line, STR("+OK")))
		return starttls_unexpected(talk, bytes_from(line));
	if (talk->state == ASKED)
		return STARTTLS_TLS;
	talk->state = ASKED;
	buf_add_text(out, "STLS\r\n");
	return STARTTLS_MORE;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;

	while (step == STARTTLS_MORE) {
		struct str line;

		switch (line_take(in, &line)) {
		case LINE_PART:
			return STARTTLS_MORE;
		case LINE_LONG:
			return starttls_unexpected(talk, *in);
		case LINE_HERE:
			step = answered(talk, line, out);
		}
	}
	return step;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return str_starts_nocase(str_from(greeting), STR("+OK")) ? STARTTLS_SURELY : STARTTLS_NO;
}

const struct starttls starttls_pop3 = {
	.name = "pop3",
	.source = "RFC 2595",
	.ports = {110},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

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
	return lines_speak(talk, in, out, answered);
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

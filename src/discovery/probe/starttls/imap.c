/* SPDX-License-Identifier: Apache-2.0 */

/*
 * IMAP: greeting, "a1 STARTTLS", "a1 OK". It is asked for without looking at the capabilities: one round trip less, and servers that
 * hide them are seen too. After RFC 9051 section 6.2.1.
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { GREETING, ASKED };

static enum starttls_step greeted(struct starttls_talk *talk, struct str line, struct buf *out)
{
	if (str_starts_nocase(line, STR("* BYE")))
		return starttls_refused(talk, str_skip(line, 2));
	if (str_starts_nocase(line, STR("* PREAUTH")))
		return starttls_say(talk, STARTTLS_MISSING, "the server begins authenticated (PREAUTH): no STARTTLS after that");
	if (!str_starts_nocase(line, STR("* OK")))
		return starttls_unexpected(talk, bytes_from(line));
	talk->state = ASKED;
	buf_add_text(out, "a1 STARTTLS\r\n");
	return STARTTLS_MORE;
}

static enum starttls_step answered(struct starttls_talk *talk, struct str line, struct buf *out)
{
	if (talk->state == GREETING)
		return greeted(talk, line, out);
	if (str_starts_nocase(line, STR("a1 OK")))
		return STARTTLS_TLS;
	if (str_starts_nocase(line, STR("* BYE")))
		return starttls_refused(talk, str_skip(line, 2));
	if (str_starts(line, STR("* ")))
		return STARTTLS_MORE;
	if (str_starts_nocase(line, STR("a1 ")))
		return starttls_refused(talk, str_skip(line, 3));
	return starttls_unexpected(talk, bytes_from(line));
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	return lines_speak(talk, in, out, answered);
}

static enum starttls_guess recognise(struct bytes greeting)
{
	struct str text = str_from(greeting);

	return str_starts_nocase(text, STR("* OK")) || str_starts_nocase(text, STR("* PREAUTH")) ||
			       str_starts_nocase(text, STR("* BYE"))
		       ? STARTTLS_SURELY
		       : STARTTLS_NO;
}

const struct starttls starttls_imap = {
	.name = "imap",
	.source = "RFC 9051",
	.ports = {143},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ManageSieve: the server lists its capabilities, one quoted line each, and ends with OK; then STARTTLS, OK. After
 * RFC 5804 sections 1.7 and 2.2.
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { CAPABILITIES, ASKED };

static bool is_word(struct str line, struct str word)
{
	return str_starts_nocase(line, word) && (line.len == word.len || line.data[word.len] == ' ');
}

static enum starttls_step answered(struct starttls_talk *talk, struct str line, struct buf *out)
{
	if (is_word(line, STR("NO")) || is_word(line, STR("BYE")))
		return starttls_refused(talk, line);
	if (talk->state == CAPABILITIES && str_starts(line, STR("\""))) {
		talk->number |= str_starts_nocase(line, STR("\"STARTTLS\""));
		return STARTTLS_MORE;
	}
	if (!is_word(line, STR("OK")))
		return starttls_unexpected(talk, bytes_from(line));
	if (talk->state == ASKED)
		return STARTTLS_TLS;
	if (!talk->number)
		return starttls_say(talk, STARTTLS_MISSING, "STARTTLS is not among the capabilities");
	talk->state = ASKED;
	buf_add_text(out, "STARTTLS\r\n");
	return STARTTLS_MORE;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	return lines_speak(talk, in, out, answered);
}

static enum starttls_guess recognise(struct bytes greeting)
{
	struct str text = str_from(greeting);

	if (str_starts_nocase(text, STR("\"IMPLEMENTATION\"")))
		return STARTTLS_SURELY;
	return str_starts(text, STR("\"")) ? STARTTLS_PERHAPS : STARTTLS_NO;
}

const struct starttls starttls_sieve = {
	.name = "sieve",
	.source = "RFC 5804",
	.ports = {4190, 2000},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * IRC: the list of capabilities, and STARTTLS in the same breath, answered by numeric 670 (yes) or 691 (no). Servers that list no "tls"
 * may say nothing at all to STARTTLS. Notices come before and between; PING wants its PONG. After the IRCv3 "tls"
 * extension (deprecated there, still spoken).
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, ASKED };

static struct str word(struct str *line)
{
	struct str out;

	if (!str_split(line, ' ', &out))
		out = STR("");
	return out;
}

/* "* LS :multi-prefix tls" */
static bool lists_no_tls(struct str rest)
{
	struct str name;

	(void)word(&rest);
	if (!str_is(word(&rest), "LS"))
		return false;
	if (str_starts(rest, STR(":")))
		rest = str_skip(rest, 1);
	while (str_split(&rest, ' ', &name))
		if (str_is(name, "tls") || str_starts(name, STR("tls=")))
			return false;
	return true;
}

static enum starttls_step answered(struct starttls_talk *talk, struct str line, struct buf *out)
{
	struct str rest = line, command;

	if (str_starts(line, STR(":")))
		(void)word(&rest);
	command = word(&rest);
	if (str_equal_nocase(command, STR("PING"))) {
		buf_addf(out, "PONG %.*s\r\n", STR_ARG(rest));
		return STARTTLS_MORE;
	}
	if (str_equal_nocase(command, STR("CAP")) && lists_no_tls(rest))
		return starttls_say(talk, STARTTLS_MISSING, "tls is not among the capabilities");
	if (str_is(command, "670"))
		return STARTTLS_TLS;
	/* An unknown command may be CAP: the answer to STARTTLS is still to come. */
	if (str_is(command, "421") && str_has(rest, STR("CAP")))
		return STARTTLS_MORE;
	if (str_is(command, "691") || str_is(command, "421") || str_is(command, "451") ||
	    str_equal_nocase(command, STR("ERROR")))
		return starttls_refused(talk, rest);
	if (str_equal_nocase(command, STR("NOTICE")) || str_starts(line, STR(":")) || line.len == 0)
		return STARTTLS_MORE;
	return starttls_unexpected(talk, bytes_from(line));
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	if (talk->state == START)
		buf_add_text(out, "CAP LS\r\nSTARTTLS\r\n");
	talk->state = ASKED;
	return lines_speak(talk, in, out, answered);
}

static enum starttls_guess recognise(struct bytes greeting)
{
	struct str text = str_head(str_from(greeting), 512);

	if (str_starts(text, STR("NOTICE ")) || (str_starts(text, STR(":")) && str_has(text, STR(" NOTICE "))))
		return STARTTLS_SURELY;
	return str_starts(text, STR("ERROR :")) ? STARTTLS_PERHAPS : STARTTLS_NO;
}

const struct starttls starttls_irc = {
	.name = "irc",
	.source = "IRCv3 tls",
	.ports = {6667, 194, 6665},
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * NATS: the server greets with INFO and a JSON object; when tls_required or tls_available is true in it, the client begins TLS
 * at once. After the NATS client protocol, INFO.
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

/* The server's JSON has no blanks around its colons, but it may. */
static bool is_true(struct str json, struct str key)
{
	size_t at = str_find(json, key);
	struct str rest = at == SIZE_MAX ? STR("") : str_trim(str_skip(json, at + key.len));

	return str_starts(rest, STR(":")) && str_starts(str_trim(str_skip(rest, 1)), STR("true"));
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct str line;

	(void)out;
	switch (line_take(in, &line)) {
	case LINE_PART:
		return STARTTLS_MORE;
	case LINE_LONG:
		return starttls_unexpected(talk, *in);
	case LINE_HERE:
		break;
	}
	if (!str_starts_nocase(line, STR("INFO ")))
		return starttls_unexpected(talk, bytes_from(line));
	if (is_true(line, STR("\"tls_required\"")) || is_true(line, STR("\"tls_available\"")))
		return STARTTLS_TLS;
	return starttls_say(talk, STARTTLS_MISSING, "INFO says neither tls_required nor tls_available");
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return str_starts(str_from(greeting), STR("INFO {")) ? STARTTLS_SURELY : STARTTLS_NO;
}

const struct starttls starttls_nats = {
	.name = "nats",
	.source = "NATS client protocol",
	.ports = {4222},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Talking before TLS: the STARTTLS dialect, and finding out who speaks when plain text came instead of TLS.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/memory.h"
#include "discovery/probe/room.h"
#include "discovery/probe/starttls/lines.h"

enum { GREETING_ENOUGH = 64, SHOWN = 48, SHOWN_BYTES = 12 };

static bool decided(struct visit *visit, enum scan_outcome outcome)
{
	visit->outcome_known = true;
	visit->outcome = outcome;
	visit_end(visit, ANSWER_NONE);
	return false;
}

/* What was said, fit to be shown in a detail. */
static void quote(struct bytes said, char to[SHOWN + 1])
{
	size_t len = 0;

	while (len < SHOWN && len < said.len && said.data[len] != '\r' && said.data[len] != '\n') {
		to[len] = said.data[len] < 32 || said.data[len] > 126 ? '?' : (char)said.data[len];
		len++;
	}
	to[len] = 0;
}

/* Connects anew, this time speaking another protocol. */
static bool speak_instead(struct visit *visit, const struct starttls *dialect)
{
	visit->dialect = dialect;
	visit->auto_dialect = false;
	if (dialect && dialect->few && visit->ask == TLS_HELLO_CHEAP)
		visit->ask = TLS_HELLO_ALL;
	visit_retry(visit);
	return false;
}

static bool go_ahead(struct visit *visit, struct bytes rest, const struct buf *out)
{
	int error;

	/* Plain bytes after the go-ahead are not TLS: somebody put them there. */
	visit->injected = rest.len > UINT16_MAX ? UINT16_MAX : (uint16_t)rest.len;
	buf_done(&visit->held);
	visit->held = buf_capped(LIMIT_CONNECTION_BYTES);
	if (out->len && visit_send(visit, buf_bytes(out)) != 0)
		return true;
	error = visit_send_first(visit);
	if (!error)
		return true;
	visit_fail_to_connect(visit, error);
	return false;
}

static bool wrong_protocol(struct visit *visit, struct bytes said)
{
	const struct starttls *other = starttls_of_greeting(said);
	char shown[SHOWN + 1];

	if (visit->auto_dialect && other && other != visit->dialect)
		return speak_instead(visit, other);
	quote(said, shown);
	if (visit->talk->detail[0])
		snprintf(visit->detail, sizeof visit->detail, "%s", visit->talk->detail);
	else
		snprintf(visit->detail, sizeof visit->detail, "does not speak %s: \"%s\"", visit->dialect->name, shown);
	return decided(visit, SCAN_GARBAGE);
}

static bool speak(struct visit *visit, struct bytes in)
{
	CLEANUP(buf_done) struct buf out = buf_capped(LIMIT_DIALOGUE_BYTES);
	struct bytes rest = in;

	switch (visit->dialect->speak(visit->talk, &rest, &out)) {
	case STARTTLS_MORE:
		if (out.len)
			(void)visit_send(visit, buf_bytes(&out));
		if (visit->held.len)
			buf_drop(&visit->held, visit->held.len - rest.len);
		else
			buf_add_bytes(&visit->held, rest);
		if (buf_ok(&visit->held) && visit->bytes_in <= LIMIT_DIALOGUE_BYTES)
			return true;
		snprintf(visit->detail, sizeof visit->detail, "more talk before TLS than LIMIT_DIALOGUE_BYTES");
		return decided(visit, SCAN_LIMIT);
	case STARTTLS_TLS:
		return go_ahead(visit, rest, &out);
	case STARTTLS_MISSING:
		snprintf(visit->detail, sizeof visit->detail, "%s", visit->talk->detail);
		return decided(visit, SCAN_STARTTLS_MISSING);
	case STARTTLS_GARBAGE:
		break;
	}
	return wrong_protocol(visit, in);
}

bool dialogue_start(struct visit *visit)
{
	visit->talk = NEW(struct starttls_talk);
	visit->talk->server_name = visit->server_name;
	visit->held = buf_capped(LIMIT_DIALOGUE_BYTES);
	visit->phase = PHASE_DIALOGUE;
	return speak(visit, (struct bytes){0});
}

bool dialogue_bytes(struct visit *visit, struct bytes in)
{
	if (!visit->held.len)
		return speak(visit, in);
	buf_add_bytes(&visit->held, in);
	return speak(visit, buf_bytes(&visit->held));
}

void dialogue_closed(struct visit *visit)
{
	char shown[SHOWN + 1];

	quote(buf_bytes(&visit->held), shown);
	snprintf(visit->detail, sizeof visit->detail, "closed the connection before TLS%s%s", shown[0] ? ": " : "", shown);
	decided(visit, visit->bytes_in ? SCAN_STARTTLS_MISSING : SCAN_NO_TLS);
}

/* A server that should have greeted and did not may be waiting for a ClientHello. */
void dialogue_timeout(struct visit *visit)
{
	if (visit->auto_dialect && visit->dialect->server_speaks_first && !visit->bytes_in) {
		speak_instead(visit, NULL);
		return;
	}
	snprintf(visit->detail, sizeof visit->detail, "no answer in the talk before TLS");
	decided(visit, SCAN_TIMEOUT);
}

/* Three quarters of what came can be read. */
static bool is_text(struct bytes said)
{
	size_t readable = 0;

	for (size_t i = 0; i < said.len; i++)
		readable += (said.data[i] >= 32 && said.data[i] <= 126) || (said.data[i] >= '\t' && said.data[i] <= '\r');
	return readable * 4 >= said.len * 3;
}

static bool is_noise(struct bytes said)
{
	const char *name = greeting_name(said);

	/* Looks like TLS and was not: noise as well. */
	return !is_text(said) && !starttls_of_greeting(said) && (!name || str_starts(str_of(name), STR("TLS")));
}

void greeting_decide(struct visit *visit)
{
	struct bytes said = buf_bytes(&visit->held);
	const struct starttls *dialect = visit->auto_dialect ? starttls_of_greeting(said) : NULL;
	char shown[SHOWN + 1];

	if (dialect && dialect != visit->dialect) {
		speak_instead(visit, dialect);
		return;
	}
	if (is_noise(said)) {
		hex_write(shown, bytes_of(said.data, said.len < SHOWN_BYTES ? said.len : SHOWN_BYTES));
		snprintf(visit->detail, sizeof visit->detail, "answers with bytes of no known protocol: %s", shown);
		decided(visit, SCAN_GARBAGE);
		return;
	}
	quote(said, shown);
	if (str_starts(buf_str(&visit->held), STR("HTTP/")))
		snprintf(visit->detail, sizeof visit->detail, "speaks HTTP without TLS: \"%s\"", shown);
	else
		snprintf(visit->detail, sizeof visit->detail, "answers without TLS: \"%s\"", shown);
	decided(visit, visit->dialect ? SCAN_GARBAGE : SCAN_NO_TLS);
}

bool greeting_bytes(struct visit *visit, struct bytes in)
{
	buf_add_bytes(&visit->held, in);
	if (visit->held.len < GREETING_ENOUGH && str_find_char(buf_str(&visit->held), '\n') == SIZE_MAX)
		return true;
	greeting_decide(visit);
	return false;
}

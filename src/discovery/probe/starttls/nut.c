/* SPDX-License-Identifier: Apache-2.0 */

/* Network UPS Tools: STARTTLS, "OK STARTTLS". After RFC 9271 section 4.2.13. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, ASKED };

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct str line;

	if (talk->state == START)
		buf_add_text(out, "STARTTLS\n");
	talk->state = ASKED;
	switch (line_take(in, &line)) {
	case LINE_PART:
		return STARTTLS_MORE;
	case LINE_LONG:
		return starttls_unexpected(talk, *in);
	case LINE_HERE:
		break;
	}
	if (str_starts(line, STR("OK STARTTLS")))
		return STARTTLS_TLS;
	return str_starts(line, STR("ERR ")) ? starttls_refused(talk, line)
					     : starttls_unexpected(talk, bytes_from(line));
}

const struct starttls starttls_nut = {
	.name = "nut",
	.source = "RFC 9271",
	.ports = {3493},
	.speak = speak,
};

/* SPDX-License-Identifier: Apache-2.0 */

/* IPP, and HTTP at large: OPTIONS with Upgrade: TLS, answered by 101. After RFC 2817 section 3.2 and RFC 8010 section 8.2. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, STATUS, HEADERS };

static enum starttls_step answered(struct starttls_talk *talk, struct str line)
{
	if (talk->state == HEADERS)
		return line.len == 0 ? STARTTLS_TLS : STARTTLS_MORE;
	if (!str_starts(line, STR("HTTP/1.")))
		return starttls_unexpected(talk, bytes_from(line));
	if (!str_starts(str_skip(line, 8), STR(" 101")))
		return starttls_refused(talk, line);
	talk->state = HEADERS;
	return STARTTLS_MORE;
}

static void ask(struct starttls_talk *talk, struct buf *out)
{
	struct str host = talk->server_name.len ? talk->server_name : STR("localhost");

	buf_addf(out,
		 "OPTIONS * HTTP/1.1\r\nHost: %.*s\r\nConnection: Upgrade\r\nUpgrade: TLS/1.2, TLS/1.1, TLS/1.0\r\n"
		 "Content-Length: 0\r\n\r\n",
		 STR_ARG(host));
	talk->state = STATUS;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;

	if (talk->state == START)
		ask(talk, out);
	while (step == STARTTLS_MORE) {
		struct str line;

		switch (line_take(in, &line)) {
		case LINE_PART:
			return STARTTLS_MORE;
		case LINE_LONG:
			return starttls_unexpected(talk, *in);
		case LINE_HERE:
			step = answered(talk, line);
		}
	}
	return step;
}

const struct starttls starttls_ipp = {
	.name = "ipp",
	.source = "RFC 2817",
	.ports = {631},
	.speak = speak,
};

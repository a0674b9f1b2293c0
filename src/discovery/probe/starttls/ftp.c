/* SPDX-License-Identifier: Apache-2.0 */

/* FTP: greeting, AUTH TLS, 234; servers before the RFC know AUTH SSL and 334. After RFC 4217 section 4. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { GREETING, ASKED_TLS, ASKED_SSL };

static enum starttls_step replied(struct starttls_talk *talk, const struct reply *reply, struct buf *out)
{
	if (!reply->last || (talk->state == GREETING && reply->code == 120))
		return STARTTLS_MORE;
	if (talk->state == GREETING) {
		if (reply->code != 220)
			return starttls_say(talk, STARTTLS_MISSING, "the server greets with %u %.*s", reply->code,
					    STR_ARG(reply->text));
		talk->state = ASKED_TLS;
		buf_add_text(out, "AUTH TLS\r\n");
		return STARTTLS_MORE;
	}
	if (reply->code == 234 || reply->code == 334)
		return STARTTLS_TLS;
	if (talk->state == ASKED_SSL || reply->code == 421 || reply->code < 500)
		return starttls_refused(talk, reply->text);
	talk->state = ASKED_SSL;
	buf_add_text(out, "AUTH SSL\r\n");
	return STARTTLS_MORE;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;

	while (step == STARTTLS_MORE) {
		struct reply reply;

		switch (reply_take(talk, in, &reply)) {
		case REPLY_PART:
			return STARTTLS_MORE;
		case REPLY_GARBAGE:
			return starttls_unexpected(talk, *in);
		case REPLY_HERE:
			step = replied(talk, &reply, out);
		}
	}
	return step;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return greeting_has(greeting, "220", "FTP") ? STARTTLS_SURELY
	       : greeting_has(greeting, "220", "")  ? STARTTLS_PERHAPS
						    : STARTTLS_NO;
}

const struct starttls starttls_ftp = {
	.name = "ftp",
	.source = "RFC 4217",
	.ports = {21, 2121},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

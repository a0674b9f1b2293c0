/* SPDX-License-Identifier: Apache-2.0 */

/* Greeting, EHLO or LHLO, STARTTLS if it is offered. After RFC 3207 section 4 and RFC 5321 section 4.1.1.1. */

#include "discovery/probe/starttls/mail.h"

#include "discovery/probe/starttls/lines.h"

enum { GREETING, HELLO, ASKED };

static bool offers_starttls(struct str text)
{
	text = str_trim(text);
	return str_starts_nocase(text, STR("STARTTLS")) && (text.len == 8 || text.data[8] == ' ');
}

static enum starttls_step replied(struct starttls_talk *talk, const struct reply *reply, struct buf *out,
				  const char *hello)
{
	uint8_t *offered = &talk->scratch[0];

	if (talk->state == HELLO && reply->code == 250 && offers_starttls(reply->text))
		*offered = 1;
	if (!reply->last)
		return STARTTLS_MORE;
	switch (talk->state++) {
	case GREETING:
		if (reply->code != 220)
			return starttls_say(talk, STARTTLS_MISSING, "the server greets with %u %.*s", reply->code,
					    STR_ARG(reply->text));
		buf_addf(out, "%s keepvalid.invalid\r\n", hello);
		return STARTTLS_MORE;
	case HELLO:
		if (!*offered)
			return starttls_say(talk, STARTTLS_MISSING, "STARTTLS is not offered after %s", hello);
		buf_add_text(out, "STARTTLS\r\n");
		return STARTTLS_MORE;
	default:
		return reply->code == 220 ? STARTTLS_TLS : starttls_refused(talk, reply->text);
	}
}

enum starttls_step mail_speak(struct starttls_talk *talk, struct bytes *in, struct buf *out, const char *hello)
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
			step = replied(talk, &reply, out, hello);
		}
	}
	return step;
}

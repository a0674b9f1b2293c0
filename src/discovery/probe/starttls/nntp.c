/* SPDX-License-Identifier: Apache-2.0 */

/* NNTP: greeting, STARTTLS, 382. After RFC 4642 section 2.2. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { GREETING, ASKED };

static enum starttls_step replied(struct starttls_talk *talk, const struct reply *reply, struct buf *out)
{
	if (talk->state == ASKED)
		return reply->code == 382 ? STARTTLS_TLS : starttls_refused(talk, reply->text);
	if (reply->code != 200 && reply->code != 201)
		return starttls_say(talk, STARTTLS_MISSING, "the server greets with %u %.*s", reply->code,
				    STR_ARG(reply->text));
	talk->state = ASKED;
	buf_add_text(out, "STARTTLS\r\n");
	return STARTTLS_MORE;
}

/* Status lines of NNTP are one line each, so "-" after the code is not known to it. */
static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;

	while (step == STARTTLS_MORE) {
		struct reply reply;
		enum reply_take take = reply_take(talk, in, &reply);

		if (take == REPLY_PART)
			return STARTTLS_MORE;
		if (take == REPLY_GARBAGE)
			return starttls_unexpected(talk, *in);
		if (!reply.last)
			return starttls_say(talk, STARTTLS_GARBAGE, "a reply of several lines is not NNTP");
		step = replied(talk, &reply, out);
	}
	return step;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	if (greeting_has(greeting, "200", "NNTP") || greeting_has(greeting, "200", "news"))
		return STARTTLS_SURELY;
	if (greeting_has(greeting, "201", "NNTP") || greeting_has(greeting, "201", "news"))
		return STARTTLS_SURELY;
	return greeting_has(greeting, "200", "") || greeting_has(greeting, "201", "") ? STARTTLS_PERHAPS : STARTTLS_NO;
}

const struct starttls starttls_nntp = {
	.name = "nntp",
	.source = "RFC 4642",
	.ports = {119},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

/* LMTP: SMTP for the last step, with LHLO. After RFC 2033 section 4.1 and RFC 3207. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/mail.h"
#include "discovery/probe/starttls/table.h"

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	return mail_speak(talk, in, out, "LHLO");
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return greeting_has(greeting, "220", "LMTP") ? STARTTLS_SURELY : STARTTLS_NO;
}

const struct starttls starttls_lmtp = {
	.name = "lmtp",
	.source = "RFC 2033",
	.ports = {24},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

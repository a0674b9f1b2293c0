/* SPDX-License-Identifier: Apache-2.0 */

/* SMTP. After RFC 3207. */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/mail.h"
#include "discovery/probe/starttls/table.h"

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	return mail_speak(talk, in, out, "EHLO");
}

static enum starttls_guess recognise(struct bytes greeting)
{
	if (greeting_has(greeting, "220", "FTP") || greeting_has(greeting, "220", "LMTP"))
		return STARTTLS_NO;
	if (greeting_has(greeting, "220", "SMTP") || greeting_has(greeting, "220", "mail"))
		return STARTTLS_SURELY;
	return greeting_has(greeting, "220", "") || greeting_has(greeting, "554", "SMTP") ? STARTTLS_PERHAPS
											  : STARTTLS_NO;
}

const struct starttls starttls_smtp = {
	.name = "smtp",
	.source = "RFC 3207",
	.ports = {25, 587, 2525},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

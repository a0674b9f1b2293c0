/* SPDX-License-Identifier: Apache-2.0 */

/* XMPP, client to server. After RFC 6120 section 5. */

#include "discovery/probe/starttls/table.h"
#include "discovery/probe/starttls/xml.h"

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	return xml_speak(talk, in, out, "jabber:client");
}

const struct starttls starttls_xmpp = {
	.name = "xmpp",
	.source = "RFC 6120",
	.ports = {5222},
	.speak = speak,
};

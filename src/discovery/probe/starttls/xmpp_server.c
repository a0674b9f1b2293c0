/* SPDX-License-Identifier: Apache-2.0 */

/* XMPP, server to server. After RFC 6120 section 5. */

#include "discovery/probe/starttls/table.h"
#include "discovery/probe/starttls/xml.h"

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	return xml_speak(talk, in, out, "jabber:server");
}

const struct starttls starttls_xmpp_server = {
	.name = "xmpp-server",
	.source = "RFC 6120",
	.ports = {5269},
	.speak = speak,
};

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * MySQL and MariaDB: the server's handshake names its capabilities; when CLIENT_SSL is among them, the client sends the short SSLRequest and
 * TLS begins. After the MySQL client/server protocol, HandshakeV10 and SSLRequest (numbers are little-endian).
 */

#include <string.h>

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { VERSION_10 = 10, ERROR_PACKET = 0xff, GREETING_MAX = 4096 };
enum { CLIENT_SSL = 0x0800 };

/* The packet at the front, without its header of length and number. */
static bool packet_take(struct bytes *in, struct bytes *packet)
{
	struct bytes rest = *in, header;

	if (!bytes_take(&rest, 4, &header))
		return false;
	if (!bytes_take(&rest, (size_t)header.data[0] | (size_t)header.data[1] << 8, packet))
		return false;
	*in = rest;
	return true;
}

static bool header_is_odd(struct bytes in)
{
	return (in.len >= 3 && (in.data[2] != 0 || (in.data[0] | in.data[1] << 8) > GREETING_MAX)) ||
	       (in.len >= 4 && in.data[3] != 0) ||
	       (in.len >= 5 && in.data[4] != VERSION_10 && in.data[4] != ERROR_PACKET && in.data[4] != 9);
}

/* Error number, then "#" and an SQL state from version 4.1 on, then text. */
static enum starttls_step refused(struct starttls_talk *talk, struct bytes packet)
{
	struct str text = str_skip(str_from(packet), 3);

	if (str_starts(text, STR("#")))
		text = str_skip(text, 6);
	return starttls_say(talk, STARTTLS_MISSING, "the server says: %.*s", STR_ARG(str_head(text, 120)));
}

static void request(struct buf *out)
{
	/* length 32, number 1; capabilities PROTOCOL_41, SSL, SECURE_CONNECTION, PLUGIN_AUTH; utf8mb4 */
	static const uint8_t head[] = {32, 0, 0, 1, 0x05, 0xae, 0x0b, 0x00, 0, 0, 0, 1, 45};

	buf_add(out, head, sizeof head);
	for (int i = 0; i < 23; i++)
		buf_add_u8(out, 0);
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes packet, version, fixed;
	const uint8_t *end;

	if (header_is_odd(*in))
		return starttls_unexpected(talk, *in);
	if (!packet_take(in, &packet))
		return STARTTLS_MORE;
	if (packet.len > 0 && packet.data[0] == ERROR_PACKET)
		return refused(talk, packet);
	end = packet.len > 1 ? memchr(packet.data + 1, 0, packet.len - 1) : NULL;
	if (!end || !bytes_take(&packet, (size_t)(end + 1 - packet.data), &version))
		return starttls_say(talk, STARTTLS_GARBAGE, "this is no MySQL greeting");
	/* connection id 4, authentication data 8, filler 1, capabilities 2 */
	if (version.data[0] != VERSION_10 || !bytes_take(&packet, 15, &fixed))
		return starttls_say(talk, STARTTLS_MISSING, "a MySQL server of before version 4.1: no TLS");
	if (!((fixed.data[13] | fixed.data[14] << 8) & CLIENT_SSL))
		return starttls_say(talk, STARTTLS_MISSING, "the server (%s) does not offer TLS", (const char *)version.data + 1);
	request(out);
	return STARTTLS_TLS;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	if (greeting.len < 5 || header_is_odd(greeting))
		return STARTTLS_NO;
	return greeting.data[4] == VERSION_10 ? STARTTLS_SURELY : STARTTLS_PERHAPS;
}

const struct starttls starttls_mysql = {
	.name = "mysql",
	.source = "MySQL client/server protocol",
	.ports = {3306},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

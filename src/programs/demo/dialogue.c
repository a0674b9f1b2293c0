/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is said in plain text: before TLS (STARTTLS after RFC 3207, RFC 9051 section 6.2.1, RFC 4511 section 4.14, and
 * PostgreSQL's SSLRequest), or in its place. Input that follows the word that starts TLS in the same breath
 * ends the connection: it was put there by somebody in the middle.
 */

#include <string.h>

#include "programs/demo/stage.h"

typedef enum demo_heard (*hear_fn)(const struct demo_listener *, struct buf *in, struct buf *out);

/* Takes the first line from in. */
static bool take_line(struct buf *in, char *line, size_t room)
{
	struct str rest = buf_str(in), one;

	if (!str_take_line(&rest, &one))
		return false;
	one = str_head(one, room - 1);
	if (one.len)
		memcpy(line, one.data, one.len);
	line[one.len] = 0;
	buf_drop(in, in->len - rest.len);
	return true;
}

static enum demo_heard hear_smtp(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	char line[600], host[128];

	if (!take_line(in, line, sizeof line))
		return HEARD_MORE;
	if (str_starts_nocase(str_of(line), STR("EHLO")))
		buf_addf(out, "250-%s\r\n250-8BITMIME\r\n250 STARTTLS\r\n", demo_row_host(listener->row, host));
	else if (str_starts_nocase(str_of(line), STR("HELO")) || str_starts_nocase(str_of(line), STR("NOOP")))
		buf_add_text(out, "250 OK\r\n");
	else if (str_equal_nocase(str_of(line), STR("STARTTLS"))) {
		buf_add_text(out, "220 2.0.0 Ready to start TLS\r\n");
		return HEARD_TLS;
	} else if (str_starts_nocase(str_of(line), STR("QUIT"))) {
		buf_add_text(out, "221 2.0.0 Bye\r\n");
		return HEARD_END;
	} else {
		buf_add_text(out, "530 5.7.0 Must issue a STARTTLS command first\r\n");
	}
	return HEARD_ANSWER;
}

static enum demo_heard hear_imap(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	char line[600];
	struct str word, rest;

	(void)listener;
	if (!take_line(in, line, sizeof line))
		return HEARD_MORE;
	rest = str_of(line);
	if (!str_split(&rest, ' ', &word) || word.len == 0)
		word = STR("*");
	if (str_equal_nocase(rest, STR("CAPABILITY"))) {
		buf_addf(out, "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n%.*s OK done\r\n", STR_ARG(word));
	} else if (str_equal_nocase(rest, STR("STARTTLS"))) {
		buf_addf(out, "%.*s OK begin TLS now\r\n", STR_ARG(word));
		return HEARD_TLS;
	} else if (str_equal_nocase(rest, STR("LOGOUT"))) {
		buf_addf(out, "* BYE\r\n%.*s OK\r\n", STR_ARG(word));
		return HEARD_END;
	} else {
		buf_addf(out, "%.*s BAD STARTTLS first\r\n", STR_ARG(word));
	}
	return HEARD_ANSWER;
}

/* Int32 8, Int32 80877103: SSLRequest. GSSENCRequest ends in 04 and is answered with N. */
static enum demo_heard hear_postgres(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	static const uint8_t ssl_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};
	static const uint8_t gss_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30};
	struct bytes head;

	(void)listener;
	if (in->len < sizeof ssl_request)
		return HEARD_MORE;
	head = bytes_of(in->data, sizeof ssl_request);
	if (bytes_equal(head, bytes_of(ssl_request, sizeof ssl_request))) {
		buf_drop(in, sizeof ssl_request);
		buf_add_char(out, 'S');
		return HEARD_TLS;
	}
	if (bytes_equal(head, bytes_of(gss_request, sizeof gss_request))) {
		buf_drop(in, sizeof gss_request);
		buf_add_char(out, 'N');
		return HEARD_ANSWER;
	}
	return HEARD_END;
}

/* SEQUENCE { messageID INTEGER (one to four bytes), [APPLICATION 23] { [0] OID } } */
static enum demo_heard hear_ldap(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	struct bytes rest = buf_bytes(in), message, id;
	uint8_t tag, id_tag;

	(void)listener;
	if (!bytes_take_u8(&rest, &tag) || !bytes_take_vector8(&rest, &message))
		return in->len > 256 ? HEARD_END : HEARD_MORE;
	if (tag != 0x30 || !bytes_take_u8(&message, &id_tag) || id_tag != 2 || !bytes_take_vector8(&message, &id) ||
	    id.len < 1 || id.len > 4 || !str_has(str_from(message), STR("1.3.6.1.4.1.1466.20037")))
		return HEARD_END;
	/* SEQUENCE { id, [APPLICATION 24] { ENUMERATED success, "", "" } } */
	buf_add_u8(out, 0x30);
	buf_add_u8(out, (uint8_t)(2 + id.len + 9));
	buf_add_u8(out, 2);
	buf_add_u8(out, (uint8_t)id.len);
	buf_add_bytes(out, id);
	buf_add(out, "\x78\x07\x0a\x01\x00\x04\x00\x04\x00", 9);
	buf_drop(in, in->len - rest.len);
	return HEARD_TLS;
}

static enum demo_heard hear_http(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	(void)listener;
	if (in->len < 16)
		return HEARD_MORE;
	buf_add_text(out, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n"
			  "Connection: close\r\n\r\nThis port speaks HTTP.\n");
	return HEARD_END;
}

static enum demo_heard hear_garbage(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	(void)listener;
	if (in->len == 0)
		return HEARD_MORE;
	buf_add(out, "\x16\x03\x03\x00\x40\x02\x00\x00\x3c", 9); /* a ServerHello, it seems */
	for (unsigned i = 0; i < 60; i++)
		buf_add_u8(out, (uint8_t)(0x9d + i * 37));
	return HEARD_END;
}

/* RFC 6101 section 5.6: ServerHello, Certificate, ServerHelloDone in one record, whatever the client offered. */
static enum demo_heard hear_sslv3(const struct demo_listener *listener, struct buf *in, struct buf *out)
{
	size_t record, message, list, cert;

	if (in->len < 5 || in->len < 5 + ((size_t)(uint8_t)in->data[3] << 8 | (uint8_t)in->data[4]))
		return in->len > 0 && (uint8_t)in->data[0] >= 0x80 ? HEARD_END : HEARD_MORE;
	buf_add(out, "\x16\x03\x00", 3);
	record = buf_open_vector16(out);
	buf_add_u8(out, 2);
	message = buf_open_vector24(out);
	buf_add_u16(out, 0x0300);
	for (unsigned i = 0; i < 32; i++)
		buf_add_u8(out, (uint8_t)(i * 7 + 1));
	buf_add(out, "\x00\x00\x0a\x00", 4); /* no session, RSA_WITH_3DES_EDE_CBC_SHA, no compression */
	buf_close_vector24(out, message);
	buf_add_u8(out, 11);
	message = buf_open_vector24(out);
	list = buf_open_vector24(out);
	cert = buf_open_vector24(out);
	buf_add_bytes(out, listener->canned_leaf);
	buf_close_vector24(out, cert);
	buf_close_vector24(out, list);
	buf_close_vector24(out, message);
	buf_add(out, "\x0e\x00\x00\x00", 4);
	buf_close_vector16(out, record);
	return HEARD_END;
}

static const struct {
	hear_fn hear;
	const char *greeting;
	bool certificate;
} kinds[] = {
	[SPEAKS_TLS] = {NULL, NULL, true},
	[SPEAKS_SMTP] = {hear_smtp, "220 mail ESMTP ready\r\n", true},
	[SPEAKS_IMAP] = {hear_imap, "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n", true},
	[SPEAKS_POSTGRES] = {hear_postgres, NULL, true},
	[SPEAKS_LDAP] = {hear_ldap, NULL, true},
	[SPEAKS_HTTP] = {hear_http, NULL, false},
	[SPEAKS_SSLV3] = {hear_sslv3, NULL, true},
	[SPEAKS_GARBAGE] = {hear_garbage, NULL, false},
	[SPEAKS_NOTHING] = {NULL, NULL, false},
	[SPEAKS_CLOSED] = {NULL, NULL, false},
};

enum demo_heard demo_hear(const struct demo_listener *listener, bool greeting, struct buf *in, struct buf *out)
{
	if (greeting) {
		if (kinds[listener->kind].greeting)
			buf_add_text(out, kinds[listener->kind].greeting);
		return HEARD_MORE;
	}
	if (!kinds[listener->kind].hear) { /* silent */
		buf_clear(in);
		return HEARD_MORE;
	}
	return kinds[listener->kind].hear(listener, in, out);
}

bool demo_kind_is_tls(enum demo_kind kind)
{
	return kind == SPEAKS_TLS;
}

bool demo_kind_has_certificate(enum demo_kind kind)
{
	return kinds[kind].certificate;
}

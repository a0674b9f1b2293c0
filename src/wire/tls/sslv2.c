/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The framing of SSLv2: a ClientHello that servers from SSLv2 to TLS 1.2 took, and the ServerHello of those that
 * know nothing newer, which has the certificate in it. After RFC 6101 appendix E, draft-hickman-netscape-ssl-00.
 */

#include "wire/tls.h"

#include <string.h>

#include "wire/tls/room.h"

enum { V2_CLIENT_HELLO = 1, V2_ERROR = 0, V2_SERVER_HELLO = 4, V2_CHALLENGE = 16, V2_X509 = 1 };

/* Ciphers of SSLv2, then the suites of SSLv3 that such servers have, each as three bytes. */
static const uint8_t v2_ciphers[][3] = {
	{0x07, 0x00, 0xc0}, {0x01, 0x00, 0x80}, {0x03, 0x00, 0x80}, {0x05, 0x00, 0x80},
	{0x06, 0x00, 0x40}, {0x02, 0x00, 0x80}, {0x04, 0x00, 0x80}, {0x08, 0x00, 0x80},
	{0x00, 0x00, 0x0a}, {0x00, 0x00, 0x05}, {0x00, 0x00, 0x04}, {0x00, 0x00, 0x2f},
	{0x00, 0x00, 0x35}, {0x00, 0x00, 0x09}, {0x00, 0x00, 0x03}, {0x00, 0x00, 0x06},
	{0x00, 0x00, 0x16}, {0x00, 0x00, 0x33}, {0x00, 0x00, 0x39}, {0x00, 0x00, 0xff},
};

void tls_sslv2_hello(const struct tls_hello *hello, struct buf *to)
{
	size_t body = 9 + sizeof v2_ciphers + V2_CHALLENGE;

	buf_add_u16(to, (uint16_t)(0x8000 | body));
	buf_add_u8(to, V2_CLIENT_HELLO);
	buf_add_u16(to, TLS_10);
	buf_add_u16(to, sizeof v2_ciphers);
	buf_add_u16(to, 0);
	buf_add_u16(to, V2_CHALLENGE);
	buf_add(to, v2_ciphers, sizeof v2_ciphers);
	buf_add_u64(to, hello->seed * 0x9e3779b97f4a7c15);
	buf_add_u64(to, hello->seed * 0xbf58476d1ce4e5b9);
}

static enum tls_event broken(struct tls_reader *reader, const char *why)
{
	reader->seen.why = why;
	return TLS_BROKEN;
}

static enum tls_event read_hello(struct tls_reader *reader, struct bytes body)
{
	uint8_t session_hit, certificate_type;
	uint16_t version, certificate_len, ciphers_len, id_len;
	struct bytes certificate;

	if (!bytes_take_u8(&body, &session_hit) || !bytes_take_u8(&body, &certificate_type) ||
	    !bytes_take_u16(&body, &version) || !bytes_take_u16(&body, &certificate_len) ||
	    !bytes_take_u16(&body, &ciphers_len) || !bytes_take_u16(&body, &id_len) ||
	    !bytes_take(&body, certificate_len, &certificate))
		return broken(reader, "SSLv2: SERVER-HELLO is cut");
	if (version != TLS_SSL20)
		return broken(reader, "SSLv2: SERVER-HELLO of another version");
	reader->seen.hello = true;
	reader->seen.version = version;
	reader->seen.sslv2_framing = true;
	if (certificate_type != V2_X509 || !certificate.len)
		return broken(reader, "SSLv2: SERVER-HELLO without an X.509 certificate");
	reader->seen.certificate = true;
	reader->machine->chain[0] = certificate;
	reader->machine->chain_count = 1;
	return TLS_CERTIFICATE;
}

/* The one record of interest is collected whole in reader->record. */
enum tls_event tls_sslv2_read(struct tls_reader *reader, struct bytes *in)
{
	struct bytes record;
	size_t want;
	uint8_t type;

	if (reader->seen.certificate) {
		*in = (struct bytes){0};
		return TLS_FLIGHT_END;
	}
	buf_add_bytes(&reader->record, *in);
	*in = (struct bytes){0};
	if (reader->record.len < 2)
		return TLS_MORE;
	record = buf_bytes(&reader->record);
	want = (size_t)(record.data[0] & 0x7f) << 8 | record.data[1];
	if (record.len - 2 < want)
		return TLS_MORE;
	record = bytes_of(record.data + 2, want);
	if (!bytes_take_u8(&record, &type))
		return broken(reader, "SSLv2: empty record");
	if (type == V2_ERROR) {
		reader->seen.sslv2_framing = true;
		return broken(reader, "SSLv2: the server answered with an error");
	}
	if (type != V2_SERVER_HELLO)
		return broken(reader, "SSLv2: the answer is no SERVER-HELLO");
	return read_hello(reader, record);
}

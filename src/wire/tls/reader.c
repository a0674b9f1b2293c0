/* SPDX-License-Identifier: Apache-2.0 */

/*
 * From bytes to events: records, then messages, then what they mean.
 *
 * A record that came whole is read where it lies, and so is a message that is whole within it; only what is cut is
 * copied. So the usual flight of a server costs no allocation, and a silent server never has a buffer.
 * After RFC 8446 sections 4, 5 and 6; RFC 5246 sections 6 and 7.
 */

#include "wire/tls.h"

#include <string.h>

#include "wire/tls/room.h"

enum { HEADER = 5, MESSAGE_HEADER = 4, STRANGE_MAX = 32, LEVEL_WARNING = 1 };

void tls_reader_start(struct tls_reader *reader, struct tls_machine *machine,
		      const struct tls_hello *hello)
{
	*reader = (struct tls_reader){.machine = machine, .hello = *hello};
	reader->record = buf_capped(HEADER + LIMIT_RECORD_BYTES);
	if (hello->kind == TLS_HELLO_SSL20)
		reader->record = buf_capped(2 + 0x7fff + LIMIT_RECORD_BYTES);
	reader->messages = buf_capped(MESSAGE_HEADER + LIMIT_HANDSHAKE_BYTES);
	reader->retry = buf_capped(LIMIT_RECORD_BYTES);
}

void tls_reader_done(struct tls_reader *reader)
{
	buf_done(&reader->record);
	buf_done(&reader->messages);
	buf_done(&reader->retry);
}

const struct bytes *tls_reader_chain(const struct tls_reader *reader, size_t *count)
{
	*count = reader->machine->chain_count;
	return reader->machine->chain;
}

static enum tls_event broken(struct tls_reader *reader, const char *why)
{
	reader->seen.why = why;
	return TLS_BROKEN;
}

static enum tls_event limit(struct tls_reader *reader, const char *why)
{
	reader->seen.why = why;
	return TLS_LIMIT;
}

/* What is harmless once is not without end. */
static enum tls_event strange(struct tls_reader *reader, const char *why)
{
	return ++reader->strange > STRANGE_MAX ? broken(reader, why) : TLS_MORE;
}

/* ---- messages ---- */

static enum tls_event take_retry(struct tls_reader *reader, struct bytes message,
				 const struct tls_server_hello *hello)
{
	bool shared = hello->group == TLS_GROUP_X25519 || hello->group == TLS_GROUP_P256;

	if (reader->seen.retried)
		return broken(reader, "RFC 8446 4.1.4: a second HelloRetryRequest");
	if (shared && reader->hello.kind != TLS_HELLO_PQ)
		return broken(reader, "RFC 8446 4.1.4: HelloRetryRequest for a group whose share it has");
	reader->seen.retried = true;
	reader->seen.retry_group = hello->group;
	buf_add_bytes(&reader->retry, message);
	return TLS_RETRY;
}

static enum tls_event take_server_hello(struct tls_reader *reader, struct bytes message)
{
	struct tls_server_hello hello;
	struct bytes secret;

	if (reader->seen.hello)
		return broken(reader, "RFC 8446 4.1.3: a second ServerHello");
	if (!tls_read_server_hello(bytes_of(message.data + MESSAGE_HEADER, message.len - MESSAGE_HEADER),
				   &hello, &reader->seen.why))
		return TLS_BROKEN;
	if (hello.version < TLS_SSL30 || hello.version > TLS_13)
		return broken(reader, "RFC 8446 4.1.3: ServerHello of an unknown version");
	if (!tls_hello_offers(reader->hello.kind, hello.version))
		return broken(reader, "RFC 8446 4.2.1: ServerHello of a version that was not offered");
	if (hello.version == TLS_13 && hello.retry)
		return take_retry(reader, message, &hello);
	reader->seen.hello = true;
	reader->seen.version = hello.version;
	reader->seen.suite = hello.suite;
	if (hello.version < TLS_13)
		return TLS_SERVER_HELLO;
	reader->seen.group = hello.group;
	if (reader->plain.len || reader->messages.len > reader->taken)
		return broken(reader, "RFC 8446 5.1: ServerHello does not end its record");
	if (!tls_keys_know(hello.suite))
		return broken(reader, "RFC 8446 4.1.3: a cipher suite that was not offered");
	if (!hello.share.data || !tls_group_secret(hello.group, hello.share, &secret))
		return broken(reader, "RFC 8446 4.2.8: no key share of the server for a group of ours");
	if (!tls_keys_make(reader, message, secret))
		return broken(reader, "RFC 8446 7.1: no keys for that cipher suite");
	reader->sealed = true;
	return TLS_SERVER_HELLO;
}

static enum tls_event take_certificate(struct tls_reader *reader, struct bytes message)
{
	if (reader->seen.certificate)
		return broken(reader, "RFC 5246 7.3: a second Certificate message");
	reader->seen.certificate = true;
	tls_read_certificate(reader->machine, message, reader->seen.version == TLS_13, &reader->seen.why);
	if (reader->machine->chain_count)
		return TLS_CERTIFICATE;
	if (!reader->seen.why)
		reader->seen.why = "RFC 5246 7.4.2: the server's certificate_list is empty";
	return TLS_BROKEN;
}

/* The first message that can only follow the Certificate. */
static enum tls_event without_certificate(struct tls_reader *reader)
{
	switch (tls_suite_kind(reader->seen.suite)) {
	case TLS_KIND_ANON:
	case TLS_KIND_PSK:
	case TLS_KIND_OTHER:
		return TLS_NO_CERTIFICATE;
	default:
		return broken(reader, "RFC 5246 7.3: the flight goes on without a Certificate");
	}
}

static enum tls_event take_old_message(struct tls_reader *reader, uint8_t type, struct bytes body)
{
	enum tls_event event;

	switch (type) {
	case MSG_CERTIFICATE:
		return take_certificate(reader, body);
	case MSG_STATUS:
	case MSG_SUPPLEMENTAL:
		return TLS_MORE;
	case MSG_KEY_EXCHANGE:
		tls_read_key_exchange(&reader->seen, body);
		break;
	case MSG_CERTIFICATE_REQUEST:
		reader->seen.client_certificate_asked = true;
		break;
	case MSG_HELLO_DONE:
	case MSG_TICKET:
	case MSG_FINISHED:
		event = reader->seen.certificate ? TLS_FLIGHT_END : without_certificate(reader);
		return event;
	default:
		return broken(reader, "RFC 5246 7.3: a message that does not belong here");
	}
	return reader->seen.certificate ? TLS_MORE : without_certificate(reader);
}

static enum tls_event take_tls13_message(struct tls_reader *reader, uint8_t type, struct bytes body)
{
	switch (type) {
	case MSG_ENCRYPTED_EXTENSIONS:
		return TLS_MORE;
	case MSG_CERTIFICATE_REQUEST:
		reader->seen.client_certificate_asked = true;
		return TLS_MORE;
	case MSG_CERTIFICATE:
		return take_certificate(reader, body);
	case MSG_CERTIFICATE_VERIFY:
	case MSG_FINISHED:
		if (reader->seen.certificate)
			return TLS_FLIGHT_END;
		return broken(reader, "RFC 8446 4.4: the flight goes on without a Certificate");
	default:
		return broken(reader, "RFC 8446 4: a message that does not belong here");
	}
}

static enum tls_event take_message(struct tls_reader *reader, struct bytes message)
{
	uint8_t type = message.data[0];
	struct bytes body = bytes_of(message.data + MESSAGE_HEADER, message.len - MESSAGE_HEADER);

	if (type == MSG_SERVER_HELLO)
		return take_server_hello(reader, message);
	if (type == MSG_HELLO_REQUEST && !reader->sealed)
		return strange(reader, "RFC 5246 7.4.1.1: HelloRequests without end");
	if (!reader->seen.hello)
		return broken(reader, "RFC 8446 4: the first message is no ServerHello");
	return reader->sealed ? take_tls13_message(reader, type, body)
			      : take_old_message(reader, type, body);
}

/* Moves bytes of the record in hand to the cut message until that has len of them. */
static bool fill(struct tls_reader *reader, size_t len)
{
	size_t want = len - reader->messages.len;
	struct bytes part;

	if (!bytes_take(&reader->plain, want < reader->plain.len ? want : reader->plain.len, &part))
		return false;
	buf_add_bytes(&reader->messages, part);
	return part.len == want;
}

static size_t message_len(const char *header)
{
	const uint8_t *at = (const uint8_t *)header;

	return MESSAGE_HEADER + ((size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]);
}

/* The next whole message; data is NULL when it has not come yet. False when it would pass the limit. */
static bool next_message(struct tls_reader *reader, struct bytes *message)
{
	size_t len;

	*message = (struct bytes){0};
	if (reader->taken) {
		buf_clear(&reader->messages);
		reader->taken = 0;
	}
	if (!reader->messages.len && reader->plain.len >= MESSAGE_HEADER) {
		len = message_len((const char *)reader->plain.data);
		if (len > LIMIT_HANDSHAKE_BYTES - reader->message_bytes)
			return false;
		if (bytes_take(&reader->plain, len, message)) {
			reader->message_bytes += len;
			return true;
		}
	}
	if (reader->messages.len < MESSAGE_HEADER && !fill(reader, MESSAGE_HEADER))
		return true;
	len = message_len(reader->messages.data);
	if (len > LIMIT_HANDSHAKE_BYTES - reader->message_bytes)
		return false;
	if (!fill(reader, len))
		return true;
	reader->message_bytes += len;
	reader->taken = len;
	*message = buf_bytes(&reader->messages);
	return true;
}

/* ---- records ---- */

static enum tls_event take_alert(struct tls_reader *reader, struct bytes body)
{
	uint8_t level, alert;

	while (body.len) {
		if (!bytes_take_u8(&body, &level) || !bytes_take_u8(&body, &alert))
			return broken(reader, "RFC 8446 6: an alert of one byte");
		if (level == LEVEL_WARNING && alert != ALERT_CLOSE_NOTIFY) {
			reader->seen.name_unknown |= alert == ALERT_UNRECOGNIZED_NAME;
			if (strange(reader, "warnings without end") == TLS_BROKEN)
				return TLS_BROKEN;
			continue;
		}
		reader->seen.alert = alert;
		return TLS_ALERT;
	}
	return TLS_MORE;
}

static enum tls_event open_record(struct tls_reader *reader, struct bytes header, struct bytes body)
{
	struct bytes plain;
	uint8_t type;

	if (!tls_keys_open(reader, header, body, &plain))
		return broken(reader, "RFC 8446 5.2: a record that its keys do not open");
	while (plain.len && !plain.data[plain.len - 1])
		plain.len--;
	if (!plain.len)
		return broken(reader, "RFC 8446 5.4: a record of nothing but padding");
	type = plain.data[--plain.len];
	if (type == REC_ALERT)
		return take_alert(reader, plain);
	if (type != REC_HANDSHAKE)
		return broken(reader, "RFC 8446 5.1: application data before the handshake ended");
	reader->plain = plain;
	return plain.len ? TLS_MORE : strange(reader, "RFC 8446 5.1: empty records without end");
}

static enum tls_event take_record(struct tls_reader *reader, struct bytes header, struct bytes body)
{
	switch (header.data[0]) {
	case REC_CHANGE_CIPHER:
		if (reader->sealed || reader->seen.retried)
			return strange(reader, "RFC 8446 D.4: ChangeCipherSpecs without end");
		if (reader->seen.certificate)
			return TLS_FLIGHT_END;
		return broken(reader, "RFC 5246 7.1: ChangeCipherSpec before the Certificate");
	case REC_ALERT:
		if (!body.len)
			return strange(reader, "RFC 8446 5.1: empty records without end");
		return take_alert(reader, body);
	case REC_HANDSHAKE:
		if (reader->sealed)
			return broken(reader, "RFC 8446 5.1: a plain message after the ServerHello");
		reader->plain = body;
		return body.len ? TLS_MORE : strange(reader, "RFC 5246 6.2.1: empty records without end");
	default:
		if (reader->sealed)
			return open_record(reader, header, body);
		return broken(reader, "RFC 8446 5.1: application data before the handshake");
	}
}

/* Whether these (one to five) bytes can begin a record. */
static bool is_record(struct bytes header)
{
	return header.data[0] >= REC_CHANGE_CIPHER && header.data[0] <= REC_DATA &&
	       (header.len < 2 || header.data[1] == 3);
}

static enum tls_event wrong_header(struct tls_reader *reader)
{
	if (!reader->started)
		return TLS_PLAIN;
	return broken(reader, "RFC 8446 5.1: what should be a record has another form");
}

/* The next whole record, in place or from the buffer; data is NULL when it has not come yet. */
static enum tls_event next_record(struct tls_reader *reader, struct bytes *in, struct bytes *record)
{
	struct bytes *from = in, held, part;
	size_t len, have;

	*record = (struct bytes){0};
	if (reader->record_whole) {
		buf_clear(&reader->record);
		reader->record_whole = false;
	}
	if (!in->len)
		return TLS_MORE;
	if (reader->record.len) {
		have = reader->record.len < HEADER ? HEADER - reader->record.len : 0;
		if (have) {
			if (!bytes_take(in, have < in->len ? have : in->len, &part))
				return TLS_MORE;
			buf_add_bytes(&reader->record, part);
		}
		held = buf_bytes(&reader->record);
		from = &held;
	}
	if (!is_record(*from))
		return wrong_header(reader);
	if (from->len < HEADER) {
		if (from == in) {
			buf_add_bytes(&reader->record, *in);
			*in = (struct bytes){0};
		}
		return TLS_MORE;
	}
	len = HEADER + ((size_t)from->data[3] << 8 | from->data[4]);
	if (len > HEADER + LIMIT_RECORD_BYTES)
		return reader->started ? limit(reader, "RFC 8446 5.1: a record larger than LIMIT_RECORD_BYTES")
				       : TLS_PLAIN;
	reader->started = true;
	if (from == in && bytes_take(in, len, record))
		return TLS_MORE;
	have = reader->record.len;
	if (!bytes_take(in, len - have < in->len ? len - have : in->len, &part))
		return TLS_MORE;
	buf_add_bytes(&reader->record, part);
	if (reader->record.len < len)
		return TLS_MORE;
	reader->record_whole = true;
	*record = buf_bytes(&reader->record);
	return TLS_MORE;
}

static enum tls_event read_on(struct tls_reader *reader, struct bytes *in)
{
	struct bytes message, record, header;
	enum tls_event event;

	for (;;) {
		while (reader->plain.len || reader->taken) {
			if (!next_message(reader, &message))
				return limit(reader, "handshake messages larger than LIMIT_HANDSHAKE_BYTES");
			if (!message.data)
				break;
			event = take_message(reader, message);
			if (event != TLS_MORE)
				return event;
		}
		event = next_record(reader, in, &record);
		if (event != TLS_MORE || !record.data)
			return event;
		if (!bytes_take(&record, HEADER, &header))
			return TLS_MORE;
		event = take_record(reader, header, record);
		if (event != TLS_MORE)
			return event;
	}
}

enum tls_event tls_reader_read(struct tls_reader *reader, struct bytes *in)
{
	struct bytes first = reader->record.len ? buf_bytes(&reader->record) : *in;
	size_t before = in->len;
	enum tls_event event;

	if (!reader->started && reader->hello.kind == TLS_HELLO_SSL20 && first.len && first.data[0] & 0x80)
		return tls_sslv2_read(reader, in);
	event = read_on(reader, in);
	reader->total_bytes += before - in->len;
	if (event == TLS_MORE && reader->total_bytes > LIMIT_CONNECTION_BYTES)
		return limit(reader, "more bytes than LIMIT_CONNECTION_BYTES");
	return event;
}

bool tls_reader_retry(struct tls_reader *reader, struct buf *to)
{
	struct tls_server_hello retry;
	const char *why;
	size_t record, before = to->len;

	if (!reader->retry.len ||
	    !tls_read_server_hello(bytes_of(reader->retry.data + MESSAGE_HEADER,
					    reader->retry.len - MESSAGE_HEADER), &retry, &why))
		return false;
	if (!retry.group && !retry.cookie.data)
		return false;
	if (retry.group && !tls_group_has_share(retry.group))
		return false;
	/* An empty ChangeCipherSpec first, as middleboxes expect (RFC 8446 appendix D.4). */
	buf_add(to, "\x14\x03\x03\x00\x01\x01", 6);
	buf_add_u8(to, REC_HANDSHAKE);
	buf_add_u16(to, TLS_12);
	record = buf_open_vector16(to);
	tls_hello_message(&reader->hello, retry.group, retry.cookie, to);
	buf_close_vector16(to, record);
	return to->len > before && buf_ok(to);
}

struct bytes tls_farewell(void)
{
	static const uint8_t alerts[] = {REC_ALERT, 3, 3, 0, 2, 1, ALERT_USER_CANCELED,
					 REC_ALERT, 3, 3, 0, 2, 1, ALERT_CLOSE_NOTIFY};

	return bytes_of(alerts, sizeof alerts);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Messages to bytes and back, from the one table. */

#include <string.h>

#include "base/limits.h"
#include "programs/message.h"

#define ABSENT 0xffffffffu

struct row {
	enum message_kind kind;
	const char *name;
	enum message_role from;
	size_t numbers;
	const char *texts;
};

static const struct row rows[] = {
#define X(name, number, text, from, numbers, texts)                                                \
	{MESSAGE_##name, text, MESSAGE_##from, numbers, texts},
	MESSAGES_ALL(X)
#undef X
};

static const struct row *row_of(unsigned kind)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if ((unsigned)rows[i].kind == kind)
			return &rows[i];
	return NULL;
}

const char *message_name(enum message_kind kind)
{
	const struct row *row = row_of(kind);

	return row ? row->name : "?";
}

bool message_write(struct buf *to, const struct message *message)
{
	const struct row *row = row_of(message->kind);
	size_t len = 1 + 8 * row->numbers;

	for (size_t i = 0; row->texts[i]; i++) {
		if (message->texts[i].len > LIMIT_MESSAGE_BYTES)
			return false;
		len += 4 + message->texts[i].len;
	}
	if (len > LIMIT_MESSAGE_BYTES || to->cap - to->len < len + 4)
		return false;
	buf_add_u32(to, (uint32_t)len);
	buf_add_u8(to, (uint8_t)message->kind);
	for (size_t i = 0; i < row->numbers; i++)
		buf_add_u64(to, message->numbers[i]);
	for (size_t i = 0; row->texts[i]; i++) {
		buf_add_u32(to, message->texts[i].data ? (uint32_t)message->texts[i].len : ABSENT);
		if (message->texts[i].data)
			buf_add_bytes(to, message->texts[i]);
	}
	return true;
}

static bool wrong(struct err *err, const struct row *row, const char *what)
{
	return err_set(err, ERR_PROTOCOL, "message %s: %s", row ? row->name : "?", what);
}

static bool read_text(struct bytes *body, char type, struct bytes *out)
{
	uint32_t len;

	*out = (struct bytes){NULL, 0};
	if (!bytes_take_u32(body, &len))
		return false;
	if (len == ABSENT)
		return true;
	if (!bytes_take(body, len, out))
		return false;
	if (!out->data)
		out->data = (const uint8_t *)"";
	return type != 't' || str_is_utf8(str_from(*out));
}

static bool read_body(struct bytes body, enum message_role sender, struct message *out, struct err *err)
{
	const struct row *row;
	uint8_t kind;

	if (!bytes_take_u8(&body, &kind))
		return wrong(err, NULL, "it is empty");
	row = row_of(kind);
	if (!row)
		return err_set(err, ERR_PROTOCOL, "message: no kind %u", kind);
	if (!(row->from & sender))
		return wrong(err, row, "the peer may not send it");
	memset(out, 0, sizeof *out);
	out->kind = row->kind;
	for (size_t i = 0; i < row->numbers; i++)
		if (!bytes_take_u64(&body, &out->numbers[i]))
			return wrong(err, row, "too short");
	for (size_t i = 0; row->texts[i]; i++)
		if (!read_text(&body, row->texts[i], &out->texts[i]))
			return wrong(err, row, "a text is too short, or not UTF-8");
	return body.len == 0 || wrong(err, row, "too long");
}

enum message_take message_take(struct bytes *from, enum message_role sender, struct message *out, struct err *err)
{
	struct bytes rest = *from, body;
	uint32_t len;

	if (!bytes_take_u32(&rest, &len))
		return MESSAGE_MORE;
	if (len > LIMIT_MESSAGE_BYTES) {
		err_set(err, ERR_PROTOCOL, "message: %u bytes, more than %u", len, (unsigned)LIMIT_MESSAGE_BYTES);
		return MESSAGE_WRONG;
	}
	if (!bytes_take(&rest, len, &body))
		return MESSAGE_MORE;
	if (!read_body(body, sender, out, err))
		return MESSAGE_WRONG;
	*from = rest;
	return MESSAGE_HERE;
}

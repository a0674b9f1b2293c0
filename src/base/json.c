/* SPDX-License-Identifier: Apache-2.0 */

/* JSON out as a stream of our own, JSON in by jansson behind opaque values: see the door. */

#include "base/json.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/foreign.h"
#include "base/hex.h"
#include "base/memory.h"

/* ---- writing ---- */

struct json_out json_out_start(struct buf *to)
{
	return (struct json_out){.to = to};
}

/* Room for a value of that length, with what goes before it: a comma, unless it is the first here or follows its key. */
static char *room_for(struct json_out *json, size_t len)
{
	char *to = buf_reserve(json->to, len + 1);
	bool comma = !json->after_key && json->filled >> json->depth & 1;

	json->after_key = false;
	json->filled |= (uint64_t)1 << json->depth;
	if (to && comma) {
		*to++ = ',';
		json->to->len++;
	}
	return to;
}

/* What was written into the room. */
static void done(struct json_out *json, size_t len)
{
	json->to->len += len;
	json->to->data[json->to->len] = 0;
}

static void lead(struct json_out *json)
{
	if (room_for(json, 0))
		done(json, 0);
}

static void open(struct json_out *json, char bracket)
{
	char *to = room_for(json, 1);

	if (to) {
		*to = bracket;
		done(json, 1);
	}
	if (json->depth < 63)
		json->depth++;
	json->filled &= ~((uint64_t)1 << json->depth);
}

static void close(struct json_out *json, char bracket)
{
	if (json->depth)
		json->depth--;
	buf_add_char(json->to, bracket);
}

void json_out_object(struct json_out *json)
{
	open(json, '{');
}

void json_out_end_object(struct json_out *json)
{
	close(json, '}');
}

void json_out_array(struct json_out *json)
{
	open(json, '[');
}

void json_out_end_array(struct json_out *json)
{
	close(json, ']');
}

static void add_escape(struct buf *to, uint8_t c)
{
	static const char names[] = "btn\0fr";

	if (c == '"' || c == '\\')
		buf_addf(to, "\\%c", c);
	else if (c >= 8 && c <= 13 && names[c - 8])
		buf_addf(to, "\\%c", names[c - 8]);
	else
		buf_addf(to, "\\u%04x", c);
}

/* Not zero when one of the eight bytes is below 0x20, above 0x7e, a quote or a backslash. */
static uint64_t special(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101, highs = ones * 0x80;
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\', del = w ^ ones * 0x7f;

	return ((w - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones) | w) & highs;
}

/* How much of the front needs no escape. */
static size_t plain_len(struct str s)
{
	size_t len = 0;
	uint64_t eight;

	for (; len + 8 <= s.len; len += 8) {
		memcpy(&eight, s.data + len, 8);
		if (special(eight))
			break;
	}
	if (s.len >= 8 && len + 8 > s.len) { /* the last eight, some of them for the second time */
		memcpy(&eight, s.data + s.len - 8, 8);
		if (!special(eight))
			return s.len;
	}
	while (len < s.len) {
		uint8_t c = (uint8_t)s.data[len];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			break;
		len++;
	}
	return len;
}

/* What would turn or hide text where the JSON is shown goes out as an escape: the value stays the same. */
static void add_wide(struct buf *to, struct str *s)
{
	const char *at = s->data;
	uint32_t code;
	size_t len;

	if (!foreign_take(s, &code, &len))
		buf_add_text(to, "\xef\xbf\xbd");
	else if (!foreign_acts(code))
		buf_add(to, at, len);
	else if (code < 0x10000)
		buf_addf(to, "\\u%04x", code);
	else
		buf_addf(to, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
}

static void add_quoted(struct buf *to, struct str s)
{
	buf_add_char(to, '"');
	for (;;) {
		size_t plain = plain_len(s);

		buf_add(to, s.data, plain);
		s = str_skip(s, plain);
		if (!s.len)
			break;
		if ((uint8_t)s.data[0] < 0x80) {
			add_escape(to, (uint8_t)s.data[0]);
			s = str_skip(s, 1);
			continue;
		}
		add_wide(to, &s);
	}
	buf_add_char(to, '"');
}

/* Most texts need no escape. */
static void add_text(struct json_out *json, struct str s)
{
	char *to;

	if (plain_len(s) < s.len) {
		lead(json);
		add_quoted(json->to, s);
		return;
	}
	to = room_for(json, s.len + 2);
	if (!to)
		return;
	to[0] = '"';
	if (s.len)
		memcpy(to + 1, s.data, s.len);
	to[s.len + 1] = '"';
	done(json, s.len + 2);
}

void json_out_key_named(struct json_out *json, struct str key)
{
	add_text(json, key);
	buf_add_char(json->to, ':');
	json->after_key = true;
}

/* Keys are ours: there is nothing to escape. */
void json_out_key(struct json_out *json, const char *key)
{
	size_t len = strlen(key);
	char *to = room_for(json, len + 3);

	if (to) {
		to[0] = '"';
		memcpy(to + 1, key, len);
		to[len + 1] = '"';
		to[len + 2] = ':';
		done(json, len + 3);
	}
	json->after_key = true;
}

void json_out_str(struct json_out *json, struct str value)
{
	if (value.data)
		add_text(json, value);
	else
		json_out_null(json);
}

void json_out_text(struct json_out *json, const char *value_or_null)
{
	json_out_str(json, str_of(value_or_null));
}

void json_out_raw(struct json_out *json, struct str json_text)
{
	char *to = room_for(json, json_text.len);

	if (!to)
		return;
	if (json_text.len)
		memcpy(to, json_text.data, json_text.len);
	done(json, json_text.len);
}

void json_out_int(struct json_out *json, int64_t value)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	json_out_raw(json, (struct str){digits + at, sizeof digits - at});
}

void json_out_double(struct json_out *json, double value)
{
	if (!isfinite(value)) {
		json_out_null(json);
		return;
	}
	lead(json);
	buf_addf(json->to, "%.15g", value);
}

void json_out_bool(struct json_out *json, bool value)
{
	json_out_raw(json, value ? STR("true") : STR("false"));
}

void json_out_null(struct json_out *json)
{
	json_out_raw(json, STR("null"));
}

void json_out_time(struct json_out *json, int64_t at)
{
	char text[CLOCK_TEXT];

	clock_write(at, text);
	json_out_text(json, text);
}

void json_out_hex(struct json_out *json, struct bytes value)
{
	size_t len = 2 * value.len;
	char *to = room_for(json, len + 2);

	if (!to)
		return;
	hex_write(to + 1, value);
	to[0] = to[len + 1] = '"';
	done(json, len + 2);
}

void json_out_key_str(struct json_out *json, const char *key, struct str value)
{
	json_out_key(json, key);
	json_out_str(json, value);
}

void json_out_key_text(struct json_out *json, const char *key, const char *value_or_null)
{
	json_out_key(json, key);
	json_out_text(json, value_or_null);
}

void json_out_key_int(struct json_out *json, const char *key, int64_t value)
{
	json_out_key(json, key);
	json_out_int(json, value);
}

void json_out_key_bool(struct json_out *json, const char *key, bool value)
{
	json_out_key(json, key);
	json_out_bool(json, value);
}

void json_out_key_null(struct json_out *json, const char *key)
{
	json_out_key(json, key);
	json_out_null(json);
}

void json_out_key_time(struct json_out *json, const char *key, int64_t at)
{
	json_out_key(json, key);
	json_out_time(json, at);
}

void json_out_key_hex(struct json_out *json, const char *key, struct bytes value)
{
	json_out_key(json, key);
	json_out_hex(json, value);
}

/* ---- reading ---- */

struct json_doc {
	json_t *root;
};

static const struct json_value *as_value(const json_t *json)
{
	return (const struct json_value *)(const void *)json;
}

static json_t *as_json(const struct json_value *value)
{
	return (json_t *)(uintptr_t)value;
}

bool json_doc_read(struct str text, struct json_doc **out, struct err *err)
{
	json_error_t why;
	json_t *root = json_loadb(text.data ? text.data : "", text.len,
				  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);

	if (!root)
		return err_set(err, ERR_INPUT, "JSON, line %d, column %d: %s", why.line, why.column,
			       why.text);
	*out = NEW(struct json_doc);
	(*out)->root = root;
	return true;
}

void json_doc_free(struct json_doc *doc)
{
	if (!doc)
		return;
	json_decref(doc->root);
	memory_done(&doc);
}

void json_doc_done(struct json_doc **doc)
{
	json_doc_free(*doc);
	*doc = NULL;
}

const struct json_value *json_doc_root(const struct json_doc *doc)
{
	return as_value(doc->root);
}

enum json_type json_in_type(const struct json_value *value)
{
	if (!value)
		return JSON_ABSENT;
	switch (json_typeof(as_json(value))) {
	case JSON_OBJECT:
		return JSON_IS_OBJECT;
	case JSON_ARRAY:
		return JSON_IS_ARRAY;
	case JSON_STRING:
		return JSON_IS_STR;
	case JSON_INTEGER:
		return JSON_IS_INT;
	case JSON_REAL:
		return JSON_IS_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_IS_BOOL;
	default:
		return JSON_IS_NULL;
	}
}

const struct json_value *json_in_get(const struct json_value *object, const char *key)
{
	return as_value(json_object_get(as_json(object), key));
}

size_t json_in_count(const struct json_value *array)
{
	json_t *json = as_json(array);

	return json_is_object(json) ? json_object_size(json) : json_array_size(json);
}

const struct json_value *json_in_at(const struct json_value *array, size_t index)
{
	return as_value(json_array_get(as_json(array), index));
}

struct str json_in_str(const struct json_value *value, struct str or)
{
	json_t *json = as_json(value);

	if (!json_is_string(json))
		return or;
	return (struct str){json_string_value(json), json_string_length(json)};
}

int64_t json_in_int(const struct json_value *value, int64_t or)
{
	json_t *json = as_json(value);

	return json_is_integer(json) ? json_integer_value(json) : or;
}

double json_in_double(const struct json_value *value, double or)
{
	json_t *json = as_json(value);

	return json_is_number(json) ? json_number_value(json) : or;
}

bool json_in_bool(const struct json_value *value, bool or)
{
	json_t *json = as_json(value);

	return json_is_boolean(json) ? json_is_true(json) : or;
}

bool json_in_members(const struct json_value *object,
		     bool (*each)(void *data, struct str key, const struct json_value *value), void *data)
{
	const char *key;
	json_t *member;

	json_object_foreach (as_json(object), key, member) {
		if (!each(data, str_of(key), as_value(member)))
			return false;
	}
	return true;
}

static bool out_member(void *data, struct str key, const struct json_value *value)
{
	json_out_key_named(data, key);
	json_out_value(data, value);
	return true;
}

void json_out_value(struct json_out *json, const struct json_value *value)
{
	switch (json_in_type(value)) {
	case JSON_IS_OBJECT:
		json_out_object(json);
		json_in_members(value, out_member, json);
		json_out_end_object(json);
		break;
	case JSON_IS_ARRAY:
		json_out_array(json);
		for (size_t i = 0; i < json_in_count(value); i++)
			json_out_value(json, json_in_at(value, i));
		json_out_end_array(json);
		break;
	case JSON_IS_STR:
		json_out_str(json, json_in_str(value, STR("")));
		break;
	case JSON_IS_INT:
		json_out_int(json, json_in_int(value, 0));
		break;
	case JSON_IS_REAL:
		json_out_double(json, json_in_double(value, 0));
		break;
	case JSON_IS_BOOL:
		json_out_bool(json, json_in_bool(value, false));
		break;
	case JSON_IS_NULL:
	case JSON_ABSENT:
		json_out_null(json);
		break;
	}
}

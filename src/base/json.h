/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * json - writing JSON as a stream, and reading it strictly.
 *
 * Writing goes straight into a buf, commas by itself; text that is not UTF-8 has its bad bytes
 * replaced by U+FFFD. Reading is jansson's: duplicate keys, NaN, numbers out of range, bad UTF-8 and
 * anything after the document are refused with line and column. After RFC 8259.
 */

#include "base/buf.h"
#include "base/err.h"

struct json_out {
	struct buf *to;
	uint64_t filled; /* bit per depth: something stands there already */
	uint32_t depth;  /* at most 63 */
	bool after_key;
};

struct json_out json_out_start(struct buf *to);

void json_out_object(struct json_out *json);
void json_out_end_object(struct json_out *json);
void json_out_array(struct json_out *json);
void json_out_end_array(struct json_out *json);
void json_out_key(struct json_out *json, const char *key);
void json_out_key_named(struct json_out *json, struct str key);

void json_out_str(struct json_out *json, struct str value); /* NULL data is null */
void json_out_text(struct json_out *json, const char *value_or_null);
void json_out_int(struct json_out *json, int64_t value);
void json_out_double(struct json_out *json, double value); /* not finite: null */
void json_out_bool(struct json_out *json, bool value);
void json_out_null(struct json_out *json);
void json_out_time(struct json_out *json, int64_t at); /* RFC 3339 */
void json_out_hex(struct json_out *json, struct bytes value);
void json_out_raw(struct json_out *json, struct str json_text); /* trusted to be one JSON value */

/* A key and its value in one call. */
void json_out_key_str(struct json_out *json, const char *key, struct str value);
void json_out_key_text(struct json_out *json, const char *key, const char *value_or_null);
void json_out_key_int(struct json_out *json, const char *key, int64_t value);
void json_out_key_bool(struct json_out *json, const char *key, bool value);
void json_out_key_null(struct json_out *json, const char *key);
void json_out_key_time(struct json_out *json, const char *key, int64_t at);
void json_out_key_hex(struct json_out *json, const char *key, struct bytes value);

/*
 * Reading. A value is borrowed from its document and lives as long; asking for what is not there, or
 * is of another type, answers the `or` value, so walk first and check what is needed.
 */
struct json_doc;
struct json_value; /* NULL stands for "absent" and may be asked anything */

MUST_CHECK bool json_doc_read(struct str text, struct json_doc **out, struct err *err);
void json_doc_free(struct json_doc *doc);
void json_doc_done(struct json_doc **doc); /* for CLEANUP */
const struct json_value *json_doc_root(const struct json_doc *doc);

enum json_type { JSON_ABSENT, JSON_IS_NULL, JSON_IS_BOOL, JSON_IS_INT, JSON_IS_REAL, JSON_IS_STR, JSON_IS_ARRAY, JSON_IS_OBJECT };

enum json_type json_in_type(const struct json_value *value);
const struct json_value *json_in_get(const struct json_value *object, const char *key);
size_t json_in_count(const struct json_value *array); /* elements, or members of an object */
const struct json_value *json_in_at(const struct json_value *array, size_t index);
struct str json_in_str(const struct json_value *value, struct str or); /* NUL-terminated too */
int64_t json_in_int(const struct json_value *value, int64_t or);
double json_in_double(const struct json_value *value, double or);
bool json_in_bool(const struct json_value *value, bool or);

/* Calls each for every member; stops when it returns false and returns that. */
bool json_in_members(const struct json_value *object,
		     bool (*each)(void *data, struct str key, const struct json_value *value), void *data);

/* Writes a value that was read. */
void json_out_value(struct json_out *json, const struct json_value *value);

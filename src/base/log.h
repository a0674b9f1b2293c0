/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * log - events and their fields, for machines and people, on standard error.
 *
 *     log_info("order ready", F("order", id), F("names", n));
 *
 * One line an event: logfmt (`at=… level=info event="order ready" order=7`) or JSON. Values are
 * escaped here; there is no way to log a struct secret. Only jobs, api and programs log.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
	const char *key;
	enum { LOG_TEXT, LOG_NUMBER, LOG_FLAG } type;
	struct str text;
	int64_t number;
};

static inline struct log_field log_field_str(const char *key, struct str value)
{
	return (struct log_field){key, LOG_TEXT, value, 0};
}
static inline struct log_field log_field_text(const char *key, const char *value)
{
	return (struct log_field){key, LOG_TEXT, str_of(value), 0};
}
static inline struct log_field log_field_number(const char *key, int64_t value)
{
	return (struct log_field){key, LOG_NUMBER, {NULL, 0}, value};
}
static inline struct log_field log_field_flag(const char *key, bool value)
{
	return (struct log_field){key, LOG_FLAG, {NULL, 0}, value};
}

/* clang-format off */
#define F(key, value)                                                                              \
	_Generic((value), struct str: log_field_str, char *: log_field_text,                       \
		 const char *: log_field_text, bool: log_field_flag,                               \
		 default: log_field_number)(key, value)
/* clang-format on */

#define log_at(level, event, ...)                                                                  \
	log_write(level, event, (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
#define log_error(event, ...) log_at(LOG_ERROR, event __VA_OPT__(, ) __VA_ARGS__)
#define log_warn(event, ...)  log_at(LOG_WARN, event __VA_OPT__(, ) __VA_ARGS__)
#define log_info(event, ...)  log_at(LOG_INFO, event __VA_OPT__(, ) __VA_ARGS__)
#define log_debug(event, ...) log_at(LOG_DEBUG, event __VA_OPT__(, ) __VA_ARGS__)

/* fields end with an entry whose key is NULL. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

/* Before threads start. role ("engine", "probe", …) stands in every line. Default: LOG_INFO, logfmt. */
void log_setup(enum log_level most, bool as_json, const char *role);

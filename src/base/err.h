/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * err - what failed, why, and what mends it.
 *
 * What can fail returns bool, fills an err and leaves its outputs alone. err_set and err_wrap return
 * false, so that failing takes one line. The text reads from the outside in:
 * "renew www.example.org: finalize order 7: no answer within 5 s". Shown to people as
 *
 *     keepvalid: <text>
 *       fix: <fix> [<code>]
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Chosen by what the caller does next. */
enum err_kind {
	ERR_NONE,
	ERR_INPUT,     /* the input is wrong; asking again does not help */
	ERR_ABSENT,    /* there is no such thing */
	ERR_DENIED,    /* not allowed */
	ERR_CONFLICT,  /* somebody else changed it, or it is there already */
	ERR_UNREACHED, /* no connection */
	ERR_TIMEOUT,   /* no answer in time */
	ERR_PROTOCOL,  /* the peer broke the rules of its protocol */
	ERR_REFUSED,   /* the peer understood and said no */
	ERR_LATER,     /* again after retry_s */
	ERR_INTERNAL,  /* our own fault, or the machine's */
};

struct err {
	enum err_kind kind;
	uint32_t retry_s;
	char code[48];  /* stable, for `keepvalid explain`: "cert-trailing-bytes"; may be empty */
	char text[480]; /* what and why, always valid UTF-8 */
	char fix[240];  /* what mends it; may be empty */
};

/* Sets kind and text; code and fix become empty. Returns false. err may be NULL. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) PRINTF(3, 4);

/* Puts "text: " before what stands there. Returns false. */
bool err_wrap(struct err *err, const char *format, ...) PRINTF(2, 3);

/* Adds the code and the fix to an error that is set. Returns false. */
bool err_fix(struct err *err, const char *code, const char *format, ...) PRINTF(3, 4);

/* "input", "absent", ... */
const char *err_kind_name(enum err_kind kind);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * dns - asks for addresses without blocking, by c-ares on the loop. Keeps nothing but what the
 * resolver itself caches, and /etc/hosts as it was when opened.
 */

#include <netinet/in.h>

#include "base/err.h"

struct loop;
struct dns;
struct dns_question;

struct dns_address {
	uint8_t len; /* 4 or 16 */
	uint8_t bytes[16];
};

/* servers: "127.0.0.1:5353,…" or NULL for those of the system. */
MUST_CHECK bool dns_open(struct loop *loop, const char *servers, struct dns **out, struct err *err);
/* Pending questions are answered with ERR_LATER. Not to be called by a done function. NULL is fine. */
void dns_close(struct dns *dns);

/*
 * Asks for the addresses of a name (A and AAAA, /etc/hosts included), in the order of preference. done is called
 * once, with addresses or with an error: ERR_ABSENT (no such name), ERR_TIMEOUT, ERR_UNREACHED,
 * ERR_PROTOCOL. It may be called before dns_ask returns.
 */
typedef void (*dns_done_fn)(void *data, const struct dns_address *addresses, size_t count,
			    const struct err *err);
void dns_ask(struct dns *dns, struct str name, dns_done_fn done, void *data);

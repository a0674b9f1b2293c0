/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * egress - the one way out: every connection of ours to servers that people, certificates or peers name.
 *
 * The name is resolved here, every address it has is checked against the registries of special-purpose addresses
 * (egress/special.def) and the administrator's allow-list, and exactly a checked address is dialled, so that a second
 * answer of the DNS changes nothing. No proxies, no .netrc, no cookies; redirects are off, or each is checked like
 * the first address; answers, headers and time are bounded; TLS is verified. Scans do not come here: they have scopes of
 * their own. After RFC 6890, RFC 9110.
 */

#include "base/err.h"
#include "wire/dns.h"

struct arena;
struct loop;

/* ---- which addresses ---- */

struct egress_net {
	struct dns_address address;
	uint8_t prefix; /* bits; of an IPv4 address at most 32 */
};

/* What the administrator allows beyond the public internet: egress.allow of the configuration. */
struct egress_policy {
	const struct egress_net *allow;
	size_t count;
};

/* "10.1.0.0/16", "::1/128" or one address. err ERR_INPUT. */
MUST_CHECK bool egress_net_read(struct str text, struct egress_net *out, struct err *err);

/*
 * NULL when it may be dialled, else what it is: "loopback, RFC 1122 3.2.1.3". An IPv4 address within an IPv6 one
 * (mapped, NAT64) is judged as that IPv4 address.
 */
const char *egress_forbids(const struct egress_policy *policy, const struct dns_address *address);

/* ---- asking over HTTP ---- */

struct egress;
struct egress_call;

struct egress_options {
	struct loop *loop;
	struct dns *dns;
	struct egress_policy policy; /* borrowed */
	struct bytes roots_pem;      /* trusted for TLS; NULL data: the system's. Borrowed */
};

struct egress *egress_new(const struct egress_options *options);
/* Calls that run are forgotten without a word. Not from within a done function; NULL is fine. */
void egress_free(struct egress *egress);

struct egress_ask {
	const char *method;         /* NULL: GET */
	const char *url;            /* http:// or https://, without a user */
	const char *const *headers; /* "Name: value"; ends with NULL; may be NULL */
	struct bytes body;          /* NULL data: none */
	uint32_t timeout_ms;        /* of all, redirects included; 0: 30 s */
	size_t most_bytes;          /* of the answer's body, after decompression */
	unsigned redirects;         /* followed at most; only for GET, never from https to http */
};

struct egress_answer {
	unsigned status;
	struct str type;       /* without parameters, lower case; NULL data: none */
	struct str location;   /* of a redirect that was not followed; NULL data: none */
	int64_t retry_after_s; /* -1: not said */
	struct bytes body;
};

/*
 * An answer of any status is an answer. Called once unless cancelled, never from within egress_ask; answer is borrowed
 * for the call, NULL on an error:
 * ERR_INPUT (the URL), ERR_DENIED "egress-denied" (a forbidden address or redirect), ERR_ABSENT (no such name), ERR_UNREACHED,
 * ERR_TIMEOUT, ERR_PROTOCOL (a certificate that is not trusted; "egress-too-long": the answer)
 */
typedef void (*egress_done_fn)(void *data, const struct egress_answer *answer, const struct err *err);
struct egress_call *egress_ask(struct egress *egress, const struct egress_ask *ask, egress_done_fn done, void *data);
void egress_cancel(struct egress_call *call);

/* The same for worker threads: waits. out lives in arena. dns_servers as for dns_open. */
MUST_CHECK bool egress_ask_and_wait(const struct egress_policy *policy, const char *dns_servers, struct bytes roots_pem,
				    struct arena *arena, const struct egress_ask *ask, struct egress_answer *out,
				    struct err *err);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * target - targets as people write them, one at a time, in constant memory.
 *
 * host, host:port, [v6]:port, name@host:port (that host, with that server name), URL (https, smtp, imaps, ldap,
 * postgres, …), CIDR, a.b.c.d-e and a.b.c.d-a.b.c.e ranges, @file, - (standard input), local (this machine's listeners). Ports come from the target, or
 * else from the port list: "443,8443", "1-1024", "2525/smtp", names of protocols, "common", "all-tls".
 *
 * A line of a file is a target, or columns (blanks or commas): target port protocol server-name, where "-"
 * stands for "not given" and "#" begins a comment.
 *
 * Ranges come in an order permuted by a key, and up to 64 words or lines take turns, so that no host
 * sees a burst.
 */

#include "base/err.h"

struct arena;

/* One target, ready for the collector. */
struct probe_target {
	struct str text;        /* as given */
	struct str host;        /* name or address, no brackets */
	uint16_t port;
	struct str protocol;    /* "tls", "smtp", …; NULL data: by port and banner */
	struct str server_name; /* NULL data: host, when it is a name; empty: none is sent */
};

struct target_list;

/*
 * Opens the list that the words give. ports may be NULL: 443, or the port of a URL's scheme.
 * err  ERR_INPUT, with the word (and file:line when it is read later)
 */
MUST_CHECK bool target_list_open(char *const *words, size_t word_count, const char *ports,
				 struct target_list **out, struct err *err);
void target_list_close(struct target_list *list); /* NULL is fine */

enum target_next {
	TARGET_HERE,  /* *out is set; its strings live until the next call */
	TARGET_END,
	TARGET_WRONG, /* a line is not a target: err says which; the next call goes on after it */
	TARGET_LATER, /* nothing has come yet: ask again when target_list_fd is readable */
};
enum target_next target_list_next(struct target_list *list, struct probe_target *out, struct err *err);

/* What is being read from (standard input or a pipe), or -1. */
int target_list_fd(const struct target_list *list);

/* How many targets there are, as far as known without reading on; 0 when it cannot be known. */
uint64_t target_list_total(const struct target_list *list);

/*
 * A line of a file as one word that says the same: "host 8443 - name" is name@host:8443. *out is a view or in the arena; NULL
 * data for a line without a target.
 * err  ERR_INPUT: no target, or more than a word can say
 */
MUST_CHECK bool target_line_word(struct arena *arena, struct str line, struct str *out, struct err *err);

/* A TCP socket of this machine that listens; each address and port once. */
struct target_listener {
	struct str address; /* as it is dialled: loopback for an any-address */
	bool any;
	uint16_t port;
	uint32_t uid;
	uint64_t inode;
};
/* err ERR_ABSENT: /proc is not there */
MUST_CHECK bool target_listeners(struct arena *arena, const struct target_listener **out, size_t *count,
				 struct err *err);

/* Names of protocols: schemes of URLs, names in port lists, the third column. */
struct target_protocol {
	const char *name;     /* "submission" */
	uint16_t port;        /* where it is served by default */
	const char *protocol; /* what is spoken: "tls" from the first byte, or the dialect before it */
	bool common;          /* belongs to the port list "common" */
};
const struct target_protocol *target_protocol_find(struct str name); /* any case; or NULL */
const struct target_protocol *target_protocols(size_t *count);

/* What is usually spoken on a port: "tls", a dialect, or NULL when nothing is usual. */
const char *target_protocol_of_port(uint16_t port);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * target - targets as people write them, one at a time, in constant memory.
 *
 * host, host:port, [v6]:port, URL (https, smtp, imaps, ldap, postgres, …), CIDR, a.b.c.d-e and a.b.c.d-a.b.c.e
 * ranges, @file, - (standard input), local (this machine's listeners). Ports come from the target, or
 * else from the port list: "443,8443", "1-1024", or names of protocols.
 */

#include "base/err.h"

struct probe_target;
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
};
enum target_next target_list_next(struct target_list *list, struct probe_target *out, struct err *err);

/* How many targets there are, as far as known without reading on; 0 when it cannot be known. */
uint64_t target_list_total(const struct target_list *list);

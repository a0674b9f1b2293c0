/* SPDX-License-Identifier: Apache-2.0 */

#include "base/pem.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hex.h"

#define BEGIN "-----BEGIN "
#define END   "-----END "
#define RULE  "-----"

/* Headers of RFC 1421 ("Proc-Type: …") end with an empty line. */
static struct str without_headers(struct str body)
{
	struct str rest = body, line;

	while (str_take_line(&rest, &line)) {
		if (!str_trim(line).len)
			return rest;
		if (str_find_char(line, ':') == SIZE_MAX && line.data != body.data)
			break;
	}
	return body;
}

bool pem_take_text(struct str *from, struct str *label, struct str *body)
{
	size_t begin = str_find(*from, STR(BEGIN)), end, rule;
	struct str rest, inside;

	if (begin == SIZE_MAX)
		return false;
	rest = str_skip(*from, begin + sizeof(BEGIN) - 1);
	rule = str_find(rest, STR(RULE));
	if (rule == SIZE_MAX)
		return false;
	*label = str_head(rest, rule);
	inside = str_skip(rest, rule + sizeof(RULE) - 1);
	end = str_find(inside, STR(END));
	*body = (struct str){0};
	if (end == SIZE_MAX) {
		*from = str_skip(inside, inside.len);
		return true;
	}
	*from = str_skip(inside, end + sizeof(END) - 1);
	inside = str_head(inside, end);
	if (str_has(inside, STR(BEGIN)))
		*from = str_skip(rest, rule); /* another block begins within: this one has no end */
	else
		*body = without_headers(str_trim(inside));
	return true;
}

bool pem_take(struct arena *arena, struct str *from, struct str *label, struct bytes *content)
{
	struct str body;

	if (!pem_take_text(from, label, &body))
		return false;
	*content = (struct bytes){0};
	if (body.data && !base64_read(body, arena, content))
		*content = (struct bytes){0};
	return true;
}

void pem_write(struct buf *to, const char *label, struct bytes content)
{
	CLEANUP(buf_done) struct buf digits = buf_capped(content.len / 3 * 4 + 8);
	struct str rest;

	base64_write(&digits, content);
	buf_addf(to, "-----BEGIN %s-----\n", label);
	for (rest = buf_str(&digits); rest.len > 0; rest = str_skip(rest, 64)) {
		buf_add_str(to, str_head(rest, 64));
		buf_add_char(to, '\n');
	}
	buf_addf(to, "-----END %s-----\n", label);
}

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* lines - what the protocols made of text lines share: taking a line, three-digit replies, saying what came instead. */

#include "discovery/probe/starttls/starttls.h"

enum lines_take {
	LINE_HERE, /* *line is set, without its end */
	LINE_PART, /* its end has not come */
	LINE_LONG, /* longer than LIMIT_DIALOGUE_LINE_BYTES */
};
enum lines_take line_take(struct bytes *in, struct str *line);

/* Calls answered for every line that has come, until it says more than STARTTLS_MORE; a line that is too long is unexpected. */
enum starttls_step lines_speak(struct starttls_talk *talk, struct bytes *in, struct buf *out,
			       enum starttls_step (*answered)(struct starttls_talk *talk, struct str line, struct buf *out));

/* Answers of "250-text", "250 text": after RFC 5321 section 4.2 and RFC 959 section 4.2. */
struct reply {
	unsigned code;
	bool last; /* no more lines of it come */
	struct str text;
};
enum reply_take { REPLY_HERE, REPLY_PART, REPLY_GARBAGE };
/* Uses talk->number for the code of an open multi-line reply. */
enum reply_take reply_take(struct starttls_talk *talk, struct bytes *in, struct reply *reply);

/* Whether a greeting is a three-digit reply of that code, and has the word in its first lines (any case). */
bool greeting_has(struct bytes greeting, const char *code, const char *word);

/* What bytes look like that no protocol of the table sends first: "SSH", "HTTP", "TLS from the first byte"; or NULL. */
const char *greeting_name(struct bytes greeting);

/* GARBAGE, with what came in the detail. */
enum starttls_step starttls_unexpected(struct starttls_talk *talk, struct bytes seen);
/* MISSING: "STARTTLS refused: …", what the server said. */
enum starttls_step starttls_refused(struct starttls_talk *talk, struct str said);

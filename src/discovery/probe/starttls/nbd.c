/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Network block devices: newstyle greeting, flags, option STARTTLS, acknowledgement. After the NBD protocol, "TLS support" and
 * "Fixed newstyle negotiation".
 */

#include <string.h>

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { GREETING, ASKED };
enum { OPTION_STARTTLS = 5, REPLY_ACK = 1, FLAG_FIXED = 1 };

static const char magic[] = "NBDMAGICIHAVEOPT";
static const uint64_t reply_magic = 0x3e889045565a9ull;

static enum starttls_step greeted(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	struct bytes words;
	uint16_t flags;

	if (memcmp(magic, in->data, in->len < 8 ? in->len : 8) != 0)
		return starttls_unexpected(talk, *in);
	if (in->len >= 16 && memcmp(magic, in->data, 16) != 0)
		return starttls_say(talk, STARTTLS_MISSING, "the server speaks the old style, which has no TLS");
	if (in->len < 18)
		return STARTTLS_MORE;
	if (!bytes_take(in, 16, &words) || !bytes_take_u16(in, &flags))
		return STARTTLS_MORE;
	if (!(flags & FLAG_FIXED))
		return starttls_say(talk, STARTTLS_MISSING, "the server has no fixed newstyle negotiation, so no TLS");
	buf_add_u32(out, flags & 3);
	buf_add(out, magic + 8, 8);
	buf_add_u32(out, OPTION_STARTTLS);
	buf_add_u32(out, 0);
	talk->state = ASKED;
	return STARTTLS_MORE;
}

static enum starttls_step answered(struct starttls_talk *talk, struct bytes *in)
{
	struct bytes rest = *in, text;
	uint32_t option, type, len;
	uint64_t number;

	if (!bytes_take_u64(&rest, &number) || !bytes_take_u32(&rest, &option) || !bytes_take_u32(&rest, &type) ||
	    !bytes_take_u32(&rest, &len))
		return STARTTLS_MORE;
	if (number != reply_magic || option != OPTION_STARTTLS || len > 4096)
		return starttls_say(talk, STARTTLS_GARBAGE, "this is no answer to an NBD option");
	if (!bytes_take(&rest, len, &text))
		return STARTTLS_MORE;
	*in = rest;
	return type == REPLY_ACK ? STARTTLS_TLS : starttls_refused(talk, str_from(text));
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;

	if (in->len > 0 && talk->state == GREETING)
		step = greeted(talk, in, out);
	if (step == STARTTLS_MORE && talk->state == ASKED)
		step = answered(talk, in);
	return step;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return str_starts(str_from(greeting), STR("NBDMAGIC")) ? STARTTLS_SURELY : STARTTLS_NO;
}

const struct starttls starttls_nbd = {
	.name = "nbd",
	.source = "NBD protocol",
	.ports = {10809},
	.server_speaks_first = true,
	.speak = speak,
	.recognise = recognise,
};

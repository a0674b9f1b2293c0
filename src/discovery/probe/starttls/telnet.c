/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Telnet: the START_TLS option, then "follows" from both sides as subnegotiation. All other options are declined; text of a
 * login prompt is skipped. After draft-altman-telnet-starttls-02 section 3, RFC 854.
 */

#include "discovery/probe/starttls/lines.h"
#include "discovery/probe/starttls/table.h"

enum { START, OFFERED, FOLLOWS };
enum { IAC = 255, DONT = 254, DO = 253, WONT = 252, WILL = 251, SB = 250, SE = 240 };
enum { START_TLS = 46, TLS_FOLLOWS = 1 };

static void say(struct buf *out, uint8_t verb, uint8_t option)
{
	buf_add_u8(out, IAC);
	buf_add_u8(out, verb);
	buf_add_u8(out, option);
}

static enum starttls_step option_seen(struct starttls_talk *talk, uint8_t verb, uint8_t option, struct buf *out)
{
	if (option != START_TLS) {
		if (verb == DO || verb == WILL)
			say(out, verb == DO ? WONT : DONT, option);
		return STARTTLS_MORE;
	}
	if (verb == DONT || verb == WONT)
		return starttls_say(talk, STARTTLS_MISSING, "the server declines the START_TLS option");
	if (talk->state == OFFERED) {
		talk->state = FOLLOWS;
		buf_add(out, "\xff\xfa\x2e\x01\xff\xf0", 6);
	}
	return STARTTLS_MORE;
}

/* Length of a subnegotiation at the front, with IAC SB and IAC SE; 0: not whole. */
static size_t subnegotiation_len(struct bytes in)
{
	for (size_t i = 2; i + 1 < in.len; i++) {
		if (in.data[i] != IAC)
			continue;
		if (in.data[i + 1] == SE)
			return i + 2;
		i++;
	}
	return 0;
}

/* Takes one command; false when it is not whole. */
static bool command_take(struct starttls_talk *talk, struct bytes *in, struct buf *out, enum starttls_step *step)
{
	size_t len = 2;

	if (in->len < 2)
		return false;
	if (in->data[1] == SB) {
		len = subnegotiation_len(*in);
		if (len == 6 && in->data[2] == START_TLS && in->data[3] == TLS_FOLLOWS && talk->state == FOLLOWS)
			*step = STARTTLS_TLS;
	} else if (in->data[1] >= WILL && in->data[1] <= DONT) {
		len = in->len < 3 ? 0 : 3;
		if (len)
			*step = option_seen(talk, in->data[1], in->data[2], out);
	}
	*in = bytes_of(in->data + len, in->len - len);
	return len > 0;
}

static enum starttls_step speak(struct starttls_talk *talk, struct bytes *in, struct buf *out)
{
	enum starttls_step step = STARTTLS_MORE;

	if (talk->state == START) {
		say(out, WILL, START_TLS);
		talk->state = OFFERED;
	}
	while (step == STARTTLS_MORE) {
		while (in->len > 0 && in->data[0] != IAC)
			*in = bytes_of(in->data + 1, in->len - 1);
		if (!command_take(talk, in, out, &step))
			break;
	}
	return step;
}

static enum starttls_guess recognise(struct bytes greeting)
{
	return greeting.len >= 3 && greeting.data[0] == IAC && greeting.data[1] >= WILL && greeting.data[1] <= DONT
		       ? STARTTLS_SURELY
		       : STARTTLS_NO;
}

const struct starttls starttls_telnet = {
	.name = "telnet",
	.source = "draft-altman-telnet-starttls-02",
	.ports = {23},
	.speak = speak,
	.recognise = recognise,
};

/* SPDX-License-Identifier: Apache-2.0 */

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

#include "base/limits.h"
#include "base/loop.h"
#include "programs/message.h"

struct end {
	struct channel *channel;
	bool ready, free_in_call;
	size_t messages, closed;
	struct err why;
	struct message last;
	char text[64];
};

static void on_ready(void *data)
{
	((struct end *)data)->ready = true;
}

static void on_message(void *data, const struct message *message)
{
	struct end *end = data;

	end->messages++;
	end->last = *message;
	snprintf(end->text, sizeof end->text, "%.*s", STR_ARG(str_from(message->texts[0])));
	if (end->free_in_call) {
		channel_free(end->channel);
		end->channel = NULL;
	}
}

static void on_closed(void *data, const struct err *why)
{
	struct end *end = data;

	end->closed++;
	end->why = *why;
}

static const struct channel_calls calls = {on_ready, on_message, on_closed};

struct pair {
	struct loop *loop;
	struct end engine, probe;
	int raw; /* the probe's end, when the test plays it */
};

static void pair_start(struct pair *pair, bool play_probe)
{
	struct err err;
	int ends[2];

	memset(pair, 0, sizeof *pair);
	pair->loop = loop_new();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_true(channel_open(pair->loop, ends[0], MESSAGE_ENGINE, MESSAGE_PROBE, &calls, &pair->engine,
				 &pair->engine.channel, &err));
	pair->raw = ends[1];
	if (!play_probe)
		assert_true(channel_open(pair->loop, ends[1], MESSAGE_PROBE, MESSAGE_ENGINE, &calls, &pair->probe,
					 &pair->probe.channel, &err));
}

static void pair_end(struct pair *pair)
{
	channel_free(pair->engine.channel);
	if (pair->probe.channel)
		channel_free(pair->probe.channel);
	else if (pair->raw >= 0)
		close(pair->raw);
	loop_free(pair->loop);
}

static void turn(struct pair *pair)
{
	for (int i = 0; i < 20; i++)
		loop_turn(pair->loop, 1);
}

TEST(messages_come_whole_and_in_order_whatever_their_size)
{
	static char big[3000000];
	struct message message = {.kind = MESSAGE_RECORD, .numbers = {7, 0}};
	struct pair pair;

	pair_start(&pair, false);
	turn(&pair);
	assert_true(pair.engine.ready && pair.probe.ready);
	memset(big, 'x', sizeof big);
	for (uint64_t i = 0; i < 10; i++) {
		message.numbers[1] = i;
		message.texts[0] = bytes_of(big, i % 2 ? sizeof big : 1);
		assert_true(channel_send(pair.probe.channel, &message));
	}
	for (int i = 0; i < 1000 && pair.engine.messages < 10; i++)
		loop_turn(pair.loop, 1);
	assert_int_equal(pair.engine.messages, 10);
	assert_int_equal(pair.engine.last.numbers[1], 9);
	assert_int_equal(channel_backlog(pair.probe.channel), 0);
	pair_end(&pair);
	(void)state;
}

TEST(absent_text_is_not_empty_text)
{
	struct message message = {.kind = MESSAGE_TARGET, .numbers = {1, 2, 3}};
	struct pair pair;

	pair_start(&pair, false);
	message.texts[0] = bytes_of("a", 1);
	message.texts[1] = bytes_of("", 0);
	assert_true(channel_send(pair.engine.channel, &message));
	turn(&pair);
	assert_int_equal(pair.probe.messages, 1);
	assert_non_null(pair.probe.last.texts[1].data);
	assert_null(pair.probe.last.texts[2].data);
	pair_end(&pair);
	(void)state;
}

TEST(a_message_that_is_too_long_is_not_sent_and_harms_nothing)
{
	static char big[LIMIT_MESSAGE_BYTES];
	struct message message = {.kind = MESSAGE_RECORD, .texts = {{(const uint8_t *)big, sizeof big}}};
	struct pair pair;

	pair_start(&pair, false);
	memset(big, 'x', sizeof big);
	assert_false(channel_send(pair.probe.channel, &message));
	message.texts[0] = bytes_of("ok", 2);
	assert_true(channel_send(pair.probe.channel, &message));
	turn(&pair);
	assert_string_equal(pair.engine.text, "ok");
	pair_end(&pair);
	(void)state;
}

/* What the probe's end writes, and whether the engine's end closes. */
static void play(const void *bytes, size_t len, bool closes)
{
	struct pair pair;

	pair_start(&pair, true);
	assert_int_equal(write(pair.raw, bytes, len), len);
	turn(&pair);
	assert_int_equal(pair.engine.closed, closes);
	if (closes)
		assert_int_equal(pair.engine.why.kind, ERR_PROTOCOL);
	pair_end(&pair);
}

TEST(the_first_wrong_byte_closes_the_channel)
{
	static const char hello[] = "\0\0\0\x11\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02";
	char twice[2 * (sizeof hello - 1)];

	play(hello, sizeof hello - 1, false);
	memcpy(twice, hello, sizeof hello - 1);
	memcpy(twice + sizeof hello - 1, hello, sizeof hello - 1);
	play(twice, sizeof twice, true);
	play("\0\0\0\x11\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x02", 21, true); /* another version */
	play("\0\0\0\x11\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01", 21, true); /* another role */
	play("\0\0\0\x09\x04\0\0\0\0\0\0\0\x07", 13, true);                   /* no hello, and not its to send */
	play("\0\0\0\x11\x07\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\0", 21, true);   /* no hello */
	play("\xff\xff\xff\xff", 4, true);                                    /* longer than any */
	play("\0\0\0\x01\x63", 5, true);                                      /* no such kind */
	play("\0\0\0\0", 4, true);                                            /* nothing in it */
	play("\0\0\0\x05\x01\0\0\0\0", 9, true);                              /* too short */
	(void)state;
}

TEST(the_end_of_the_peer_is_told_once)
{
	struct pair pair;

	pair_start(&pair, true);
	close(pair.raw);
	pair.raw = -1;
	turn(&pair);
	assert_int_equal(pair.engine.closed, 1);
	assert_int_equal(pair.engine.why.kind, ERR_UNREACHED);
	pair_end(&pair);
	(void)state;
}

TEST(a_channel_may_be_freed_within_its_call)
{
	struct message message = {.kind = MESSAGE_IDLE};
	struct pair pair;

	pair_start(&pair, false);
	pair.engine.free_in_call = true;
	for (int i = 0; i < 5; i++)
		assert_true(channel_send(pair.probe.channel, &message));
	turn(&pair);
	assert_int_equal(pair.engine.messages, 1);
	assert_int_equal(pair.probe.closed, 1);
	pair_end(&pair);
	(void)state;
}

TESTS(RUN(messages_come_whole_and_in_order_whatever_their_size), RUN(absent_text_is_not_empty_text),
      RUN(a_message_that_is_too_long_is_not_sent_and_harms_nothing), RUN(the_first_wrong_byte_closes_the_channel),
      RUN(the_end_of_the_peer_is_told_once), RUN(a_channel_may_be_freed_within_its_call))

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A walk with its fetching: one question at a time, so many a second, and patience with a server that is busy: what it
 * asks for in Retry-After, else twice as long each time. Who has to wait too long gives up and says when to come back.
 */

#include <stdlib.h>

#include "base/loop.h"
#include "base/memory.h"
#include "discovery/ct/inside.h"
#include "wire/egress.h"

enum {
	RATE = 4,
	TIMEOUT_MS = 60000,
	TRIES = 5,
	WAIT_MOST_S = 60,     /* within one run */
	RETRY_S = 900,
	RETRY_MOST_S = 86400,
};

struct ct_reader {
	struct ct_reader_options options;
	struct ct_walk *walk;
	struct loop_timer step;
	struct egress_call *call;
	struct ct_fetch fetch;
	unsigned tries;
	int64_t next_ms; /* not before */
	struct err why;
};

static void end_due(struct loop_timer *timer)
{
	struct ct_reader *reader = container_of(timer, struct ct_reader, step);

	reader->options.ended(reader->options.data, reader->why.kind == ERR_NONE ? NULL : &reader->why);
}

/* From the loop: who is told may free all of it, what is calling us now included. */
static void end(struct ct_reader *reader, const struct err *why)
{
	if (why)
		reader->why = *why;
	loop_timer_start(reader->options.loop, &reader->step, 0, end_due);
}

static void give_up(struct ct_reader *reader, int64_t retry_s, const char *why)
{
	struct err err = {0};

	err_set(&err, ERR_LATER, "%.*s: %s", STR_ARG(reader->options.walk.log->name), why);
	err.retry_s = (uint32_t)(retry_s > RETRY_MOST_S ? RETRY_MOST_S : retry_s);
	end(reader, &err);
}

static void ask_due(struct loop_timer *timer);
static void step_due(struct loop_timer *timer);

/* retry_after_s: -1: not said */
static void patience(struct ct_reader *reader, int64_t retry_after_s, const char *why)
{
	int64_t wait_s = retry_after_s >= 0 ? retry_after_s : INT64_C(1) << reader->tries;

	if (wait_s > WAIT_MOST_S || ++reader->tries >= TRIES) {
		give_up(reader, wait_s > RETRY_S ? wait_s : RETRY_S, why);
		return;
	}
	loop_timer_start(reader->options.loop, &reader->step, wait_s * 1000, ask_due);
}

static bool is_busy(unsigned status)
{
	return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

static void answered(void *data, const struct egress_answer *answer, const struct err *err)
{
	struct ct_reader *reader = data;

	reader->call = NULL;
	if (answer && is_busy(answer->status)) {
		patience(reader, answer->retry_after_s, "it is busy, and asks to be left alone");
		return;
	}
	if (!answer && (err->kind == ERR_UNREACHED || err->kind == ERR_TIMEOUT || err->kind == ERR_LATER)) {
		patience(reader, -1, err->text);
		return;
	}
	if (!answer && !str_is(str_of(err->code), "egress-too-long")) {
		end(reader, err);
		return;
	}
	reader->tries = 0;
	if (answer)
		ct_walk_answer(reader->walk, answer->status, answer->body);
	else
		ct_walk_too_long(reader->walk);
	loop_timer_start(reader->options.loop, &reader->step, 0, step_due);
}

static void ask_due(struct loop_timer *timer)
{
	struct ct_reader *reader = container_of(timer, struct ct_reader, step);
	struct egress_ask ask = {.url = reader->fetch.url, .most_bytes = reader->fetch.most_bytes, .timeout_ms = TIMEOUT_MS};
	uint32_t rate = reader->options.rate ? reader->options.rate : RATE;

	reader->next_ms = loop_now_ms(reader->options.loop) + 1000 / rate;
	reader->call = egress_ask(reader->options.egress, &ask, answered, reader);
}

static void step_due(struct loop_timer *timer)
{
	struct ct_reader *reader = container_of(timer, struct ct_reader, step);
	const struct ct_batch *batch = NULL;
	struct err err = {0};
	int64_t wait_ms;

	switch (ct_walk_next(reader->walk, &reader->fetch, &batch, &err)) {
	case CT_FETCH:
		wait_ms = reader->next_ms - loop_now_ms(reader->options.loop);
		loop_timer_start(reader->options.loop, &reader->step, wait_ms > 0 ? wait_ms : 0, ask_due);
		return;
	case CT_BATCH:
		reader->options.batch(reader->options.data, batch);
		return;
	case CT_REFUSED:
		end(reader, &err);
		return;
	case CT_END:
		end(reader, NULL);
		return;
	}
}

struct ct_reader *ct_reader_new(const struct ct_reader_options *options)
{
	struct ct_reader *reader = NEW(struct ct_reader);

	reader->options = *options;
	reader->walk = ct_walk_new(&options->walk);
	loop_timer_start(options->loop, &reader->step, 0, step_due);
	return reader;
}

void ct_reader_go(struct ct_reader *reader)
{
	loop_timer_start(reader->options.loop, &reader->step, 0, step_due);
}

void ct_reader_free(struct ct_reader *reader)
{
	if (!reader)
		return;
	egress_cancel(reader->call);
	loop_timer_stop(reader->options.loop, &reader->step);
	ct_walk_free(reader->walk);
	free(reader);
}

/* SPDX-License-Identifier: Apache-2.0 */

/* The waiting form: a loop of its own for one question. */

#include "base/arena.h"
#include "wire/egress/inside.h"

struct waiting {
	struct loop *loop;
	struct arena *arena;
	struct egress_answer answer;
	struct err err;
	bool ok;
};

static struct str keep(struct arena *arena, struct str text)
{
	return text.data ? arena_str(arena, text) : text;
}

static void answered(void *data, const struct egress_answer *answer, const struct err *err)
{
	struct waiting *waiting = data;

	waiting->ok = answer != NULL;
	if (answer) {
		waiting->answer = *answer;
		waiting->answer.type = keep(waiting->arena, answer->type);
		waiting->answer.location = keep(waiting->arena, answer->location);
		waiting->answer.body = arena_bytes(waiting->arena, answer->body);
	} else {
		waiting->err = *err;
	}
	loop_stop(waiting->loop);
}

bool egress_ask_and_wait(const struct egress_policy *policy, const char *dns_servers, struct bytes roots_pem,
			 struct arena *arena, const struct egress_ask *ask, struct egress_answer *out, struct err *err)
{
	struct waiting waiting = {.loop = loop_new(), .arena = arena};
	struct egress_options options = {.loop = waiting.loop, .policy = *policy, .roots_pem = roots_pem};
	struct egress *egress;

	if (!dns_open(waiting.loop, dns_servers, &options.dns, err)) {
		loop_free(waiting.loop);
		return false;
	}
	egress = egress_new(&options);
	egress_ask(egress, ask, answered, &waiting);
	loop_run(waiting.loop);
	dns_close(options.dns);
	egress_free(egress);
	loop_free(waiting.loop);
	if (waiting.ok)
		*out = waiting.answer;
	else if (err)
		*err = waiting.err;
	return waiting.ok;
}

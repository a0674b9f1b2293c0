/* SPDX-License-Identifier: Apache-2.0 */

#include "decisions/trust/programs.h"

#include <string.h>

#include "base/arena.h"
#include "decisions/trust/reason.h"

#define SCTS_MAX 64

/* "Mozilla" for "mozilla". */
static struct str program_word(struct arena *arena, struct str name)
{
	char *copy = arena_chars(arena, name.len + 1);

	if (!name.len)
		return name;
	memcpy(copy, name.data, name.len);
	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 32);
	return (struct str){copy, name.len};
}

static struct str issued_too_late(struct arena *arena, const struct trust_query *query,
				  int64_t last, const struct cert *anchor)
{
	return arena_format(
		arena,
		"issued by %.*s, which %.*s stopped trusting for certificates issued after %.*s",
		STR_ARG(reason_subject(arena, anchor)),
		STR_ARG(program_word(arena, query->store->name)),
		STR_ARG(reason_date(arena, last)));
}

static struct str logged_too_late(struct arena *arena, const struct trust_query *query,
				  int64_t last_ms, const struct cert *anchor)
{
	int64_t times[SCTS_MAX];
	size_t count = cert_sct_times(query->leaf, times, COUNT_OF(times));

	for (size_t i = 0; i < count && i < COUNT_OF(times); i++)
		if (times[i] <= last_ms)
			return (struct str){0};
	return arena_format(
		arena,
		"issued by %.*s, which %.*s stopped trusting for certificates logged after %.*s%s",
		STR_ARG(reason_subject(arena, anchor)),
		STR_ARG(program_word(arena, query->store->name)),
		STR_ARG(reason_date(arena, last_ms / 1000)),
		count ? "" : "; it carries no signed timestamp from before");
}

struct str programs_problem(struct arena *arena, const struct trust_query *query,
			    const struct trust_anchor_limits *limits, const struct cert *anchor)
{
	if (query->leaf->not_before > limits->not_before_max)
		return issued_too_late(arena, query, limits->not_before_max, anchor);
	if (limits->sct_max_ms != INT64_MAX)
		return logged_too_late(arena, query, limits->sct_max_ms, anchor);
	return (struct str){0};
}

int64_t programs_limit(const struct trust_anchor_limits *limits)
{
	int64_t logged = limits->sct_max_ms == INT64_MAX ? INT64_MAX : limits->sct_max_ms / 1000;

	return logged < limits->not_before_max ? logged : limits->not_before_max;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* Whether a certificate continues the lineage of the one it took the place of: see the door. */

#include "decisions/path.h"

static bool has(const struct path_names *names, struct str wanted)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_equal_nocase(names->names[i], wanted))
			return true;
	return false;
}

/* A list may name one twice. */
static bool is_first(const struct path_names *names, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_equal_nocase(names->names[i], names->names[at]))
			return false;
	return true;
}

static size_t different(const struct path_names *names)
{
	size_t count = 0;

	for (size_t i = 0; i < names->count; i++)
		count += is_first(names, i);
	return count;
}

static size_t shared(const struct path_names *a, const struct path_names *b)
{
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++)
		count += is_first(a, i) && has(b, a->names[i]);
	return count;
}

bool path_continues(const struct path_names *before, const struct path_names *after)
{
	size_t both, smaller, larger, a, b;

	if (before->main.len == 0 || !str_equal_nocase(before->main, after->main))
		return false;
	a = different(before);
	b = different(after);
	smaller = a < b ? a : b;
	larger = a < b ? b : a;
	both = shared(before, after);
	return both > 0 && (both == smaller || 2 * both >= larger);
}

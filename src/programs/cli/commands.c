/* SPDX-License-Identifier: Apache-2.0 */

/* All commands: one line each, its code is NAME.c. The order is that of the help. */

#include "programs/cli/command.h"

#include <string.h>

/* clang-format off */
#define COMMANDS_ALL(X) \
	X(up) \
	X(serve) \
	X(scan) \
	X(check) \
	X(inspect) \
	X(verify) \
	X(status) \
	X(list) \
	X(show) \
	X(where) \
	X(timeline) \
	X(map) \
	X(view) \
	X(team) \
	X(service) \
	X(own) \
	X(tag) \
	X(ignore) \
	X(adopt) \
	X(source) \
	X(changes) \
	X(coverage) \
	X(rule) \
	X(job) \
	X(open) \
	X(export) \
	X(import) \
	X(audit) \
	X(api) \
	X(login) \
	X(whoami) \
	X(demo) \
	X(config) \
	X(doctor) \
	X(backup) \
	X(restore) \
	X(migrate) \
	X(engine) \
	X(probe) \
	X(finder) \
	X(completion) \
	X(manual) \
	X(version) \
	X(help)
/* clang-format on */

#define X(name) extern const struct command command_##name;
COMMANDS_ALL(X)
#undef X

const struct command *const command_table[] = {
#define X(name) &command_##name,
	COMMANDS_ALL(X)
#undef X
};
const size_t command_count = COUNT_OF(command_table);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	return NULL;
}

/* Levenshtein distance of two short words. */
static size_t distance(const char *a, const char *b)
{
	size_t row[32], len = strlen(b);

	if (strlen(a) >= COUNT_OF(row) || len >= COUNT_OF(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);

			best = best < above + 1 ? best : above + 1;
			best = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
			row[j] = best;
			diagonal = above;
		}
	}
	return row[len];
}

const struct command *command_nearest(const char *typed)
{
	const struct command *nearest = NULL;
	size_t best = 3;

	for (size_t i = 0; i < command_count; i++) {
		size_t far = command_table[i]->summary ? distance(typed, command_table[i]->name) : SIZE_MAX;

		if (far < best) {
			best = far;
			nearest = command_table[i];
		}
	}
	return nearest;
}

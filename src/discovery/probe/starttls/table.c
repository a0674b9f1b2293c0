/* SPDX-License-Identifier: Apache-2.0 */

/* Finding a protocol by name, port or greeting, and what all of them share. */

#include "discovery/probe/starttls/table.h"

#include <stdarg.h>
#include <stdio.h>

#define X(name) &starttls_##name,
const struct starttls *const starttls_all[] = {STARTTLS_ALL(X) NULL};
#undef X

const struct starttls *starttls_named(struct str name)
{
	for (const struct starttls *const *at = starttls_all; *at; at++)
		if (str_is(name, (*at)->name))
			return *at;
	return NULL;
}

const struct starttls *starttls_of_port(uint16_t port)
{
	for (const struct starttls *const *at = starttls_all; *at; at++)
		for (size_t i = 0; i < COUNT_OF((*at)->ports) && (*at)->ports[i]; i++)
			if ((*at)->ports[i] == port)
				return *at;
	return NULL;
}

const struct starttls *starttls_of_greeting(struct bytes greeting)
{
	const struct starttls *best = NULL;
	enum starttls_guess best_guess = STARTTLS_NO;

	for (const struct starttls *const *at = starttls_all; *at; at++) {
		enum starttls_guess guess = (*at)->recognise ? (*at)->recognise(greeting) : STARTTLS_NO;

		if (guess > best_guess) {
			best = *at;
			best_guess = guess;
		}
	}
	return best;
}

enum starttls_step starttls_say(struct starttls_talk *talk, enum starttls_step step,
				const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(talk->detail, sizeof talk->detail, format, args);
	va_end(args);
	for (char *c = talk->detail; *c; c++)
		if ((unsigned char)*c < 32 || (unsigned char)*c > 126)
			*c = '?';
	return step;
}

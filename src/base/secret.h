/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * secret - bytes that must not be seen: passwords, tokens, keys.
 *
 * A type of its own, so that the compiler keeps it out of logs, JSON and str. Its memory is left out of
 * core dumps and wiped when done.
 */

#include "base/err.h"

struct secret {
	uint8_t *hidden;
	size_t len;
};

/* A copy of b; the caller wipes the original. */
struct secret secret_new(struct bytes b);

/* So many random bytes from the kernel. */
struct secret secret_random(size_t len);

void secret_done(struct secret *secret); /* wipes and frees; for CLEANUP */

/* For the one function that has to see it. Does not outlive the secret. */
struct bytes secret_reveal(const struct secret *secret);

/* Same length and bytes, in a time that depends on the length alone. */
bool secret_equal(struct bytes a, struct bytes b);

/* Wipes memory in a way the compiler keeps. */
void secret_wipe(void *data, size_t len);

/*
 * First line of a file, without its line end, at most 64 KiB; "-" is standard input.
 * err  ERR_ABSENT, ERR_DENIED, ERR_INPUT
 */
MUST_CHECK bool secret_read_file(const char *path, struct secret *out, struct err *err);

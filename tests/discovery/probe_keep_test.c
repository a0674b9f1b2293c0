/* SPDX-License-Identifier: Apache-2.0 */

/* Certificates are read once, rendered when shown again, and forgotten only when no record shows them. */

#include "test.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json.h"
#include "discovery/probe/room.h"
#include "facts/cert.h"

static struct bytes a_certificate(struct arena *arena)
{
	char path[512];
	struct bytes text, der = {0};
	struct str pem, line;
	struct err err;
	CLEANUP(buf_done) struct buf digits = buf_capped(65536);

	snprintf(path, sizeof path, "%s/data/trust/mozilla_tls_roots.pem", getenv("KEEPVALID_SOURCE"));
	assert_true(file_read(arena, path, 1 << 20, &text, &err));
	pem = str_from(text);
	while (str_take_line(&pem, &line) && !str_starts(line, STR("-----BEGIN")))
		;
	while (str_take_line(&pem, &line) && !str_starts(line, STR("-----END")))
		buf_add_str(&digits, line);
	assert_true(base64_read(buf_str(&digits), arena, &der));
	return der;
}

TEST(a_certificate_is_read_and_rendered_once)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf text = buf_capped(65536);
	struct json_out json = json_out_start(&text);
	struct bytes der = a_certificate(arena);
	struct keep *keep = keep_new(true);
	struct scan_cert *first = keep_take(keep, der), *again = keep_take(keep, arena_bytes(arena, der));
	uint64_t kept, parsed;

	assert_ptr_equal(first, again);
	assert_non_null(first->facts);
	cert_write(&json, first->facts);
	assert_true(str_equal(first->facts_json, buf_str(&text)));
	keep_count(keep, &kept, &parsed);
	assert_int_equal(kept, 1);
	assert_int_equal(parsed, 1);
	keep_free(keep);
	(void)state;
}

TEST(what_a_record_shows_is_not_forgotten_and_the_longest_unused_goes_first)
{
	struct keep *keep = keep_new(true);
	struct scan_cert *certs[10];
	uint64_t kept, parsed;

	for (uint8_t i = 0; i < 10; i++) {
		uint8_t der[8] = {0x30, 6, i, i, i, i, i, i};

		certs[i] = keep_take(keep, bytes_of(der, sizeof der));
		assert_null(certs[i]->facts);
		assert_true(certs[i]->problem.len > 0);
	}
	for (int i = 0; i < 9; i++)
		keep_drop(keep, certs[i]);
	keep_forget(keep, 3);
	keep_count(keep, &kept, &parsed);
	assert_int_equal(kept, 3);
	for (uint8_t i = 0; i < 10; i++) {
		uint8_t der[8] = {0x30, 6, i, i, i, i, i, i};

		if (i < 7)
			continue;
		assert_ptr_equal(keep_take(keep, bytes_of(der, sizeof der)), certs[i]); /* these stayed */
	}
	keep_count(keep, &kept, &parsed);
	assert_int_equal(parsed, 10);
	keep_forget(keep, 0);
	keep_count(keep, &kept, &parsed);
	assert_int_equal(kept, 3);
	keep_free(keep);
	(void)state;
}

TESTS(RUN(a_certificate_is_read_and_rendered_once),
      RUN(what_a_record_shows_is_not_forgotten_and_the_longest_unused_goes_first))

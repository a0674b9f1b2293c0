/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include "base/arena.h"
#include "discovery/target.h"

TEST(a_line_is_one_word_where_one_word_can_say_it)
{
	static const struct {
		const char *line, *word; /* NULL: no target; "!": it cannot be said */
	} rows[] = {
		{"www.example.org", "www.example.org"},
		{"  10.0.0.0/24 # ours", "10.0.0.0/24"},
		{"# a comment", NULL},
		{"", NULL},
		{"www.example.org 8443", "www.example.org:8443"},
		{"www.example.org:443 8443", "www.example.org:8443"},
		{"2001:db8::1, 8443", "[2001:db8::1]:8443"},
		{"[2001:db8::1]:443 8443", "[2001:db8::1]:8443"},
		{"192.0.2.1 443 tls www.example.org", "!"},
		{"192.0.2.1 443 - www.example.org", "www.example.org@192.0.2.1:443"},
		{"192.0.2.1 - - www.example.org", "www.example.org@192.0.2.1"},
		{"mail.example.org 2525 smtp", "smtp://mail.example.org:2525"},
		{"mail.example.org smtp", "smtp://mail.example.org:25"},
		{"mail.example.org:2525 - smtp", "smtp://mail.example.org:2525"},
		{"10.0.0.0/24 25 smtp", "!"},
		{"smtp://mail.example.org 2525", "!"},
		{"name@192.0.2.1 8443", "!"},
		{"192.0.2.1 70000", "!"},
		{"a b c d e", "!"},
	};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err err = {0};
		struct str word = {0};
		bool good = target_line_word(arena, str_of(rows[i].line), &word, &err);

		assert_int_equal(good, !rows[i].word || rows[i].word[0] != '!');
		if (!good)
			assert_true(err.kind == ERR_INPUT && err.fix[0]);
		else if (!rows[i].word)
			assert_null(word.data);
		else
			assert_true(str_is(word, rows[i].word));
	}
	(void)state;
}

TESTS(RUN(a_line_is_one_word_where_one_word_can_say_it))

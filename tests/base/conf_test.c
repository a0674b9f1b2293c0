/* SPDX-License-Identifier: Apache-2.0 */

#include <stdio.h>

#include "test.h"

#include "base/arena.h"
#include "base/conf.h"

struct made {
	struct str name;
	int64_t size, wait_s;
	bool flag;
	int word;
	struct conf_texts list;
};

static const char *const words[] = {"one", "two", NULL};
static const struct conf_field fields[] = {
	{"name", CONF_TEXT, offsetof(struct made, name), "usual", "a name"},
	{"list", CONF_TEXTS, offsetof(struct made, list), "", "a list"},
	{"part.size", CONF_NUMBER, offsetof(struct made, size), "3", "a size", NULL, 1, 10},
	{"part.wait", CONF_DURATION, offsetof(struct made, wait_s), "15m", "a time", NULL, 1, 86400},
	{"part.flag", CONF_FLAG, offsetof(struct made, flag), "false", "yes or no"},
	{"part.word", CONF_WORD, offsetof(struct made, word), "two", "a word", words},
};

static bool read_conf(struct arena *arena, const char *text, struct made *out, struct err *err)
{
	memset(out, 0, sizeof *out);
	conf_usual(arena, fields, COUNT_OF(fields), out);
	return conf_read(arena, "f.yaml", str_of(text), fields, COUNT_OF(fields), out, err);
}

TEST(what_stands_in_the_file_counts_and_the_rest_is_usual)
{
	struct arena *arena = arena_new();
	struct made made;
	struct err err = {0};

	assert_true(read_conf(arena, "", &made, &err));
	assert_str(made.name, "usual");
	assert_int_equal(made.size, 3);
	assert_int_equal(made.wait_s, 900);
	assert_int_equal(made.word, 1);
	assert_int_equal(made.list.count, 0);
	assert_true(read_conf(arena, "# c\nname: \"a: b\"\npart:\n  size: 7\n  flag: yes\n  word: one\nlist: [x, y]\n", &made,
			      &err));
	assert_str(made.name, "a: b");
	assert_int_equal(made.size, 7);
	assert_true(made.flag);
	assert_int_equal(made.word, 0);
	assert_int_equal(made.list.count, 2);
	assert_str(made.list.at[1], "y");
	assert_true(read_conf(arena, "list: z\npart:\n", &made, &err));
	assert_int_equal(made.list.count, 1);
	arena_free(arena);
	(void)state;
}

TEST(what_is_wrong_is_said_with_its_line_and_column)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"nmae: x\n", "f.yaml:1:1: unknown key \"nmae\" (did you mean \"name\"?)"},
		{"a: 1\n", "f.yaml:1:1: unknown key \"a\""},
		{"name: x\npart:\n  sise: 1\n", "f.yaml:3:3: unknown key \"part.sise\" (did you mean \"part.size\"?)"},
		{"name: x\nname: y\n", "f.yaml:2:1: key \"name\" stands in line 1 already"},
		{"part:\n  size: 11\n", "f.yaml:2:9: part.size has to be a number from 1 to 10"},
		{"part:\n  size: many\n", "f.yaml:2:9: part.size has to be a number from 1 to 10"},
		{"part:\n  size: -1\n", "f.yaml:2:9: part.size has to be a number from 1 to 10"},
		{"part:\n  word: three\n", "f.yaml:2:9: part.word has to be one of one, two"},
		{"part:\n  flag: perhaps\n", "f.yaml:2:9: part.flag has to be true or false"},
		{"part: 5\n", "f.yaml:1:7: part: keys and values are wanted"},
		{"name: [a]\n", "f.yaml:1:7: name has to be text"},
		{"list: [[a]]\n", "f.yaml:1:8: list: a list of texts is wanted"},
		{"- a\n", "f.yaml:1:1: the file: keys and values are wanted"},
		{"{[a]: b}\n", "f.yaml:1:2: a key has to be text"},
		{"name: \"x\n", "f.yaml:2:1: found unexpected end of stream"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct made made;
		struct err err = {0};

		assert_false(read_conf(arena, rows[i].text, &made, &err));
		assert_string_equal(err.text, rows[i].says);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	arena_free(arena);
	(void)state;
}

TEST(what_is_printed_can_be_read_again)
{
	struct arena *arena = arena_new();
	struct made made, again;
	struct err err = {0};
	char text[2048] = "";
	FILE *to = fmemopen(text, sizeof text, "w");

	assert_true(read_conf(arena, "name: \"q\\\"\\\\ \\x01\"\nlist: [\"a,b\", c]\npart: {wait: 90s}\n", &made, &err));
	conf_write(to, fields, COUNT_OF(fields), &made);
	fclose(to);
	assert_true(read_conf(arena, text, &again, &err));
	assert_true(str_equal(made.name, again.name));
	assert_int_equal(again.wait_s, 90);
	assert_int_equal(again.list.count, 2);
	assert_str(again.list.at[0], "a,b");
	arena_free(arena);
	(void)state;
}

TESTS(RUN(what_stands_in_the_file_counts_and_the_rest_is_usual), RUN(what_is_wrong_is_said_with_its_line_and_column),
      RUN(what_is_printed_can_be_read_again))

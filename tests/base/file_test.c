/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/secret.h"

static char folder[] = "/tmp/keepvalid-file-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

TEST(a_file_is_replaced_whole_with_its_mode)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes back;
	struct stat st;
	struct err err;

	assert_non_null(mkdtemp(folder));
	assert_true(file_write(in_folder("a"), bytes_of("one", 3), 0600, &err));
	assert_true(file_write(in_folder("a"), bytes_of("three", 5), 0640, &err));
	assert_true(file_read(arena, in_folder("a"), 5, &back, &err));
	assert_str(str_from(back), "three");
	assert_int_equal(stat(in_folder("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	(void)state;
}

TEST(a_file_over_the_limit_is_refused_and_an_absent_one_is_named)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct bytes back;
	struct err err;

	assert_false(file_read(arena, in_folder("a"), 4, &back, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.code, "file-too-large");
	assert_false(file_read(arena, in_folder("absent"), 4, &back, &err));
	assert_int_equal(err.kind, ERR_ABSENT);
	assert_non_null(strstr(err.text, "absent"));
	assert_false(file_read(arena, folder, 100, &back, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	(void)state;
}

TEST(folders_are_made_with_their_parents)
{
	struct stat st;
	struct err err;

	assert_true(file_make_folder(in_folder("x/y/z"), 0700, &err));
	assert_true(file_make_folder(in_folder("x/y/z"), 0700, &err));
	assert_int_equal(stat(in_folder("x/y/z"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_false(file_make_folder(in_folder("a/b"), 0700, &err));
	(void)state;
}

TEST(a_secret_is_the_first_line_of_its_file)
{
	CLEANUP(secret_done) struct secret secret = {0};
	struct err err;

	assert_true(file_write(in_folder("s"), bytes_of("pass word\r\nnext", 15), 0600, &err));
	assert_true(secret_read_file(in_folder("s"), &secret, &err));
	assert_true(secret_equal(secret_reveal(&secret), bytes_of("pass word", 9)));
	assert_false(secret_equal(secret_reveal(&secret), bytes_of("pass worD", 9)));
	assert_false(secret_equal(secret_reveal(&secret), bytes_of("pass", 4)));
	assert_false(secret_read_file(in_folder("absent"), &secret, &err));
	(void)state;
}

TEST(two_random_secrets_differ)
{
	CLEANUP(secret_done) struct secret one = secret_random(32), two = secret_random(32);

	assert_false(secret_equal(secret_reveal(&one), secret_reveal(&two)));
	(void)state;
}

TEST(everything_is_removed)
{
	static const char *const names[] = {"a", "s", "x/y/z", "x/y", "x"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(remove(in_folder(names[i])), 0);
	assert_int_equal(rmdir(folder), 0);
	(void)state;
}

TESTS(RUN(a_file_is_replaced_whole_with_its_mode),
      RUN(a_file_over_the_limit_is_refused_and_an_absent_one_is_named),
      RUN(folders_are_made_with_their_parents), RUN(a_secret_is_the_first_line_of_its_file),
      RUN(two_random_secrets_differ), RUN(everything_is_removed))

/* SPDX-License-Identifier: Apache-2.0 */

/* api/session against a real store: setup, login, ends; and the throttle by itself. */

#include "records/store_fixture.h"

#include "api/session.h"
#include "api/session/throttle.h"

#define PASSWORD STR("correct horse battery")
#define FROM STR("192.0.2.1")

static struct fixture f;
static struct sessions *sessions;

static int start(void **state)
{
	fixture_start(&f);
	sessions = sessions_new(f.store);
	return 0;
}

static int stop(void **state)
{
	sessions_free(sessions);
	fixture_end(&f);
	return 0;
}

static void set_up(struct session_open *open)
{
	char token[SESSION_TOKEN_CHARS + 1];

	OK(&f, session_setup_token(sessions, NOW, token, &f.err));
	OK(&f, session_setup(sessions, f.arena, str_of(token), STR("anna"), PASSWORD, FROM, NOW, open, &f.err));
}

static struct str token_str(const struct session_open *open)
{
	return (struct str){open->token, SESSION_TOKEN_CHARS};
}

TEST(a_setup_token_is_used_once_and_only_the_last_one)
{
	char first[SESSION_TOKEN_CHARS + 1], token[SESSION_TOKEN_CHARS + 1];
	struct session_open open;
	bool needed = false;

	OK(&f, session_setup_needed(sessions, &needed, &f.err));
	assert_true(needed);
	OK(&f, session_setup_token(sessions, NOW, first, &f.err));
	OK(&f, session_setup_token(sessions, NOW, token, &f.err));
	assert_false(session_setup(sessions, f.arena, str_of(first), STR("anna"), PASSWORD, FROM, NOW, &open, &f.err));
	assert_string_equal(f.err.code, "setup-token");
	assert_false(session_setup(sessions, f.arena, str_of(token), STR("anna"), PASSWORD, FROM, NOW + 3601, &open,
				   &f.err));
	assert_string_equal(f.err.code, "setup-token");
	OK(&f, session_setup(sessions, f.arena, str_of(token), STR("anna"), PASSWORD, FROM, NOW, &open, &f.err));
	assert_str(open.user.name, "anna");
	assert_false(session_setup(sessions, f.arena, str_of(token), STR("eve"), PASSWORD, FROM, NOW, &open, &f.err));
	assert_string_equal(f.err.code, "setup-done");
	OK(&f, session_setup_needed(sessions, &needed, &f.err));
	assert_false(needed);
}

TEST(names_and_passwords_have_bounds)
{
	static const struct {
		const char *name, *password, *code;
	} rows[] = {
		{"anna", "elevenchars", "password-length"},
		{"anna", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "password-length"},
		{"", "correct horse", "user-name"},
		{"-anna", "correct horse", "user-name"},
		{"an na", "correct horse", "user-name"},
		{"anna\x01", "correct horse", "user-name"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "correct horse", "user-name"},
	};
	char token[SESSION_TOKEN_CHARS + 1];
	struct session_open open;

	OK(&f, session_setup_token(sessions, NOW, token, &f.err));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_false(session_setup(sessions, f.arena, str_of(token), str_of(rows[i].name),
					   str_of(rows[i].password), FROM, NOW, &open, &f.err));
		assert_string_equal(f.err.code, rows[i].code);
	}
}

TEST(a_session_ends_when_idle_when_old_and_at_logout)
{
	struct session_open open, second;
	struct model_session found;

	set_up(&open);
	OK(&f, session_find(sessions, f.arena, token_str(&open), NOW + 1, &found, &f.err));
	assert_str(found.user.name, "anna");
	assert_false(session_find(sessions, f.arena, token_str(&open), NOW + 43201, &found, &f.err));
	assert_int_equal(f.err.kind, ERR_ABSENT);
	for (int64_t at = NOW; at < NOW + 604800; at += 40000)
		OK(&f, session_find(sessions, f.arena, token_str(&open), at, &found, &f.err));
	assert_false(session_find(sessions, f.arena, token_str(&open), NOW + 604801, &found, &f.err));
	OK(&f, session_login(sessions, f.arena, STR("Anna"), PASSWORD, FROM, NOW, &second, &f.err));
	OK(&f, session_find(sessions, f.arena, token_str(&second), NOW, &found, &f.err));
	OK(&f, session_logout(sessions, &found, FROM, NOW, &f.err));
	assert_false(session_find(sessions, f.arena, token_str(&second), NOW, &found, &f.err));
	assert_false(session_find(sessions, f.arena, STR("short"), NOW, &found, &f.err));
}

TEST(a_wrong_name_and_a_wrong_password_are_told_alike)
{
	struct session_open open;
	struct err by_name = {0}, by_password = {0};

	set_up(&open);
	assert_false(session_login(sessions, f.arena, STR("anna"), STR("wrong"), FROM, NOW, &open, &by_password));
	assert_false(session_login(sessions, f.arena, STR("nobody"), PASSWORD, FROM, NOW, &open, &by_name));
	assert_int_equal(by_name.kind, ERR_DENIED);
	assert_string_equal(by_name.text, by_password.text);
	assert_string_equal(by_name.code, by_password.code);
	assert_string_equal(by_name.fix, by_password.fix);
}

TEST(guesses_are_slowed_by_address_and_by_name)
{
	struct session_open open;

	set_up(&open);
	for (int i = 0; i < 5; i++) {
		assert_false(session_login(sessions, f.arena, STR("anna"), STR("wrong"), FROM, NOW, &open, &f.err));
		assert_string_equal(f.err.code, "login-wrong");
	}
	assert_false(session_login(sessions, f.arena, STR("anna"), PASSWORD, FROM, NOW, &open, &f.err));
	assert_string_equal(f.err.code, "login-throttled");
	assert_true(f.err.retry_s >= 1);
	assert_false(session_login(sessions, f.arena, STR("bert"), PASSWORD, FROM, NOW, &open, &f.err));
	assert_string_equal(f.err.code, "login-throttled");
	assert_false(session_login(sessions, f.arena, STR("ANNA"), PASSWORD, STR("192.0.2.9"), NOW, &open, &f.err));
	assert_string_equal(f.err.code, "login-throttled");
	OK(&f, session_login(sessions, f.arena, STR("anna"), PASSWORD, FROM, NOW + 1, &open, &f.err));
	assert_false(session_login(sessions, f.arena, STR("anna"), STR("wrong"), FROM, NOW + 2, &open, &f.err));
	assert_string_equal(f.err.code, "login-wrong"); /* the right password has cleared the count */
}

TEST(what_is_kept_is_neither_token_nor_password)
{
	struct session_open open;
	struct buf content = buf_capped(1 << 26);

	set_up(&open);
	place_dump(&f.place, &content);
	assert_true(buf_ok(&content) && content.len > 0);
	assert_null(memmem(content.data, content.len, open.token, SESSION_TOKEN_CHARS));
	assert_null(memmem(content.data, content.len, "correct horse", 13));
	assert_non_null(memmem(content.data, content.len, "$argon2id$v=19$m=65536,t=3,p=1$", 31));
	buf_done(&content);
}

TEST(the_wait_doubles_up_to_its_cap_and_is_forgotten)
{
	struct throttle *throttle = throttle_new();
	struct str kind = STR("k"), key = STR("a");

	for (int i = 0; i < THROTTLE_FREE; i++) {
		assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW), 0);
		throttle_failed(throttle, kind, key, NOW);
	}
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW), 1);
	throttle_failed(throttle, kind, key, NOW);
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW), 2);
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW + 1), 1);
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW + 2), 0);
	for (int i = 0; i < 100; i++)
		throttle_failed(throttle, kind, key, NOW);
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW), 60);
	assert_int_equal(throttle_wait(throttle, kind, STR("b"), 60, NOW), 0);
	assert_int_equal(throttle_wait(throttle, STR("l"), key, 60, NOW), 0);
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW - 100), 60); /* a clock that was set back */
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW + THROTTLE_FORGET_S), 0);
	throttle_failed(throttle, kind, key, NOW + THROTTLE_FORGET_S);
	throttle_passed(throttle, kind, key);
	assert_int_equal(throttle_wait(throttle, kind, key, 60, NOW + THROTTLE_FORGET_S), 0);
	for (int i = 0; i < 100000; i++) {
		char flood[16];

		snprintf(flood, sizeof flood, "%d", i);
		throttle_failed(throttle, kind, str_of(flood), NOW);
	}
	throttle_free(throttle);
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_setup_token_is_used_once_and_only_the_last_one),
		WITH_STORE(names_and_passwords_have_bounds),
		WITH_STORE(a_session_ends_when_idle_when_old_and_at_logout),
		WITH_STORE(a_wrong_name_and_a_wrong_password_are_told_alike),
		WITH_STORE(guesses_are_slowed_by_address_and_by_name),
		WITH_STORE(what_is_kept_is_neither_token_nor_password),
		RUN(the_wait_doubles_up_to_its_cap_and_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

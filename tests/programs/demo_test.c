/* SPDX-License-Identifier: Apache-2.0 */

/* The demo's table, what is said before TLS, and the certificates that its own CA makes. */

#include "programs/demo/stage.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "programs/demo.h"
#include "programs/demo/pki.h"
#include "programs/demo/x509.h"
#include "test.h"

static const int64_t now = 1795000000; /* 2026-11-18 */

static struct demo_listener listener_of(const char *name)
{
	struct demo_listener listener = {.row = demo_row_find(name, NULL)};

	listener.kind = listener.row->kind;
	return listener;
}

/* Hears one piece of text and compares the answer. */
static void expect(const struct demo_listener *listener, struct bytes said, enum demo_heard heard, struct bytes answer)
{
	CLEANUP(buf_done) struct buf in = buf_capped(1024);
	CLEANUP(buf_done) struct buf out = buf_capped(65536);

	buf_add_bytes(&in, said);
	assert_int_equal(demo_hear(listener, false, &in, &out), heard);
	assert_true(bytes_equal(buf_bytes(&out), answer));
}

#define BYTES(text) bytes_of(text, sizeof(text) - 1)

TEST(names_and_addresses_of_listeners_are_unique_and_on_loopback)
{
	for (size_t i = 0; i < demo_row_count; i++) {
		char address[16];
		size_t nth = SIZE_MAX;

		demo_row_address(i, 255, address);
		assert_int_equal(strncmp(address, "127.83.255.", 11), 0);
		assert_ptr_equal(demo_row_find(demo_rows[i].name, &nth), &demo_rows[i]);
		assert_int_equal(nth, i);
		assert_true(strlen(demo_rows[i].shows) > 20);
	}
	assert_true(demo_row_count <= 240);
}

TEST(every_borrowed_key_stands_before_its_borrower)
{
	for (size_t i = 0; i < demo_row_count; i++) {
		size_t owner = SIZE_MAX;

		if (!demo_rows[i].leaf.key_of)
			continue;
		assert_non_null(demo_row_find(demo_rows[i].leaf.key_of, &owner));
		assert_true(owner < i);
	}
}

TEST(smtp_starts_tls_after_its_word)
{
	struct demo_listener smtp = listener_of("smtp");

	expect(&smtp, BYTES("EHLO me\r\n"), HEARD_ANSWER,
	       BYTES("250-smtp.demo.keepvalid.example\r\n250-8BITMIME\r\n250 STARTTLS\r\n"));
	expect(&smtp, BYTES("starttls\r\n"), HEARD_TLS, BYTES("220 2.0.0 Ready to start TLS\r\n"));
	expect(&smtp, BYTES("MAIL FROM:<a@b>\r\n"), HEARD_ANSWER, BYTES("530 5.7.0 Must issue a STARTTLS command first\r\n"));
	expect(&smtp, BYTES("EHLO"), HEARD_MORE, BYTES(""));
}

TEST(imap_answers_with_the_tag_it_was_given)
{
	struct demo_listener imap = listener_of("imap");

	expect(&imap, BYTES("a7 STARTTLS\r\n"), HEARD_TLS, BYTES("a7 OK begin TLS now\r\n"));
	expect(&imap, BYTES("x LOGIN a b\r\n"), HEARD_ANSWER, BYTES("x BAD STARTTLS first\r\n"));
	expect(&imap, BYTES("\r\n"), HEARD_ANSWER, BYTES("* BAD STARTTLS first\r\n"));
}

TEST(postgres_answers_one_letter)
{
	struct demo_listener postgres = listener_of("postgres");

	expect(&postgres, BYTES("\0\0\0\x08\x04\xd2\x16\x2f"), HEARD_TLS, BYTES("S"));
	expect(&postgres, BYTES("\0\0\0\x08\x04\xd2\x16\x30"), HEARD_ANSWER, BYTES("N"));
	expect(&postgres, BYTES("GET / HTTP/1.0"), HEARD_END, BYTES(""));
}

TEST(ldap_repeats_the_message_id)
{
	struct demo_listener ldap = listener_of("ldap");
	static const char request[] = "\x30\x1d\x02\x01\x05\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20037";

	expect(&ldap, BYTES(request), HEARD_TLS, BYTES("\x30\x0c\x02\x01\x05\x78\x07\x0a\x01\x00\x04\x00\x04\x00"));
	expect(&ldap, bytes_of(request, 20), HEARD_MORE, BYTES(""));
	expect(&ldap, BYTES("\x31\x02\x02\x01"), HEARD_END, BYTES(""));
}

TEST(the_canned_ssl3_server_waits_for_a_whole_record)
{
	struct demo_listener old = listener_of("sslv3");

	old.canned_leaf = BYTES("not read");
	expect(&old, BYTES("\x16\x03\x01\x00\x04\x01\x00\x00"), HEARD_MORE, BYTES(""));
}

TEST(made_certificates_have_the_names_and_dates_of_their_recipe)
{
	char folder[] = "/tmp/keepvalid-demo-test-XXXXXX", lock[128];
	struct demo_pki *pki = NULL;
	struct err err = {0};

	assert_non_null(mkdtemp(folder));
	assert_true(demo_pki_open(folder, 9, now, &pki, &err));
	for (size_t i = 0; i < demo_row_count; i++) {
		const struct demo_leaf *recipe = &demo_rows[i].leaf;
		struct demo_pair pair = {0};
		char host[128];

		if (!demo_kind_has_certificate(demo_rows[i].kind))
			continue;
		assert_true(demo_pki_leaf(pki, i, recipe, demo_rows[i].name, now, &pair, &err));
		assert_int_equal(demo_x509_not_after(pair.cert) < now, recipe->to_s < 0);
		assert_int_equal(demo_x509_not_before(pair.cert) > now, recipe->from_s > 0);
		demo_row_host(&demo_rows[i], host);
		assert_int_equal(X509_check_host(pair.cert, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL),
				 !recipe->no_names && !(recipe->host && recipe->host[0] != '*'));
		demo_pair_done(&pair);
	}
	demo_pki_free(pki);
	snprintf(lock, sizeof lock, "%s/lock", folder);
	assert_false(demo_remove(folder, &err)); /* without its lock file it may be anybody's */
	fclose(fopen(lock, "w"));
	assert_true(demo_remove(folder, &err));
	assert_int_equal(access(folder, F_OK), -1);
}

TEST(kept_certificates_are_used_again_until_their_dates_have_moved_on)
{
	char folder[] = "/tmp/keepvalid-demo-test-XXXXXX", lock[128];
	struct demo_pair first = {0}, second = {0}, third = {0};
	struct demo_pki *pki = NULL;
	struct err err = {0};
	size_t nth = 0;
	const struct demo_row *row = demo_row_find("three-days", &nth);

	assert_non_null(mkdtemp(folder));
	assert_true(demo_pki_open(folder, 9, now, &pki, &err));
	assert_true(demo_pki_leaf(pki, nth, &row->leaf, row->name, now, &first, &err));
	demo_pki_free(pki);
	assert_true(demo_pki_open(folder, 9, now + 3600, &pki, &err));
	assert_true(demo_pki_leaf(pki, nth, &row->leaf, row->name, now + 3600, &second, &err));
	assert_true(demo_pki_leaf(pki, nth, &row->leaf, row->name, now + 2 * 86400, &third, &err));
	assert_int_equal(X509_cmp(first.cert, second.cert), 0);
	assert_int_not_equal(X509_cmp(first.cert, third.cert), 0);
	demo_pair_done(&first);
	demo_pair_done(&second);
	demo_pair_done(&third);
	demo_pki_free(pki);
	snprintf(lock, sizeof lock, "%s/lock", folder);
	fclose(fopen(lock, "w"));
	assert_true(demo_remove(folder, &err));
}

TEST(what_changed_is_told_once_and_all_to_newcomers)
{
	char folder[] = "/tmp/keepvalid-demo-test-XXXXXX", path[128];
	struct demo_stage stage = {.folder = folder, .network = 3};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct err err = {0};
	uint64_t seen = 0, newcomer = 0;
	struct str *targets;
	size_t count;

	assert_non_null(mkdtemp(folder));
	assert_false(demo_news(arena, folder, &seen, &targets, &count, &err));
	assert_int_equal(err.kind, ERR_ABSENT);
	assert_true(demo_news_start(&stage, &err));
	snprintf(path, sizeof path, "%s/targets", folder);
	assert_true(file_write(path, BYTES("a:1\nb:2\n"), 0600, &err));
	assert_true(demo_news(arena, folder, &seen, &targets, &count, &err));
	assert_int_equal(count, 2);
	assert_str(targets[1], "b:2");
	assert_true(demo_news(arena, folder, &seen, &targets, &count, &err));
	assert_int_equal(count, 0);
	demo_news_add(&stage, 0);
	demo_news_add(&stage, 0);
	assert_true(demo_news(arena, folder, &seen, &targets, &count, &err));
	assert_int_equal(count, 1);
	assert_str(targets[0], "good.demo.keepvalid.example@127.83.3.10:18443");
	for (size_t i = 0; i < DEMO_NEWS_KEPT + 1; i++)
		demo_news_add(&stage, i % 5);
	assert_true(demo_news(arena, folder, &seen, &targets, &count, &err)); /* more than are kept: all */
	assert_int_equal(count, 2);
	assert_true(demo_news(arena, folder, &newcomer, &targets, &count, &err));
	assert_int_equal(count, 2);
	assert_int_equal(newcomer, seen);
	snprintf(path, sizeof path, "%s/lock", folder);
	assert_true(file_write(path, BYTES(""), 0600, &err));
	assert_true(demo_remove(folder, &err));
}

TESTS(RUN(what_changed_is_told_once_and_all_to_newcomers),
      RUN(names_and_addresses_of_listeners_are_unique_and_on_loopback),
      RUN(every_borrowed_key_stands_before_its_borrower),
      RUN(smtp_starts_tls_after_its_word),
      RUN(imap_answers_with_the_tag_it_was_given),
      RUN(postgres_answers_one_letter),
      RUN(ldap_repeats_the_message_id),
      RUN(the_canned_ssl3_server_waits_for_a_whole_record),
      RUN(made_certificates_have_the_names_and_dates_of_their_recipe),
      RUN(kept_certificates_are_used_again_until_their_dates_have_moved_on))

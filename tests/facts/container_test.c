/* SPDX-License-Identifier: Apache-2.0 */

/* Files of every kind: what is found in them, with and without the password. */

#include "test.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/secret.h"
#include "facts/container.h"

static struct bytes load(struct arena *arena, const char *path)
{
	struct bytes content;
	struct err err;

	if (!file_read(arena, path, 1 << 26, &content, &err))
		fail_msg("%s", err.text);
	return content;
}

static const struct container *read_bytes(struct arena *arena, struct bytes content, const char *password)
{
	struct secret secret = password ? secret_new(bytes_of(password, strlen(password))) : (struct secret){0};
	const struct container *container;
	struct err err;

	if (!container_read(arena, content, password ? &secret : NULL, 0, &container, &err))
		fail_msg("%s", err.text);
	secret_done(&secret);
	return container;
}

static const struct container *read_path(struct arena *arena, const char *path, const char *password)
{
	return read_bytes(arena, load(arena, path), password);
}

static size_t count(const struct container *container, enum container_kind kind)
{
	size_t number = 0;

	for (size_t i = 0; i < container->item_count; i++)
		number += container->items[i].kind == kind;
	return number;
}

static const struct container_item *first(const struct container *container, enum container_kind kind)
{
	for (size_t i = 0; i < container->item_count; i++)
		if (container->items[i].kind == kind)
			return &container->items[i];
	fail_msg("no such item");
	return NULL;
}

static bool has_problem(const struct container *container, const char *text)
{
	for (size_t i = 0; i < container->problem_count; i++)
		if (str_has(container->problems[i].text, str_of(text)))
			return true;
	return false;
}

static const struct store {
	const char *path, *password, *format;
	size_t certificates, keys;
	const char *subject; /* of the first certificate */
	bool open;           /* readable without the password */
} stores[] = {
	{"data/keystores/cert-key-aes256cbc.p12", "cryptography", "PKCS#12", 1, 1, "CN=cryptography CA,C=US", false},
	{"data/keystores/cert-rc2-key-3des.p12", "cryptography", "PKCS#12", 1, 1, "CN=cryptography CA,C=US", false},
	{"data/keystores/cert-aes256cbc-no-key.p12", "cryptography", "PKCS#12", 1, 0, "CN=cryptography CA,C=US", false},
	{"data/keystores/no-password.p12", "", "PKCS#12", 1, 1, "CN=cryptography CA,C=US", true},
	{"data/keystores/name-unicode-pwd.p12", "password", "PKCS#12", 3, 1, "CN=cryptography CA,C=US", false},
	{"data/keystores/java.p12", "changeit", "PKCS#12", 2, 2, "CN=two.example.org", false},
	{"data/keystores/keystore.jks", "password", "JKS", 0, 1, NULL, true},
	{"data/keystores/keystore_keypass.jks", "password", "JKS", 1, 1,
	 "CN=Unknown,OU=Unknown,O=Unknown,L=Unknown,ST=Unknown,C=UA", true},
	{"data/keystores/java-trusted.jks", "p\xc3\xa4ssw\xc3\xb6rd", "JKS", 1, 0, "CN=localhost", true},
	{"data/keystores/java.jceks", "changeit", "JCEKS", 2, 3, "CN=localhost", true},
	{"data/made/unicode.p12", "p\xc3\xa4ssw\xc3\xb6rd\xf0\x9f\x98\x80", "PKCS#12", 1, 1, "CN=a", false},
};

TEST(key_stores_open_with_their_password)
{
	for (size_t i = 0; i < COUNT_OF(stores); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct container *container = read_path(arena, stores[i].path, stores[i].password);

		if (container->problem_count)
			fail_msg("%s: %.*s", stores[i].path, STR_ARG(container->problems[0].text));
		assert_string_equal(container->format, stores[i].format);
		assert_int_equal(count(container, ITEM_CERTIFICATE), stores[i].certificates);
		assert_int_equal(count(container, ITEM_KEY), stores[i].keys);
		assert_int_equal(container->integrity,
				 stores[i].password[0] ? INTEGRITY_GOOD : container->integrity);
		if (stores[i].subject)
			assert_str(first(container, ITEM_CERTIFICATE)->cert->subject, stores[i].subject);
	}
	(void)state;
}

TEST(a_wrong_password_is_named_and_never_crashes)
{
	for (size_t i = 0; i < COUNT_OF(stores); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct container *container = read_path(arena, stores[i].path, "not the password");

		if (stores[i].password[0])
			assert_true(container->integrity == INTEGRITY_WRONG &&
				    has_problem(container, "the password does not fit"));
		if (stores[i].format[0] == 'J')
			assert_int_equal(count(container, ITEM_CERTIFICATE), stores[i].certificates);
	}
	(void)state;
}

TEST(without_a_password_what_is_open_is_shown)
{
	for (size_t i = 0; i < COUNT_OF(stores); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct container *container = read_path(arena, stores[i].path, NULL);

		assert_int_equal(has_problem(container, "--password-file"), !stores[i].open);
		if (stores[i].open)
			assert_int_equal(count(container, ITEM_CERTIFICATE), stores[i].certificates);
	}
	(void)state;
}

TEST(aliases_and_friendly_names_are_kept)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct container *container = read_path(arena, "data/keystores/java.jceks", "changeit");

	assert_str(first(container, ITEM_CERTIFICATE)->alias, "trusted");
	assert_str(first(container, ITEM_CERTIFICATE)->source, "entry 1");
	container = read_path(arena, "data/keystores/name-unicode-pwd.p12", "password");
	assert_str(first(container, ITEM_KEY)->alias, "\xe2\x98\xba");
	(void)state;
}

TEST(too_many_password_iterations_are_refused_before_they_are_made)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct secret password = secret_new(bytes_of("cryptography", 12));
	const struct container *container;
	struct err err;

	assert_true(container_read(arena, load(arena, "data/keystores/cert-key-aes256cbc.p12"), &password, 100,
				   &container, &err));
	assert_int_equal(container->item_count, 1); /* the key, still encrypted */
	assert_true(has_problem(container, "more password iterations"));
	secret_done(&password);
	(void)state;
}

static const struct {
	const char *path, *password, *format, *algorithm, *encryption;
	uint32_t bits;
	enum container_key_class class;
	bool encrypted, known;
} keys[] = {
	{"data/made/sec1.pem", NULL, "SEC1", "ec", NULL, 256, KEY_PRIVATE, false, true},
	{"data/made/pkcs8.pem", NULL, "PKCS#8", "ec", NULL, 256, KEY_PRIVATE, false, true},
	{"data/made/pkcs8enc.pem", NULL, "PKCS#8", NULL, "PBES2 aes-256-cbc, PBKDF2 2048 rounds", 0, KEY_PRIVATE, true, false},
	{"data/made/pkcs8enc.pem", "password", "PKCS#8", "ec", "PBES2 aes-256-cbc, PBKDF2 2048 rounds", 256, KEY_PRIVATE, true, true},
	{"data/made/pkcs8rsa.pem", "password", "PKCS#8", "rsa", "PBES2 aes-256-cbc, PBKDF2 2048 rounds", 1024, KEY_PRIVATE, true, true},
	{"data/made/sec1enc.pem", NULL, "PEM encrypted (RFC 1421)", NULL, "AES-128-CBC", 0, KEY_PRIVATE, true, false},
	{"data/made/pkcs1.pem", NULL, "PKCS#1", "rsa", NULL, 1024, KEY_PRIVATE, false, true},
	{"data/made/dsa.pem", NULL, "PKCS#8", "dsa", NULL, 1024, KEY_PRIVATE, false, true},
	{"data/made/ed25519.pem", NULL, "PKCS#8", "ed25519", NULL, 256, KEY_PRIVATE, false, true},
	{"data/made/explicit.pem", NULL, "SEC1", NULL, NULL, 0, KEY_PRIVATE, false, false},
	{"data/made/pub.pem", NULL, "SubjectPublicKeyInfo", "rsa", NULL, 1024, KEY_PUBLIC, false, true},
	{"data/made/rsapub.pem", NULL, "PKCS#1", "rsa", NULL, 1024, KEY_PUBLIC, false, true},
	{"data/made/ssh.key", NULL, "OpenSSH", "ed25519", NULL, 256, KEY_PRIVATE, false, false},
	{"data/made/ssh-rsa.key", NULL, "OpenSSH", "rsa", "aes256-ctr, bcrypt", 2048, KEY_PRIVATE, true, false},
};

TEST(keys_say_what_they_are)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct container *container = read_path(arena, keys[i].path, keys[i].password);
		const struct container_key *key = first(container, ITEM_KEY)->key;

		assert_int_equal(container->problem_count, 0);
		assert_str(key->format, keys[i].format);
		assert_int_equal(key->class, keys[i].class);
		assert_int_equal(key->encrypted, keys[i].encrypted);
		assert_int_equal(key->known, keys[i].known);
		assert_int_equal(key->public.bits, keys[i].bits);
		if (keys[i].encryption)
			assert_str(key->encryption, keys[i].encryption);
		if (keys[i].algorithm)
			assert_string_equal(cert_key_name(key->public.algorithm), keys[i].algorithm);
	}
	(void)state;
}

TEST(a_key_and_its_certificate_have_the_same_hash)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct container *key = read_path(arena, "data/made/sec1.pem", NULL);
	const struct container *cert = read_path(arena, "data/made/c.pem", NULL);
	const struct container *request = read_path(arena, "data/made/req.pem", NULL);

	assert_memory_equal(first(key, ITEM_KEY)->key->public.sha256, first(cert, ITEM_CERTIFICATE)->cert->key.sha256, 32);
	assert_memory_equal(first(key, ITEM_KEY)->key->public.sha256,
			    first(request, ITEM_REQUEST)->request->facts->key.sha256, 32);
	(void)state;
}

TEST(nothing_of_a_private_key_is_written)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		CLEANUP(buf_done) struct buf text = buf_capped(10000);
		struct json_out json = json_out_start(&text);
		const struct container *container = read_path(arena, keys[i].path, keys[i].password);

		container_key_write(&json, first(container, ITEM_KEY));
		assert_true(buf_ok(&text) && text.len < 500);
	}
	(void)state;
}

TEST(requests_are_read_with_what_they_ask_for)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct container *container = read_path(arena, "data/made/req.pem", NULL);
	const struct request *request = first(container, ITEM_REQUEST)->request;

	assert_str(request->facts->subject, "CN=a.example.org");
	assert_str(request->facts->names.dns.at[0], "a.example.org");
	assert_str(request->facts->names.ip.at[0], "192.0.2.1");
	assert_str(request->signature, "ecdsa-with-SHA256");
	assert_true(request->signature_good && !request->has_challenge);
	(void)state;
}

TEST(signed_data_gives_its_certificates_in_every_encoding)
{
	static const char *const paths[] = {"data/made/p7.der", "data/made/p7.pem", "data/made/ber.p7m"};
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct cert *plain = first(read_path(arena, "data/made/c.pem", NULL), ITEM_CERTIFICATE)->cert;

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		const struct container *container = read_path(arena, paths[i], NULL);

		assert_int_equal(container->problem_count, 0);
		assert_int_equal(container->item_count, 1);
		assert_true(bytes_equal(first(container, ITEM_CERTIFICATE)->cert->der, plain->der));
	}
	(void)state;
}

TEST(a_trusted_certificate_is_read_without_its_settings)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	const struct container *container = read_path(arena, "data/made/trusted.pem", NULL);

	assert_str(first(container, ITEM_CERTIFICATE)->cert->subject, "CN=a");
	assert_int_equal(container->problem_count, 0);
	(void)state;
}

/* Cuts every container at every byte, and turns every byte over. */
static void torture(const char *path, const char *password)
{
	CLEANUP(arena_done) struct arena *outer = arena_new();
	struct bytes content = load(outer, path);
	struct secret secret = secret_new(bytes_of(password, strlen(password)));
	uint8_t *copy = malloc(content.len);

	for (size_t i = 0; i < content.len; i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		uint8_t *cut = malloc(i ? i : 1);
		const struct container *container;
		struct err err;

		memcpy(cut, content.data, i);
		if (!container_read(arena, bytes_of(cut, i), NULL, 2, &container, &err))
			assert_int_equal(err.kind, ERR_INPUT);
		memcpy(copy, content.data, content.len);
		copy[i] ^= 0xff;
		if (!container_read(arena, bytes_of(copy, content.len), &secret, 2, &container, &err))
			assert_int_equal(err.kind, ERR_INPUT);
		free(cut);
	}
	free(copy);
	secret_done(&secret);
}

TEST(a_file_cut_anywhere_or_damaged_is_an_answer)
{
	static const char *const more[] = {"data/made/p7.der", "data/made/ber.p7m", "data/made/req.pem",
					   "data/made/ssh-rsa.key", "data/made/pkcs8enc.pem", "data/made/pkcs1.pem"};

	for (size_t i = 0; i < COUNT_OF(stores); i++)
		torture(stores[i].path, stores[i].password);
	for (size_t i = 0; i < COUNT_OF(more); i++)
		torture(more[i], "password");
	(void)state;
}

TEST(what_is_none_of_these_is_refused)
{
	static const struct bytes rows[] = {
		{NULL, 0}, {(const uint8_t *)"hello", 5}, {(const uint8_t *)"\0\0\0\0", 4},
		{(const uint8_t *)"-----END CERTIFICATE-----", 25}, {(const uint8_t *)"<html>", 6},
	};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct container *container;
		struct err err;

		assert_false(container_read(arena, rows[i], NULL, 0, &container, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_true(err.fix[0] != 0);
	}
	(void)state;
}

TEST(der_one_after_the_other_is_read_and_other_bytes_are_refused)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf text = buf_capped(100000);
	struct bytes one = load(arena, "data/revocation/rootca1.cer");
	const struct container *container;

	buf_add_bytes(&text, one);
	buf_add_bytes(&text, one);
	container = read_bytes(arena, buf_bytes(&text), NULL);
	assert_int_equal(container->item_count, 2);
	assert_int_equal(container->items[1].offset, one.len);
	buf_add_text(&text, "trailing");
	container = read_bytes(arena, buf_bytes(&text), NULL);
	assert_int_equal(container->item_count, 2);
	assert_int_equal(container->problems[0].offset, 2 * one.len);
	(void)state;
}

TESTS(RUN(key_stores_open_with_their_password), RUN(a_wrong_password_is_named_and_never_crashes),
      RUN(without_a_password_what_is_open_is_shown), RUN(aliases_and_friendly_names_are_kept),
      RUN(too_many_password_iterations_are_refused_before_they_are_made), RUN(keys_say_what_they_are),
      RUN(a_key_and_its_certificate_have_the_same_hash), RUN(nothing_of_a_private_key_is_written),
      RUN(requests_are_read_with_what_they_ask_for), RUN(signed_data_gives_its_certificates_in_every_encoding),
      RUN(a_trusted_certificate_is_read_without_its_settings), RUN(a_file_cut_anywhere_or_damaged_is_an_answer),
      RUN(what_is_none_of_these_is_refused), RUN(der_one_after_the_other_is_read_and_other_bytes_are_refused))

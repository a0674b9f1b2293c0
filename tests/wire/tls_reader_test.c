/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader against flights that libssl's server makes in memory: every TLS 1.3 suite, every group by
 * HelloRetryRequest, old versions and key exchanges, whole and cut at every byte.
 */

#include "test.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/limits.h"
#include "wire/tls.h"

struct server {
	SSL_CTX *context;
	SSL *ssl;
	BIO *in, *out;
	X509 *certificate;
};

static EVP_PKEY *key_of(const char *type)
{
	if (strcmp(type, "ec") == 0)
		return EVP_EC_gen("P-256");
	if (strcmp(type, "ed25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_RSA_gen(1024);
}

/* names makes the certificate large. */
static X509 *certificate_of(EVP_PKEY *key, int names)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"reader.test", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, key);
	if (names) {
		GENERAL_NAMES *all = GENERAL_NAMES_new();

		for (int i = 0; i < names; i++) {
			GENERAL_NAME *one = GENERAL_NAME_new();
			ASN1_IA5STRING *text = ASN1_IA5STRING_new();
			char host[64];

			snprintf(host, sizeof host, "host-%05d.of-a-large-certificate.test", i);
			ASN1_STRING_set(text, host, -1);
			GENERAL_NAME_set0_value(one, GEN_DNS, text);
			sk_GENERAL_NAME_push(all, one);
		}
		X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0, 0);
		GENERAL_NAMES_free(all);
	}
	assert_true(X509_sign(x, key, EVP_PKEY_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256()));
	return x;
}

struct shape {
	const char *key;
	int version, names;
	const char *suites, *ciphers, *groups;
	int ask_client;
	int padding;
};

static struct server server_new(const struct shape *shape)
{
	struct server server = {.context = SSL_CTX_new(TLS_server_method())};
	EVP_PKEY *key = key_of(shape->key ? shape->key : "rsa");

	server.certificate = certificate_of(key, shape->names);
	SSL_CTX_set_security_level(server.context, 0);
	SSL_CTX_set_min_proto_version(server.context, shape->version ? shape->version : 0);
	SSL_CTX_set_max_proto_version(server.context, shape->version);
	assert_int_equal(SSL_CTX_use_certificate(server.context, server.certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(server.context, key), 1);
	SSL_CTX_set_dh_auto(server.context, 1);
	assert_int_equal(SSL_CTX_set_cipher_list(server.context, shape->ciphers ? shape->ciphers : "ALL:eNULL:@SECLEVEL=0"), 1);
	if (shape->suites)
		assert_int_equal(SSL_CTX_set_ciphersuites(server.context, shape->suites), 1);
	if (shape->groups)
		assert_int_equal(SSL_CTX_set1_groups_list(server.context, (char *)(uintptr_t)shape->groups), 1);
	if (shape->ask_client)
		SSL_CTX_set_verify(server.context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	if (shape->padding)
		SSL_CTX_set_block_padding(server.context, 4096);
	server.ssl = SSL_new(server.context);
	server.in = BIO_new(BIO_s_mem());
	server.out = BIO_new(BIO_s_mem());
	SSL_set_bio(server.ssl, server.in, server.out);
	SSL_set_accept_state(server.ssl);
	EVP_PKEY_free(key);
	return server;
}

static void server_done(struct server *server)
{
	SSL_free(server->ssl);
	X509_free(server->certificate);
	SSL_CTX_free(server->context);
	ERR_clear_error();
}

/* What the server answers to these bytes. */
static void answer(struct server *server, const struct buf *asked, struct buf *answered)
{
	char *data;
	long len;

	BIO_write(server->in, asked->data, (int)asked->len);
	SSL_accept(server->ssl);
	len = BIO_get_mem_data(server->out, &data);
	buf_add(answered, data, (size_t)len);
	(void)BIO_reset(server->out);
}

static bool is_leaf(const struct server *server, struct bytes der)
{
	unsigned char *right = NULL;
	int len = i2d_X509(server->certificate, &right);
	bool same = len > 0 && bytes_equal(der, bytes_of(right, (size_t)len));

	OPENSSL_free(right);
	return same;
}

/* Reads bytes in pieces of step; the last event other than MORE before the flight ended. */
static enum tls_event read_pieces(struct tls_reader *reader, const struct server *server, struct bytes all,
				  size_t step, bool *leaf_seen)
{
	enum tls_event event = TLS_MORE;

	while (all.len) {
		struct bytes piece = {all.data, step < all.len ? step : all.len};
		size_t count;

		all = bytes_of(all.data + piece.len, all.len - piece.len);
		while ((event = tls_reader_read(reader, &piece)) != TLS_MORE) {
			if (event == TLS_CERTIFICATE)
				*leaf_seen = is_leaf(server, tls_reader_chain(reader, &count)[0]);
			if (event == TLS_RETRY || event >= TLS_NO_CERTIFICATE)
				return event;
		}
	}
	return event;
}

struct outcome {
	struct tls_seen seen;
	enum tls_event event;
	bool leaf_seen;
};

static struct outcome converse(const struct shape *shape, enum tls_hello_kind kind, size_t step)
{
	struct tls_machine *machine = tls_machine_new();
	struct tls_hello hello = {.kind = kind, .server_name = STR("reader.test"), .seed = 42};
	struct server server = server_new(shape);
	CLEANUP(buf_done) struct buf asked = buf_capped(65536), answered = buf_capped(1 << 22);
	struct tls_reader reader;
	struct outcome outcome = {0};

	tls_reader_start(&reader, machine, &hello);
	tls_hello_write(&hello, &asked);
	answer(&server, &asked, &answered);
	outcome.event = read_pieces(&reader, &server, buf_bytes(&answered), step, &outcome.leaf_seen);
	if (outcome.event == TLS_RETRY) {
		buf_clear(&asked);
		buf_clear(&answered);
		assert_true(tls_reader_retry(&reader, &asked));
		answer(&server, &asked, &answered);
		outcome.event = read_pieces(&reader, &server, buf_bytes(&answered), step, &outcome.leaf_seen);
	}
	outcome.seen = reader.seen;
	tls_reader_done(&reader);
	server_done(&server);
	tls_machine_free(machine);
	return outcome;
}

TEST(every_suite_of_tls13_is_opened)
{
	static const struct { const char *name; uint16_t code; } rows[] = {
		{"TLS_AES_128_GCM_SHA256", 0x1301}, {"TLS_AES_256_GCM_SHA384", 0x1302},
		{"TLS_CHACHA20_POLY1305_SHA256", 0x1303}, {"TLS_AES_128_CCM_SHA256", 0x1304},
		{"TLS_AES_128_CCM_8_SHA256", 0x1305},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct outcome o = converse(&(struct shape){.version = TLS1_3_VERSION, .suites = rows[i].name}, TLS_HELLO_ALL, 1 << 20);

		assert_true(o.leaf_seen);
		assert_int_equal(o.event, TLS_FLIGHT_END);
		assert_int_equal(o.seen.version, TLS_13);
		assert_int_equal(o.seen.suite, rows[i].code);
	}
	(void)state;
}

TEST(a_retry_request_for_any_group_is_answered_with_its_base_point)
{
	static const struct { const char *name; uint16_t code; } rows[] = {
		{"P-384", 24}, {"P-521", 25}, {"X448", 30}, {"ffdhe2048", 0x100}, {"ffdhe3072", 0x101}, {"ffdhe4096", 0x102},
		{"ffdhe6144", 0x103}, {"ffdhe8192", 0x104},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (int sha384 = 0; sha384 < 2; sha384++) {
			struct outcome o = converse(&(struct shape){.version = TLS1_3_VERSION, .groups = rows[i].name,
				.suites = sha384 ? "TLS_AES_256_GCM_SHA384" : "TLS_AES_128_GCM_SHA256"}, TLS_HELLO_ALL, 100);

			assert_true(o.seen.retried);
			assert_int_equal(o.seen.group, rows[i].code);
			assert_true(o.leaf_seen);
		}
	(void)state;
}

TEST(both_shares_of_the_first_hello_are_taken)
{
	assert_true(converse(&(struct shape){.version = TLS1_3_VERSION, .groups = "P-256"}, TLS_HELLO_ALL, 1 << 20).leaf_seen);
	assert_int_equal(converse(&(struct shape){.version = TLS1_3_VERSION, .groups = "X25519"}, TLS_HELLO_ALL, 1 << 20).seen.group, 29);
	(void)state;
}

TEST(one_hello_reaches_every_version_and_key_exchange)
{
	static const struct { struct shape shape; uint16_t version; const char *suite; } rows[] = {
		{{.version = TLS1_2_VERSION}, TLS_12, NULL},
		{{.version = TLS1_1_VERSION}, TLS_11, NULL},
		{{.version = TLS1_VERSION}, TLS_10, NULL},
		{{.version = TLS1_2_VERSION, .ciphers = "AES128-SHA"}, TLS_12, "TLS_RSA_WITH_AES_128_CBC_SHA"},
		{{.version = TLS1_2_VERSION, .ciphers = "DHE-RSA-AES128-SHA"}, TLS_12, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
		{{.version = TLS1_2_VERSION, .ciphers = "ECDHE-RSA-AES256-GCM-SHA384"}, TLS_12, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
		{{.version = TLS1_2_VERSION, .key = "ec", .ciphers = "ECDHE-ECDSA-AES128-CCM8"}, TLS_12, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
		{{.version = TLS1_2_VERSION, .key = "ed25519"}, TLS_12, NULL},
		{{.version = TLS1_3_VERSION, .key = "ed25519"}, TLS_13, NULL},
		{{.version = TLS1_3_VERSION, .key = "ec"}, TLS_13, NULL},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct outcome o = converse(&rows[i].shape, TLS_HELLO_ALL, 1 << 20);
		struct tls_name room;

		assert_true(o.leaf_seen);
		assert_int_equal(o.seen.version, rows[i].version);
		if (rows[i].suite)
			assert_str(tls_suite_name(o.seen.suite, &room), rows[i].suite);
	}
	(void)state;
}

TEST(an_rsa_server_answers_the_cheap_hello_without_signing)
{
	struct outcome o = converse(&(struct shape){.version = TLS1_2_VERSION}, TLS_HELLO_CHEAP, 1 << 20);

	assert_int_equal(tls_suite_kind(o.seen.suite), TLS_KIND_RSA);
	assert_true(o.leaf_seen);
	o = converse(&(struct shape){.version = TLS1_2_VERSION, .key = "ec"}, TLS_HELLO_CHEAP, 1 << 20);
	assert_int_equal(tls_suite_kind(o.seen.suite), TLS_KIND_ECDSA);
	assert_int_equal(o.seen.group, 29);
	(void)state;
}

TEST(a_flight_cut_at_every_step_is_read_all_the_same)
{
	static const struct shape shapes[] = {
		{.version = TLS1_3_VERSION, .names = 30}, {.version = TLS1_2_VERSION, .names = 30},
		{.version = TLS1_3_VERSION, .padding = 1}, {.version = TLS1_3_VERSION, .ask_client = 1},
	};

	for (size_t i = 0; i < COUNT_OF(shapes); i++)
		for (size_t step = 1; step < 24; step++)
			assert_true(converse(&shapes[i], TLS_HELLO_ALL, step).leaf_seen);
	(void)state;
}

TEST(a_certificate_of_many_records_is_read)
{
	struct outcome o = converse(&(struct shape){.version = TLS1_3_VERSION, .names = 2000}, TLS_HELLO_ALL, 1448);

	assert_true(o.leaf_seen);
	o = converse(&(struct shape){.version = TLS1_2_VERSION, .names = 2000}, TLS_HELLO_ALL, 1448);
	assert_true(o.leaf_seen);
	(void)state;
}

TEST(a_wish_for_a_client_certificate_is_seen)
{
	assert_true(converse(&(struct shape){.version = TLS1_3_VERSION, .ask_client = 1}, TLS_HELLO_ALL, 1 << 20).seen.client_certificate_asked);
	assert_true(converse(&(struct shape){.version = TLS1_2_VERSION, .ask_client = 1}, TLS_HELLO_ALL, 1 << 20).seen.client_certificate_asked);
	assert_false(converse(&(struct shape){.version = TLS1_2_VERSION}, TLS_HELLO_ALL, 1 << 20).seen.client_certificate_asked);
	(void)state;
}

TEST(a_server_without_that_kind_of_certificate_answers_with_an_alert)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		assert_int_equal(converse(&(struct shape){.version = versions[i]}, TLS_HELLO_ECDSA, 1 << 20).event, TLS_ALERT);
		assert_int_equal(converse(&(struct shape){.version = versions[i], .key = "ec"}, TLS_HELLO_RSA, 1 << 20).event, TLS_ALERT);
		assert_true(converse(&(struct shape){.version = versions[i], .key = "ec"}, TLS_HELLO_ECDSA, 1 << 20).leaf_seen);
		assert_true(converse(&(struct shape){.version = versions[i]}, TLS_HELLO_RSA, 1 << 20).leaf_seen);
		assert_true(converse(&(struct shape){.version = versions[i], .key = "ed25519"}, TLS_HELLO_RARE, 1 << 20).leaf_seen);
	}
	(void)state;
}

TEST(the_old_hellos_are_understood)
{
	assert_true(converse(&(struct shape){.version = TLS1_VERSION}, TLS_HELLO_OLD, 1 << 20).leaf_seen);
	assert_true(converse(&(struct shape){.version = TLS1_1_VERSION}, TLS_HELLO_TLS11, 1 << 20).leaf_seen);
	assert_true(converse(&(struct shape){.version = TLS1_VERSION}, TLS_HELLO_TLS10, 1 << 20).leaf_seen);
	assert_true(converse(&(struct shape){.version = TLS1_2_VERSION}, TLS_HELLO_SHORT, 1 << 20).leaf_seen);
	assert_true(converse(&(struct shape){.version = TLS1_VERSION}, TLS_HELLO_SSL20, 1 << 20).leaf_seen);
	assert_int_equal(converse(&(struct shape){.version = TLS1_2_VERSION, .ciphers = "ADH-AES128-SHA:@SECLEVEL=0"}, TLS_HELLO_LEGACY, 1 << 20).event,
			 TLS_NO_CERTIFICATE);
	assert_true(converse(&(struct shape){.version = TLS1_2_VERSION, .ciphers = "NULL-SHA:@SECLEVEL=0"}, TLS_HELLO_LEGACY, 1 << 20).leaf_seen);
	(void)state;
}

TEST(the_short_hello_is_short_and_the_first_one_is_not_of_the_length_that_hangs_some)
{
	for (int kind = 0; kind < TLS_HELLO_COUNT; kind++) {
		CLEANUP(buf_done) struct buf to = buf_capped(65536);
		struct tls_hello hello = {.kind = kind, .seed = 1};

		tls_hello_write(&hello, &to);
		assert_true(buf_ok(&to));
		if (kind == TLS_HELLO_SHORT)
			assert_true(to.len < 256);
		if (kind == TLS_HELLO_ALL)
			assert_true(to.len > 512);
	}
	(void)state;
}

TEST(a_whole_handshake_ends_with_the_chain_and_a_farewell)
{
	static const int versions[] = {TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};

	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		struct server server = server_new(&(struct shape){.version = versions[i]});
		struct tls_machine *machine = tls_machine_new();
		struct tls_whole *whole = tls_whole_new(machine, STR("reader.test"), TLS_WHOLE_USUAL);
		CLEANUP(buf_done) struct buf asked = buf_capped(65536), answered = buf_capped(65536);
		enum tls_event event = TLS_MORE;
		size_t count;

		for (int turn = 0; turn < 4 && event == TLS_MORE; turn++) {
			struct bytes in = buf_bytes(&answered);

			buf_clear(&asked);
			event = tls_whole_step(whole, &in, &asked);
			buf_clear(&answered);
			answer(&server, &asked, &answered);
		}
		assert_int_equal(event, TLS_FLIGHT_END);
		assert_true(is_leaf(&server, tls_whole_chain(whole, &count)[0]));
		assert_int_equal(tls_whole_seen(whole)->version, versions[i]);
		assert_int_equal(SSL_is_init_finished(server.ssl), 1);
		tls_whole_free(whole);
		server_done(&server);
		tls_machine_free(machine);
	}
	(void)state;
}

TESTS(RUN(every_suite_of_tls13_is_opened), RUN(a_retry_request_for_any_group_is_answered_with_its_base_point),
      RUN(both_shares_of_the_first_hello_are_taken), RUN(one_hello_reaches_every_version_and_key_exchange),
      RUN(an_rsa_server_answers_the_cheap_hello_without_signing),
      RUN(a_flight_cut_at_every_step_is_read_all_the_same), RUN(a_certificate_of_many_records_is_read),
      RUN(a_wish_for_a_client_certificate_is_seen),
      RUN(a_server_without_that_kind_of_certificate_answers_with_an_alert), RUN(the_old_hellos_are_understood),
      RUN(the_short_hello_is_short_and_the_first_one_is_not_of_the_length_that_hangs_some),
      RUN(a_whole_handshake_ends_with_the_chain_and_a_farewell))

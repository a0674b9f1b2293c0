/* SPDX-License-Identifier: Apache-2.0 */

/* The scan record as the contract writes it. */

#include "test.h"

#include "base/arena.h"
#include "facts/cert.h"
#include "facts/maker.h"
#include "facts/scan_record.h"

static struct buf written(const struct scan_record *record)
{
	struct buf text = buf_capped(1 << 20);
	struct json_out json = json_out_start(&text);

	scan_record_write(&json, record);
	assert_true(buf_ok(&text));
	return text;
}

TEST(a_refused_target_has_every_key)
{
	struct scan_record record = {
		.target = STR("host.example:443"),
		.host = STR("host.example"),
		.port = 443,
		.protocol = STR("tls"),
		.outcome = SCAN_REFUSED,
		.at_ms = 1763650800123,
		.elapsed_ms = 12,
		.connections = 1,
	};
	CLEANUP(buf_done) struct buf text = written(&record);

	assert_string_equal(text.data,
			    "{\"target\":\"host.example:443\",\"host\":\"host.example\",\"address\":null,\"port\":443,"
			    "\"protocol\":\"tls\",\"server_name\":null,\"outcome\":\"refused\",\"detail\":null,\"tls\":null,"
			    "\"chain\":[],\"other_leaves\":[],\"name_matches\":null,\"chain_complete\":null,"
			    "\"trust\":{\"mozilla\":null,\"chrome\":null,\"system\":null},"
			    "\"at\":\"2025-11-20T15:00:00Z\",\"elapsed_ms\":12,\"connections\":1}");
	(void)state;
}

TEST(a_whole_record_shows_what_the_endpoint_speaks_and_sends)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker m = maker_plain();
	struct scan_cert good = {.der = maker_cert(arena, &m)}, ready = {.facts_json = STR("{\"ready\":1}")};
	struct scan_cert bad = {.problem = STR("certificate: end at byte 3")};
	struct scan_cert *chain[] = {&good, &bad}, *others[] = {&ready};
	struct scan_record record = {
		.target = STR("a"), .host = STR("a"), .address = STR("192.0.2.1"), .port = 8443, .protocol = STR("tls"),
		.server_name = STR("a"), .outcome = SCAN_OK, .chain = chain, .chain_count = 2, .other_leaves = others,
		.other_leaf_count = 1, .name_matches = SCAN_YES, .chain_complete = SCAN_NO,
		.trust = {STR("trusted"), STR("not in the list"), STR("expired")},
	};
	struct err err;

	assert_true(cert_read(arena, good.der, &good.facts, &err));
	record.tls.known = true;
	record.tls.version = STR("TLSv1.3");
	record.tls.cipher = STR("TLS_AES_128_GCM_SHA256");
	record.tls.group = STR("x25519");
	record.tls.x25519mlkem768 = SCAN_YES;
	record.tls.versions[0] = STR("TLSv1.2");
	record.tls.versions[1] = STR("TLSv1.3");
	record.tls.version_count = 2;
	CLEANUP(buf_done) struct buf text = written(&record);

	assert_non_null(strstr(text.data, "\"tls\":{\"version\":\"TLSv1.3\",\"cipher\":\"TLS_AES_128_GCM_SHA256\","
					  "\"group\":\"x25519\",\"alpn\":null,\"x25519mlkem768\":true,"
					  "\"versions\":[\"TLSv1.2\",\"TLSv1.3\"],\"client_certificate_asked\":false}"));
	assert_non_null(strstr(text.data, "\"subject\":\"CN=x\",\"subject_cn\":\"x\",\"issuer\":\"CN=CA\""));
	assert_non_null(strstr(text.data, "\"problem\":\"certificate: end at byte 3\"}]"));
	assert_non_null(strstr(text.data, "\"other_leaves\":[{\"ready\":1}],\"name_matches\":true,\"chain_complete\":false,"
					  "\"trust\":{\"mozilla\":\"trusted\",\"chrome\":\"not in the list\",\"system\":\"expired\"}"));
	(void)state;
}

TEST(outcomes_have_the_names_of_the_contract)
{
	assert_string_equal(scan_outcome_name(SCAN_OK), "ok");
	assert_string_equal(scan_outcome_name(SCAN_STARTTLS_MISSING), "starttls-missing");
	assert_string_equal(scan_outcome_name(SCAN_CLIENT_CERTIFICATE_NEEDED), "client-certificate-needed");
	assert_string_equal(scan_outcome_name(SCAN_LIMIT), "limit");
	(void)state;
}

TESTS(RUN(a_refused_target_has_every_key), RUN(a_whole_record_shows_what_the_endpoint_speaks_and_sends),
      RUN(outcomes_have_the_names_of_the_contract))

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Logs of both kinds, honest and lying, against the walk. What an honest log has of ours comes whole, once, in order, in
 * however many pieces the walk is cut; of one that lies nothing comes.
 */

#include "test.h"

#include <openssl/rsa.h>

#include "ct_log_maker.h"

#define DOMAIN "example.org"

static struct ct_domains *domains;

struct found {
	size_t count, batches, pre, with_issuer;
	uint64_t index[4096], seen;
	struct ct_position position;
	struct buf text; /* the position as it is kept */
};

/* As the engine does: text in, text out. */
static void keep_position(struct found *found, const struct ct_position *position)
{
	struct json_out json;

	buf_clear(&found->text);
	json = json_out_start(&found->text);
	ct_position_write(&json, position);
	assert_true(buf_ok(&found->text));
}

static const struct ct_position *kept_position(struct found *found, struct arena *arena)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	struct err err = {0};

	if (!found->text.len)
		return NULL;
	assert_true(json_doc_read(buf_str(&found->text), &doc, &err));
	assert_true(ct_position_read(arena, json_doc_root(doc), &found->position, &err));
	return &found->position;
}

static void take(struct maker *maker, struct found *found, const struct ct_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct ct_entry *entry = &batch->entries[i];
		char serial[32];

		if (found->count)
			assert_true(entry->index > found->index[found->count - 1]);
		assert_true(maker->entries[entry->index].ours);
		assert_int_equal(entry->precert, maker->entries[entry->index].precert);
		snprintf(serial, sizeof serial, "%lx", maker->entries[entry->index].serial);
		assert_str(entry->cert->serial, serial);
		assert_int_equal(entry->cert->precertificate, entry->precert);
		found->index[found->count++] = entry->index;
		found->pre += entry->precert;
		found->with_issuer += entry->issuer != NULL;
	}
	found->batches++;
	found->seen += batch->seen;
	keep_position(found, batch->position);
}

/* Stops after so many batches (0: never) as if killed: what was not handed over is lost. */
static enum ct_next walk(struct maker *maker, struct found *found, enum ct_since since, int64_t since_at, size_t batches,
			 struct err *err)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf body = buf_capped(32 << 20);
	struct ct_walk_options options = {.log = &maker->log, .domains = domains, .since = since, .since_at = since_at,
					  .now = MADE_AT + 60, .position = kept_position(found, arena)};
	struct ct_walk *walk = ct_walk_new(&options);
	const struct ct_batch *batch;
	struct ct_fetch fetch;
	enum ct_next next;
	unsigned status;

	while ((next = ct_walk_next(walk, &fetch, &batch, err)) == CT_FETCH || next == CT_BATCH) {
		if (next == CT_BATCH) {
			take(maker, found, batch);
			if (batches && --batches == 0)
				break;
			continue;
		}
		buf_clear(&body);
		status = maker_answer(maker, fetch.url, &body);
		assert_true(buf_ok(&body));
		if (body.len > fetch.most_bytes)
			ct_walk_too_long(walk);
		else
			ct_walk_answer(walk, status, buf_bytes(&body));
	}
	ct_walk_free(walk);
	return next;
}

static struct found *found_new(void)
{
	struct found *found = calloc(1, sizeof *found);

	found->text = buf_capped(1 << 20);
	return found;
}

static void found_free(struct found *found)
{
	buf_done(&found->text);
	free(found);
}

static size_t ours_in(struct maker *maker, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++)
		count += maker->entries[i].ours;
	return count;
}

static const enum ct_api both[] = {CT_STATIC, CT_RFC6962};

TEST(all_of_ours_come_once_and_verified)
{
	(void)state;
	for (size_t k = 0; k < COUNT_OF(both); k++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct maker *maker = maker_new(arena, both[k], MAKER_NONE, 0);
		struct found *found = found_new();
		struct err err = {0};

		maker_grow(maker, 3000, DOMAIN, 13);
		if (walk(maker, found, CT_SINCE_ALL, 0, 0, &err) != CT_END)
			fail_msg("%s", err.text);
		assert_int_equal(found->seen, 3000);
		assert_int_equal(found->count, ours_in(maker, 0, 3000));
		assert_true(found->pre > 50 && found->pre < found->count);
		assert_int_equal(found->with_issuer, found->count);
		assert_int_equal(kept_position(found, arena)->read.count, 3000);
		found_free(found);
	}
}

TEST(a_walk_cut_anywhere_goes_on_without_a_gap)
{
	static const size_t sizes[] = {0, 1, 2, 255, 256, 257, 300, 511, 512, 700, 1000};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(both); k++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct maker *maker = maker_new(arena, both[k], MAKER_NONE, 0);
		struct found *found = found_new();
		struct err err = {0};

		for (size_t i = 0; i < COUNT_OF(sizes); i++) {
			maker_grow(maker, sizes[i], DOMAIN, 2);
			maker->at_ms += 100000;
			/* killed after each batch, and once more in the middle of the next */
			for (size_t cuts = 0; cuts < 100; cuts++) {
				enum ct_next next = walk(maker, found, CT_SINCE_ALL, 0, 1, &err);

				if (next == CT_REFUSED)
					fail_msg("size %zu: %s", sizes[i], err.text);
				if (kept_position(found, arena)->read.count == sizes[i])
					break;
			}
			assert_int_equal(found->count, ours_in(maker, 0, sizes[i]));
		}
		assert_int_equal(found->seen, 1000);
		found_free(found);
	}
}

TEST(it_begins_now_or_at_a_date)
{
	(void)state;
	for (size_t k = 0; k < COUNT_OF(both); k++) {
		for (size_t size = 1; size < 800; size += size < 5 ? 1 : 173) {
			CLEANUP(arena_done) struct arena *arena = arena_new();
			struct maker *maker = maker_new(arena, both[k], MAKER_NONE, 0);
			struct found *now = found_new(), *date = found_new();
			size_t from = size / 3;
			struct err err = {0};

			maker_grow(maker, size, DOMAIN, 3);
			if (walk(maker, now, CT_SINCE_NOW, 0, 0, &err) != CT_END)
				fail_msg("%s", err.text);
			assert_int_equal(now->count, 0);
			assert_int_equal(now->seen, 0);
			/* entries come every 10 ms: rounded up to the first of a second */
			from = from / 100 * 100;
			if (walk(maker, date, CT_SINCE_DATE, MADE_AT - 1000 + (int64_t)from / 100, 0, &err) != CT_END)
				fail_msg("%s", err.text);
			assert_int_equal(date->seen, size - from);
			assert_int_equal(date->count, ours_in(maker, from, size));
			maker_grow(maker, size + 40, DOMAIN, 3);
			maker->at_ms += 100000;
			assert_int_equal(walk(maker, now, CT_SINCE_NOW, 0, 0, &err), CT_END);
			assert_int_equal(now->seen, 40);
			assert_int_equal(now->count, ours_in(maker, size, size + 40));
			found_free(now);
			found_free(date);
		}
	}
}

/* Each lie, what it concerns, and the code it is refused with; NULL: it is not a lie that harms. */
static const struct {
	enum maker_lie lie;
	const char *of_static, *of_rfc6962;
} lies[] = {
	{MAKER_BAD_SIGNATURE, "ct-head", "ct-head"},
	{MAKER_OTHER_KEY, "ct-head", "ct-head"},
	{MAKER_OTHER_KEY_ID, "ct-head", NULL},
	{MAKER_OTHER_ORIGIN, "ct-head", NULL},
	{MAKER_NOT_A_NOTE, "ct-head", NULL},
	{MAKER_FORK, "ct-entries", "ct-entries"},
	{MAKER_WRONG_ENTRY, "ct-entries", "ct-entries"},
	{MAKER_SHORT_DATA, "ct-entry", NULL},
	{MAKER_SHORT_HASHES, "ct-tile", NULL},
	{MAKER_WRONG_HASHES, "ct-entries", NULL},
	{MAKER_WRONG_INDEX, "ct-entry", NULL},
	{MAKER_OTHER_PRECERT, "ct-entry", "ct-entry"},
	{MAKER_UNKNOWN_TYPE, "ct-entry", "ct-entry"},
	{MAKER_FUTURE_HEAD, "ct-time", "ct-time"},
	{MAKER_LATE_ENTRY, "ct-time", "ct-time"},
	{MAKER_EMPTY_ANSWER, NULL, "ct-answer"},
	{MAKER_TOO_MANY, NULL, "ct-answer"},
	{MAKER_WRONG_PROOF, NULL, "ct-entries"},
	{MAKER_NO_PARTIAL, NULL, NULL},
	{MAKER_WRONG_ISSUER, NULL, NULL},
};

TEST(nothing_is_taken_from_a_log_that_lies)
{
	(void)state;
	for (size_t k = 0; k < COUNT_OF(both); k++) {
		for (size_t i = 0; i < COUNT_OF(lies); i++) {
			CLEANUP(arena_done) struct arena *arena = arena_new();
			/* 298 is ours and a precertificate, 299 somebody else's */
			struct maker *maker = maker_new(arena, both[k], lies[i].lie, lies[i].lie == MAKER_WRONG_ENTRY ? 299 : 298);
			const char *code = both[k] == CT_STATIC ? lies[i].of_static : lies[i].of_rfc6962;
			struct found *found = found_new();
			struct err err = {0};
			enum ct_next next;

			/* to be cut into more than one batch: proofs are wanted */
			maker_grow(maker, 800, DOMAIN, 3);
			maker->size = 599;
			assert_true(maker->entries[298].ours && maker->entries[298].precert);
			next = walk(maker, found, CT_SINCE_ALL, 0, 0, &err);
			if (!code) {
				if (next != CT_END)
					fail_msg("lie %zu of %zu: %s", i, k, err.text);
				assert_int_equal(found->count, ours_in(maker, 0, maker->size));
			} else {
				if (next != CT_REFUSED || strcmp(err.code, code) != 0)
					fail_msg("lie %zu of %zu: \"%s\", \"%s\"", i, k, err.code, err.text);
				assert_int_equal(err.kind, ERR_PROTOCOL);
				for (size_t n = 0; n < found->count; n++)
					assert_true(found->index[n] < 298);
			}
			found_free(found);
		}
	}
}

TEST(a_log_that_forks_or_shrinks_is_found_out)
{
	(void)state;
	for (size_t k = 0; k < COUNT_OF(both); k++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct maker *maker = maker_new(arena, both[k], MAKER_NONE, 0);
		struct found *found = found_new();
		struct err err = {0};
		size_t before;

		maker_grow(maker, 600, DOMAIN, 3);
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_END);
		before = found->count;

		maker->at_ms += 1000; /* the same size with another root */
		maker->entries[100].hash[0] ^= 1;
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_REFUSED);
		assert_string_equal(err.code, "ct-fork");

		maker_grow(maker, 900, DOMAIN, 3); /* a larger one that does not go on from it */
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_REFUSED);
		assert_string_equal(err.code, "ct-fork");
		maker->entries[100].hash[0] ^= 1;

		maker->size = 500; /* smaller, and later */
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_REFUSED);
		assert_string_equal(err.code, "ct-shrunk");

		maker->at_ms -= 5000; /* smaller, and earlier: an old copy of it */
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_REFUSED);
		assert_int_equal(err.kind, ERR_LATER);
		assert_true(err.retry_s > 0);

		maker->size = 900; /* larger, and earlier */
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_REFUSED);
		assert_string_equal(err.code, "ct-time");

		assert_int_equal(found->count, before);
		maker->at_ms += 99000;
		assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_END);
		assert_int_equal(found->count, ours_in(maker, 0, 900));
		found_free(found);
	}
}

TEST(a_date_is_not_found_in_a_log_whose_tiles_lie)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker *maker = maker_new(arena, CT_STATIC, MAKER_WRONG_HASHES, 0);
	struct maker *other = maker_new(arena, CT_RFC6962, MAKER_WRONG_PROOF, 0);
	struct found *found = found_new();
	struct err err = {0};

	(void)state;
	maker_grow(maker, 300, DOMAIN, 3);
	assert_int_equal(walk(maker, found, CT_SINCE_NOW, 0, 0, &err), CT_REFUSED);
	assert_string_equal(err.code, "ct-entries");
	maker_grow(other, 300, DOMAIN, 3);
	assert_int_equal(walk(other, found, CT_SINCE_NOW, 0, 0, &err), CT_REFUSED);
	assert_string_equal(err.code, "ct-answer");
	assert_int_equal(found->batches, 0);
	found_free(found);
}

TEST(keys_of_rsa_sign_heads_too)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	struct maker *maker = maker_new(arena, CT_RFC6962, MAKER_NONE, 0);
	struct found *found = found_new();
	unsigned char *spki = NULL;
	struct err err = {0};
	int len;

	(void)state;
	maker->key = (EVP_RSA_gen(2048));
	len = i2d_PUBKEY(maker->key, &spki);
	maker->log.key = arena_bytes(arena, bytes_of(spki, (size_t)len));
	OPENSSL_free(spki);
	maker_grow(maker, 50, DOMAIN, 3);
	assert_int_equal(walk(maker, found, CT_SINCE_ALL, 0, 0, &err), CT_END);
	assert_int_equal(found->count, ours_in(maker, 0, 50));
	EVP_PKEY_free(maker->key);
	found_free(found);
}

TEST(domains_cover_what_lies_below_them)
{
	static const char *const yes[] = {"example.org", "www.example.org", "*.example.org", "A.B.Example.ORG", "example.org.",
					  "xn--bcher-kva.example", "www.xn--bcher-kva.example"};
	static const char *const no[] = {"", ".", "org", "notexample.org", "example.org.evil.test", "example.com", "*.org", "bücher.example"};
	static const char *const suffixes[] = {"com", "co.uk", "org"};
	struct str list[] = {STR("example.org"), STR("bücher.example")}, one;
	struct ct_domains *set;
	struct err err = {0};

	(void)state;
	assert_true(ct_domains_new(list, COUNT_OF(list), &set, &err));
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		if (!ct_domains_cover(set, str_of(yes[i])))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < COUNT_OF(no); i++)
		if (ct_domains_cover(set, str_of(no[i])))
			fail_msg("%s", no[i]);
	ct_domains_free(set);
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		one = str_of(suffixes[i]);
		assert_false(ct_domains_new(&one, 1, &set, &err));
		assert_string_equal(err.code, "ct-domain");
	}
	one = STR("192.0.2.1");
	assert_false(ct_domains_new(&one, 1, &set, &err));
	assert_false(ct_domains_new(NULL, 0, &set, &err));
}

static const char list_text[] =
	"{\"operators\":[{\"name\":\"A\",\"logs\":[{\"description\":\"one\",\"log_id\":\"%s\",\"key\":\"%s\",\"url\":\"https://one.test/\","
	"\"state\":{\"usable\":{\"timestamp\":\"2024-01-01T00:00:00Z\"}},\"temporal_interval\":{\"start_inclusive\":\"2026-01-01T00:00:00Z\","
	"\"end_exclusive\":\"2026-07-01T00:00:00Z\"}},{\"description\":\"bad id\",\"log_id\":\"AAAA\",\"key\":\"%s\",\"url\":\"https://x.test/\","
	"\"state\":{\"usable\":{}}},{\"description\":\"no state\"}],\"tiled_logs\":[{\"description\":\"two\",\"log_id\":\"%s\",\"key\":\"%s\","
	"\"submission_url\":\"https://two.test/2026/\",\"monitoring_url\":\"https://mon.two.test/2026/\","
	"\"state\":{\"retired\":{\"timestamp\":\"2024-01-01T00:00:00Z\"}}}]}]}";

TEST(log_lists_are_read_and_say_which_are_current)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf key = buf_capped(1024), id = buf_capped(1024);
	struct maker *maker = maker_new(arena, CT_STATIC, MAKER_NONE, 0);
	const struct ct_log *logs;
	struct err err = {0};
	struct str text;
	size_t count;

	(void)state;
	base64_write(&key, maker->log.key);
	base64_write(&id, bytes_of(maker->log.id, 32));
	text = arena_format(arena, list_text, id.data, key.data, key.data, id.data, key.data);
	assert_true(ct_list_read(arena, text, &logs, &count, &err));
	assert_int_equal(count, 2);
	assert_str(logs[0].name, "one");
	assert_str(logs[0].url, "https://one.test");
	assert_int_equal(logs[0].api, CT_RFC6962);
	assert_true(ct_log_is_current(&logs[0], INT64_C(1780000000)));  /* 2026-05-28 */
	assert_false(ct_log_is_current(&logs[0], INT64_C(1783000000))); /* 2026-07-02 */
	assert_str(logs[1].origin, "two.test/2026");
	assert_str(logs[1].url, "https://mon.two.test/2026");
	assert_string_equal(ct_state_name(logs[1].state), "retired");
	assert_true(ct_log_is_current(&logs[1], 0));
	assert_false(ct_list_read(arena, STR("{}"), &logs, &count, &err));
	assert_false(ct_list_read(arena, STR("x"), &logs, &count, &err));
}

static int domains_make(void **state)
{
	struct str list[] = {STR(DOMAIN), STR("second.test")};
	struct err err = {0};

	(void)state;
	return ct_domains_new(list, COUNT_OF(list), &domains, &err) ? 0 : -1;
}

static int domains_end(void **state)
{
	(void)state;
	ct_domains_free(domains);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(all_of_ours_come_once_and_verified),
		RUN(a_walk_cut_anywhere_goes_on_without_a_gap),
		RUN(it_begins_now_or_at_a_date),
		RUN(nothing_is_taken_from_a_log_that_lies),
		RUN(a_log_that_forks_or_shrinks_is_found_out),
		RUN(a_date_is_not_found_in_a_log_whose_tiles_lie),
		RUN(keys_of_rsa_sign_heads_too),
		RUN(domains_cover_what_lies_below_them),
		RUN(log_lists_are_read_and_say_which_are_current),
	};

	return cmocka_run_group_tests(tests, domains_make, domains_end);
}

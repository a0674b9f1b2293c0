/* SPDX-License-Identifier: Apache-2.0 */

/* Many at once: readers beside a writer, and so many certificates that walking them would show. */

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "records/store_fixture.h"

#ifdef KEEPVALID_SANITIZED
# define MANY 2000
#else
# define MANY 20000
#endif
#define PER_WRITE 1000

struct crowd {
	struct fixture *f;
	atomic_bool over;
	atomic_size_t reads;
};

/* Within one transaction the counter and the rows agree, whatever is written meanwhile. */
static void *read_all_the_time(void *data)
{
	struct crowd *crowd = data;
	struct arena *arena = arena_new();

	while (!crowd->over) {
		struct store_overview overview;
		const struct model_certificate *rows;
		struct store_page page = {.limit = 5, .total = true};
		struct store_txn *txn = NULL;
		struct store_more more;
		struct err err = {0};
		size_t count;

		if (!store_read(crowd->f->store, &txn, &err) || !store_overview(txn, NOW, &overview, &err) ||
		    !store_certificates(txn, arena, NULL, STORE_BY_NOT_AFTER, &page, NOW, &rows, &count, &more, &err) ||
		    more.total != overview.certificates)
			abort(); /* cmocka's asserts belong to the main thread */
		store_end(&txn);
		arena_reset(arena);
		crowd->reads++;
	}
	arena_free(arena);
	return NULL;
}

static void *write_notes(void *data)
{
	static const struct audit_actor actor = {STR_INIT("user:thread"), STR_INIT("127.0.0.1"), {NULL, 0}};
	struct crowd *crowd = data;

	for (int i = 0; i < 100; i++) {
		struct store_txn *txn = NULL;
		struct err err = {0};

		if (!store_write(crowd->f->store, &txn, &err) ||
		    !audit_add(txn, &actor, "test.change", STR("thing:2"), NOW, &err) || !store_commit(&txn, &err))
			abort();
	}
	return NULL;
}

TEST(readers_see_one_state_while_writers_take_turns)
{
	struct fixture f;
	struct crowd crowd = {.f = &f};
	pthread_t readers[10], writers[3];
	struct store_txn *txn;
	struct audit_state audit;

	fixture_start(&f);
	for (size_t i = 0; i < COUNT_OF(readers); i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_all_the_time, &crowd), 0);
	for (size_t i = 0; i < COUNT_OF(writers); i++)
		assert_int_equal(pthread_create(&writers[i], NULL, write_notes, &crowd), 0);
	for (int i = 0; i < 100; i++) {
		txn = writing(&f);
		add_certificate(&f, txn, "a.example", i);
		OK(&f, store_commit(&txn, &f.err));
	}
	for (size_t i = 0; i < COUNT_OF(writers); i++)
		pthread_join(writers[i], NULL);
	crowd.over = true;
	for (size_t i = 0; i < COUNT_OF(readers); i++)
		pthread_join(readers[i], NULL);
	assert_true(crowd.reads > 0);
	txn = reading(&f);
	OK(&f, audit_verify(txn, &audit, &f.err));
	assert_int_equal(audit.count, 300);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

static void measure(struct fixture *f, const char *what, const struct model_term *terms, size_t count,
		    enum store_certificate_sort sort)
{
	struct store_txn *txn = reading(f);
	struct model_filter filter = {terms, count};
	struct store_page page = {.limit = 50};
	const struct model_certificate *rows;
	size_t found;
	int64_t began = clock_ticks_us();

	OK(f, store_certificates(txn, f->arena, &filter, sort, &page, NOW, &rows, &found, NULL, &f->err));
	print_message("  %-34s %6lld us, %zu rows\n", what, (long long)(clock_ticks_us() - began), found);
	store_end(&txn);
}

TEST(many_certificates_are_listed_by_any_sort_and_filter)
{
	static const struct model_term common = {.op = MODEL_HAS, .field = MODEL_FIELD_TEXT, .text = STR_INIT("example")};
	static const struct model_term rare = {.op = MODEL_HAS, .field = MODEL_FIELD_TEXT, .text = STR_INIT("host-4242.")};
	static const struct model_term none = {.op = MODEL_EQ, .field = MODEL_FIELD_PROBLEM, .number = MODEL_PROBLEM_WEAK_KEY};
	static const struct model_term name = {.op = MODEL_EQ, .field = MODEL_FIELD_NAME, .text = STR_INIT("www.host-77.example.org")};
	struct fixture f;
	struct store_txn *txn;
	struct store_overview overview;
	struct arena *work = arena_new();
	int64_t began, id;

	fixture_start(&f);
	began = clock_ticks_ms();
	for (int i = 0; i < MANY; i += PER_WRITE) {
		txn = writing(&f);
		for (int j = i; j < i + PER_WRITE; j++) {
			struct str text = arena_format(work, "host-%d.example.org", j);
			struct model_new_certificate made = certificate(work, text.data, j);

			made.row.not_after = NOW + (int64_t)j * 7919 % (400 * 86400);
			OK(&f, store_certificate_add(txn, &made, &id, NULL, &f.err));
		}
		OK(&f, store_commit(&txn, &f.err));
		arena_reset(work);
	}
	print_message("  %d certificates in %lld ms\n", MANY, (long long)(clock_ticks_ms() - began));
	measure(&f, "first page by not_after", NULL, 0, STORE_BY_NOT_AFTER);
	measure(&f, "first page by name", NULL, 0, STORE_BY_NAME);
	measure(&f, "text in every one, by not_after", &common, 1, STORE_BY_NOT_AFTER);
	measure(&f, "text in one", &rare, 1, STORE_BY_NOT_AFTER);
	measure(&f, "problem of none", &none, 1, STORE_BY_NOT_AFTER);
	measure(&f, "exact name", &name, 1, STORE_BY_NAME);
	txn = reading(&f);
	OK(&f, store_overview(txn, NOW, &overview, &f.err));
	assert_int_equal(overview.certificates, MANY);
	store_end(&txn);
	arena_free(work);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(readers_see_one_state_while_writers_take_turns),
      RUN(many_certificates_are_listed_by_any_sort_and_filter))

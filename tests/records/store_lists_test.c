/* SPDX-License-Identifier: Apache-2.0 */

#include "records/store_fixture.h"

struct listing {
	const struct model_certificate *rows;
	size_t count;
	struct store_more more;
};

static struct listing list(struct fixture *f, struct store_txn *txn, const struct model_term *terms, size_t count)
{
	struct model_filter filter = {terms, count};
	struct store_page page = {.limit = 1000, .total = true};
	struct listing out;

	OK(f, store_certificates(txn, f->arena, &filter, STORE_BY_NAME, &page, NOW, &out.rows, &out.count, &out.more,
				 &f->err));
	assert_int_equal(out.more.total, out.count);
	return out;
}

static struct model_term text(enum model_field field, enum model_op op, const char *value)
{
	return (struct model_term){.op = op, .field = field, .text = str_of(value)};
}

static struct model_term number(enum model_field field, enum model_op op, int64_t value)
{
	return (struct model_term){.op = op, .field = field, .number = value};
}

#define LIST(f, txn, ...)                                                                          \
	list(f, txn, (const struct model_term[]){__VA_ARGS__},                                     \
	     COUNT_OF(((const struct model_term[]){__VA_ARGS__})))

/* The first 11 hex digits of the only certificate for shop.example.org. */
static void hash_beginning(struct fixture *f, struct store_txn *txn, int number, char to[12])
{
	static const struct model_term terms[] = {
		{.op = MODEL_HAS, .field = MODEL_FIELD_NAME, .text = STR_INIT("shop.example.org")}};
	const struct model_filter filter = {terms, 1};
	const struct model_certificate *rows;
	size_t count;

	OK(f, store_certificates(txn, f->arena, &filter, STORE_BY_NAME, &(struct store_page){0}, NOW, &rows, &count, NULL,
				 &f->err));
	assert_int_equal(count, number);
	snprintf(to, 12, "%02x%02x%02x%02x%02x%x", rows[0].sha256[0], rows[0].sha256[1], rows[0].sha256[2], rows[0].sha256[3],
		 rows[0].sha256[4], rows[0].sha256[5] >> 4);
}

TEST(filters_find_what_they_name_and_nothing_else)
{
	struct fixture f;
	struct store_txn *txn;
	char digits[12];

	fixture_start(&f);
	txn = writing(&f);
	add_certificate(&f, txn, "shop.example.org", 1);
	add_certificate(&f, txn, "mail.example.org", 2);
	add_certificate(&f, txn, "other.test", 3);
	assert_int_equal(list(&f, txn, NULL, 0).count, 3);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, "EXAMPLE")).count, 2);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, "hop")).count, 1);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, "p")).count, 2);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, "r11")).count, 0);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_ISSUER, MODEL_HAS, "r11")).count, 3);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_SERIAL, MODEL_HAS, "0A")).count, 3);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_SERIAL, MODEL_HAS, "a")).count, 0);
	hash_beginning(&f, txn, 1, digits);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_SHA256, MODEL_HAS, digits)).count, 1);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, digits)).count, 1);
	digits[8] = 0;
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, digits)).count, 1);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, digits + 1)).count, 0);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_NAME, MODEL_EQ, "www.SHOP.example.org")).count, 1);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_NAME, MODEL_HAS, ".org")).count, 2);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_NAME, MODEL_NE, "other.test")).count, 2);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_ISSUER, MODEL_EQ, "R11")).count, 3);
	assert_int_equal(LIST(&f, txn, number(MODEL_FIELD_BITS, MODEL_GE, 3072)).count, 0);
	assert_int_equal(LIST(&f, txn, number(MODEL_FIELD_EXPIRES, MODEL_LT, NOW + 61 * 86400)).count, 3);
	assert_int_equal(LIST(&f, txn, number(MODEL_FIELD_STATE, MODEL_EQ, MODEL_STATE_VALID)).count, 3);
	assert_int_equal(LIST(&f, txn, number(MODEL_FIELD_STATE, MODEL_NE, MODEL_STATE_VALID)).count, 0);
	assert_int_equal(LIST(&f, txn, number(MODEL_FIELD_PROBLEM, MODEL_EQ, MODEL_PROBLEM_WEAK_KEY)).count, 0);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_HOST, MODEL_EQ, "x")).count, 0);
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_LINEAGE, MODEL_NE, "x")).count, 3);
	/* shop AND NOT mail OR other */
	assert_int_equal(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, "shop"),
			      text(MODEL_FIELD_TEXT, MODEL_HAS, "mail"), {.op = MODEL_NOT}, {.op = MODEL_AND},
			      text(MODEL_FIELD_TEXT, MODEL_HAS, "other"), {.op = MODEL_OR})
				 .count,
			 2);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(every_field_can_be_asked_of_every_list)
{
	struct fixture f;
	struct store_txn *txn;
	struct store_page page = {.total = true};

	fixture_start(&f);
	txn = reading(&f);
	for (int field = 0; field < MODEL_FIELD_COUNT; field++) {
		bool is_text = model_field_type((enum model_field)field) == MODEL_TYPE_TEXT;
		struct model_term term = {.op = MODEL_EQ, .field = (enum model_field)field, .text = STR("abc"), .number = 1};
		struct model_filter filter = {&term, 1};
		const struct model_certificate *certificates;
		const struct model_endpoint *endpoints;
		const struct model_lineage *lineages;
		size_t count;

		for (int has = 0; has <= is_text; has++) {
			term.op = has ? MODEL_HAS : MODEL_EQ;
			OK(&f, store_certificates(txn, f.arena, &filter, STORE_BY_ISSUER, &page, NOW, &certificates,
						  &count, NULL, &f.err));
			OK(&f, store_endpoints(txn, f.arena, &filter, STORE_ENDPOINT_BY_HOST, &page, NOW, &endpoints,
					       &count, NULL, &f.err));
			OK(&f, store_lineages(txn, f.arena, &filter, STORE_LINEAGE_BY_NAME, &page, NOW, &lineages,
					      &count, NULL, &f.err));
		}
	}
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(filters_that_are_not_well_formed_are_refused)
{
	static const struct model_term and_alone[] = {{.op = MODEL_AND}};
	static const struct model_term two[] = {{.op = MODEL_EQ, .field = MODEL_FIELD_CA},
						{.op = MODEL_EQ, .field = MODEL_FIELD_CA}};
	static const struct model_term has_number[] = {{.op = MODEL_HAS, .field = MODEL_FIELD_CA}};
	static const struct model_term no_state[] = {{.op = MODEL_EQ, .field = MODEL_FIELD_STATE, .number = 99}};
	static const struct model_term no_problem[] = {{.op = MODEL_EQ, .field = MODEL_FIELD_PROBLEM, .number = 3}};
	static const struct model_filter filters[] = {
		{and_alone, 1}, {two, 2}, {has_number, 1}, {no_state, 1}, {no_problem, 1}};
	struct fixture f;
	struct store_txn *txn;

	fixture_start(&f);
	txn = reading(&f);
	for (size_t i = 0; i < COUNT_OF(filters); i++) {
		const struct model_certificate *rows;
		struct store_page page = {0};
		size_t count;

		assert_false(store_certificates(txn, f.arena, &filters[i], STORE_BY_NAME, &page, NOW, &rows, &count,
						NULL, &f.err));
		assert_int_equal(f.err.kind, ERR_INPUT);
	}
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(hostile_text_in_every_field_is_text_and_nothing_more)
{
	static const char *const hostile[] = {
		"'; DROP TABLE certificates; --", "\" OR 1=1 --", "%", "_", "\\", "\"", "a\"b\"c", "$1", "?", "*",
		"NEAR(", "text:abc", "\xff\xfe\xfd", "\xe2\x80\xae\xe2\x80\xae\xe2\x80\xae", "AND OR NOT", "%%%", "a%b_c\\d",
	};
	struct fixture f;
	struct store_txn *txn;
	const struct model_certificate *all;
	struct store_page page = {.limit = 100};
	size_t count;

	fixture_start(&f);
	txn = writing(&f);
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		struct model_new_certificate made = certificate(f.arena, hostile[i], (int64_t)i);
		int64_t id;

		made.row.issuer_cn = made.row.issuer = made.row.serial = made.row.signature = str_of(hostile[i]);
		made.row.key_algorithm = made.row.key_curve = str_of(hostile[i]);
		OK(&f, store_certificate_add(txn, &made, &id, NULL, &f.err));
	}
	add_certificate(&f, txn, "plain.example", 99);
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		struct listing name = LIST(&f, txn, text(MODEL_FIELD_NAME, MODEL_EQ, hostile[i]));

		assert_int_equal(name.count, 1);
		assert_true(LIST(&f, txn, text(MODEL_FIELD_NAME, MODEL_HAS, hostile[i])).count >= 1);
		assert_true(LIST(&f, txn, text(MODEL_FIELD_ISSUER, MODEL_HAS, hostile[i])).count >= 1);
		assert_true(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, hostile[i])).count >= 1);
		assert_true(LIST(&f, txn, text(MODEL_FIELD_TEXT, MODEL_HAS, hostile[i])).count <= COUNT_OF(hostile));
	}
	OK(&f, store_certificates(txn, f.arena, NULL, STORE_BY_NAME, &page, NOW, &all, &count, NULL, &f.err));
	assert_int_equal(count, COUNT_OF(hostile) + 1);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TEST(pages_show_every_row_once_though_rows_are_added_between_them)
{
	static const enum store_certificate_sort sorts[] = {STORE_BY_NOT_AFTER, STORE_BY_NAME, STORE_BY_ISSUER,
							    STORE_BY_FIRST_SEEN, STORE_BY_NOT_BEFORE};
	struct fixture f;
	struct store_txn *txn;
	int64_t extra = 1000;

	fixture_start(&f);
	txn = writing(&f);
	for (int i = 0; i < 100; i++)
		add_certificate(&f, txn, i % 3 ? "same.example" : "aaa.example", i);
	OK(&f, store_commit(&txn, &f.err));
	for (size_t s = 0; s < 2 * COUNT_OF(sorts); s++) {
		struct store_page page = {.limit = 7, .descending = s >= COUNT_OF(sorts)};
		struct store_more more = {.next.set = true};
		int64_t seen[400];
		size_t total = 0, old = 0;

		while (more.next.set) {
			const struct model_certificate *rows;
			size_t count;

			txn = reading(&f);
			OK(&f, store_certificates(txn, f.arena, NULL, sorts[s % COUNT_OF(sorts)], &page, NOW, &rows,
						  &count, &more, &f.err));
			store_end(&txn);
			for (size_t i = 0; i < count; i++) {
				for (size_t j = 0; j < total; j++)
					assert_true(seen[j] != rows[i].id);
				assert_true(total < COUNT_OF(seen));
				seen[total++] = rows[i].id;
				old += rows[i].names_count == 2;
			}
			page.after = more.next;
			txn = writing(&f);
			add_certificate(&f, txn, "mmm.example", extra++);
			OK(&f, store_commit(&txn, &f.err));
		}
		assert_true(old >= 100);
	}
	fixture_end(&f);
	(void)state;
}

TEST(audit_entries_make_a_tree_that_verifies)
{
	struct fixture f;
	struct store_txn *txn;
	struct audit_state before, after;
	const struct model_audit *rows;
	struct store_page page = {.limit = 10, .descending = true};
	struct store_more more;
	size_t count;

	fixture_start(&f);
	txn = reading(&f);
	OK(&f, audit_verify(txn, &before, &f.err));
	assert_int_equal(before.count, 0);
	store_end(&txn);
	for (int i = 0; i < 70; i++) {
		txn = writing(&f);
		note(&f, txn);
		OK(&f, store_commit(&txn, &f.err));
		txn = reading(&f);
		OK(&f, audit_verify(txn, &after, &f.err));
		assert_int_equal(after.count, i + 1);
		assert_memory_not_equal(before.root, after.root, sizeof after.root);
		before = after;
		store_end(&txn);
	}
	txn = reading(&f);
	OK(&f, store_audit(txn, f.arena, (struct str){NULL, 0}, &page, &rows, &count, &more, &f.err));
	assert_int_equal(count, 10);
	assert_int_equal(rows[0].index, 69);
	assert_true(more.next.set);
	store_end(&txn);
	fixture_end(&f);
	(void)state;
}

TESTS(RUN(filters_find_what_they_name_and_nothing_else), RUN(every_field_can_be_asked_of_every_list),
      RUN(filters_that_are_not_well_formed_are_refused), RUN(hostile_text_in_every_field_is_text_and_nothing_more),
      RUN(pages_show_every_row_once_though_rows_are_added_between_them),
      RUN(audit_entries_make_a_tree_that_verifies))

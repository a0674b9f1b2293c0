/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include "base/json.h"
#include "facts/cert.h"
#include "programs/cli/scan_rows.h"
#include "programs/cli/terminal.h"

enum { NOW = 1800000000, DAY = 86400 };

static void shown_is(const char *text, size_t len, uint32_t columns, const char *want, uint32_t used)
{
	CLEANUP(buf_done) struct buf buf = buf_capped(4096);

	assert_int_equal(text_add(&buf, (struct str){text, len}, columns), used);
	assert_str(buf_str(&buf), want);
}

#define SHOWN(text, columns, want, used) shown_is("" text, sizeof(text) - 1, columns, want, used)

TEST(foreign_text_cannot_act_on_a_terminal)
{
	SHOWN("plain", 0, "plain", 5);
	SHOWN("a\x1b[31mb\x07", 0, "a\\x1b[31mb\\x07", 14);
	SHOWN("tab\tnew\nnul\0end", 0, "tab\\x09new\\x0anul\\x00end", 24);
	SHOWN("\x7f", 0, "\\x7f", 4);
	SHOWN("\xc2\x9b" "31m", 0, "\\u009b31m", 9);
	SHOWN("\xe2\x80\xae" "gpj.exe", 0, "\\u202egpj.exe", 13);
	SHOWN("bad\xff\xc3", 0, "bad\\xff\\xc3", 11);
	SHOWN("\xc3\xbc", 0, "\xc3\xbc", 1);
}

TEST(text_is_cut_to_columns_of_the_terminal)
{
	SHOWN("abcdef", 6, "abcdef", 6);
	SHOWN("abcdef", 5, "abcd…", 5);
	SHOWN("abcdef", 1, "…", 1);
	SHOWN("\xe6\xbc\xa2\xe5\xad\x97", 4, "\xe6\xbc\xa2\xe5\xad\x97", 4);
	SHOWN("\xe6\xbc\xa2\xe5\xad\x97", 3, "\xe6\xbc\xa2…", 3);
	SHOWN("e\xcc\x81x", 2, "e\xcc\x81x", 2);
}

struct sample {
	struct cert cert;
	struct scan_cert scanned, *chain[1];
	struct scan_record record;
};

static void sample_of(struct sample *sample)
{
	*sample = (struct sample){0};
	sample->cert.subject_cn = STR("=cmd|'x', \"y\"\x1b");
	sample->cert.issuer_cn = STR("Test CA");
	sample->cert.not_after = NOW - 3 * DAY;
	sample->cert.not_before = NOW - 93 * DAY;
	sample->cert.serial = STR("01");
	sample->scanned.facts = &sample->cert;
	sample->chain[0] = &sample->scanned;
	sample->record = (struct scan_record){.outcome = SCAN_OK, .chain = sample->chain, .chain_count = 1, .port = 443};
	sample->record.target = sample->record.host = STR("www.example.org");
	sample->record.address = STR("192.0.2.1");
	sample->record.protocol = STR("tls");
}

static void rows_are(enum rows_form form, const struct scan_record *record, size_t times, const char *const *wants)
{
	struct rows rows = {.form = form, .width = 100};
	struct rows_summary summary = {.records = times, .with_certificate = times};
	CLEANUP(buf_done) struct buf buf = buf_capped(65536);

	rows_begin(&rows, &buf);
	for (size_t i = 0; i < times; i++)
		rows_add(&rows, &buf, record, NOW);
	rows_end(&rows, &buf, &summary);
	assert_true(buf_ok(&buf));
	for (; *wants; wants++)
		if (!str_has(buf_str(&buf), str_of(*wants)))
			fail_msg("no \"%s\" in: %s", *wants, buf.data);
}

TEST(tab_separated_rows_have_every_column_and_no_control_character)
{
	struct sample sample;

	sample_of(&sample);
	rows_are(ROWS_TSV, &sample.record, 1,
		 (const char *[]){"www.example.org\twww.example.org\t192.0.2.1\t443\ttls\t\tok\t\t\t-3\t2027-01-12T08:00:00Z\t"
				  "=cmd|'x', \"y\"\\x1b\tTest CA\t0000",
				  "\texpired", NULL});
}

TEST(csv_is_quoted_and_formulas_are_text)
{
	struct sample sample;

	sample_of(&sample);
	rows_are(ROWS_CSV, &sample.record, 1,
		 (const char *[]){"target,host,address,port,", "\r\nwww.example.org,www.example.org,192.0.2.1,443,tls,,ok,,,-3,",
				  ",\"'=cmd|'x', \"\"y\"\"\\x1b\",Test CA,", NULL});
}

TEST(a_json_document_is_whole_with_any_number_of_records)
{
	struct sample sample;

	sample_of(&sample);
	for (size_t times = 0; times < 3; times++) {
		struct rows rows = {.form = ROWS_JSON};
		struct rows_summary summary = {.records = times};
		CLEANUP(buf_done) struct buf buf = buf_capped(65536);
		CLEANUP(json_doc_done) struct json_doc *doc = NULL;
		struct err err = {0};

		rows_begin(&rows, &buf);
		for (size_t i = 0; i < times; i++)
			rows_add(&rows, &buf, &sample.record, NOW);
		rows_end(&rows, &buf, &summary);
		assert_true(json_doc_read(buf_str(&buf), &doc, &err));
		assert_int_equal(json_in_count(json_in_get(json_doc_root(doc), "records")), times);
		assert_int_equal(json_in_int(json_in_get(json_in_get(json_doc_root(doc), "summary"), "records"), -1), times);
	}
}

TEST(a_table_row_fits_its_terminal)
{
	struct sample sample;
	static const uint32_t widths[] = {20, 60, 80, 132, 250};

	sample_of(&sample);
	sample.record.host = STR("a-very-long-host-name.with.many.labels.in.it.example.org");
	for (size_t i = 0; i < COUNT_OF(widths); i++) {
		struct rows rows = {.form = ROWS_TABLE, .width = widths[i]};
		CLEANUP(buf_done) struct buf buf = buf_capped(65536);
		uint32_t columns = 0;

		rows_add(&rows, &buf, &sample.record, NOW);
		for (size_t at = 0; at < buf.len; at++)
			columns += (buf.data[at] & 0xc0) != 0x80;
		assert_true(columns - 1 <= (widths[i] < 60 ? 60 : widths[i]));
		assert_true(str_has(buf_str(&buf), STR("✗    -3")));
	}
}

TESTS(RUN(foreign_text_cannot_act_on_a_terminal), RUN(text_is_cut_to_columns_of_the_terminal),
      RUN(tab_separated_rows_have_every_column_and_no_control_character), RUN(csv_is_quoted_and_formulas_are_text),
      RUN(a_json_document_is_whole_with_any_number_of_records), RUN(a_table_row_fits_its_terminal))

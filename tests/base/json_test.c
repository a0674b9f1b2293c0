/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include "base/json.h"

TEST(commas_and_escapes_come_by_themselves)
{
	CLEANUP(buf_done) struct buf text = buf_capped(4096);
	struct json_out json = json_out_start(&text);

	json_out_object(&json);
	json_out_key_text(&json, "a", "x\"\\\n\x01");
	json_out_key(&json, "b");
	json_out_array(&json);
	json_out_int(&json, -1);
	json_out_null(&json);
	json_out_object(&json);
	json_out_end_object(&json);
	json_out_end_array(&json);
	json_out_key_bool(&json, "c", true);
	json_out_key_hex(&json, "d", bytes_of("\x00\xff", 2));
	json_out_key_time(&json, "e", 0);
	json_out_end_object(&json);
	assert_string_equal(text.data, "{\"a\":\"x\\\"\\\\\\n\\u0001\",\"b\":[-1,null,{}],\"c\":true,"
				       "\"d\":\"00ff\",\"e\":\"1970-01-01T00:00:00Z\"}");
	(void)state;
}

TEST(bad_utf8_is_replaced_and_good_utf8_kept)
{
	CLEANUP(buf_done) struct buf text = buf_capped(4096);
	struct json_out json = json_out_start(&text);

	json_out_str(&json, STR("\xc3\xbc\xff\xc3"));
	assert_string_equal(text.data, "\"\xc3\xbc\xef\xbf\xbd\xef\xbf\xbd\"");
	(void)state;
}

TEST(duplicate_keys_and_trailing_bytes_are_refused)
{
	struct json_doc *doc;
	struct err err;

	assert_false(json_doc_read(STR("{\"a\":1,\"a\":2}"), &doc, &err));
	assert_false(json_doc_read(STR("{} x"), &doc, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	(void)state;
}

TEST(what_was_read_is_written_the_same)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	CLEANUP(buf_done) struct buf text = buf_capped(4096);
	struct json_out json = json_out_start(&text);
	struct err err;

	assert_true(json_doc_read(STR("{\"a\":[1,2.5,\"x\",null,true]}"), &doc, &err));
	json_out_value(&json, json_doc_root(doc));
	assert_string_equal(text.data, "{\"a\":[1,2.5,\"x\",null,true]}");
	assert_int_equal(json_in_int(json_in_at(json_in_get(json_doc_root(doc), "a"), 0), 0), 1);
	assert_int_equal(json_in_int(json_in_get(json_doc_root(doc), "b"), 7), 7);
	(void)state;
}

TESTS(RUN(commas_and_escapes_come_by_themselves), RUN(bad_utf8_is_replaced_and_good_utf8_kept),
      RUN(duplicate_keys_and_trailing_bytes_are_refused), RUN(what_was_read_is_written_the_same))

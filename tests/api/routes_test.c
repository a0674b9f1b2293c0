/* SPDX-License-Identifier: Apache-2.0 */

/* api/routes: cursors that were tampered with, bodies against their shapes, other sites, and the whole table. */

#include "test.h"

#include "api/routes/cursor.h"
#include "api/routes/route.h"
#include "base/arena.h"

static const uint8_t key[HASH_SHA256] = {1, 2, 3};

TEST(a_cursor_reads_back_and_any_change_of_it_is_refused)
{
	const struct store_cursor rows[] = {
		{.set = true, .number = 1795100000, .id = 42},
		{.set = true, .number = -5, .id = INT64_MAX, .text = STR("www.example.org")},
		{.set = true, .text = STR("")},
		{.set = true, .id = 1, .text = STR("\xc3\xa9 with \"quotes\" and \n lines")},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		CLEANUP(buf_done) struct buf text = buf_capped(4096);
		struct store_cursor out = {0};

		cursor_write(&text, key, STR("list\nname\n"), &rows[i]);
		assert_true(cursor_read(arena, key, STR("list\nname\n"), buf_str(&text), &out));
		assert_int_equal(out.number, rows[i].number);
		assert_int_equal(out.id, rows[i].id);
		assert_true(str_equal(out.text, rows[i].text) && !out.text.data == !rows[i].text.data);
		assert_false(cursor_read(arena, key, STR("list\n-name\n"), buf_str(&text), &out));
		assert_false(cursor_read(arena, (const uint8_t[HASH_SHA256]){1, 2, 4}, STR("list\nname\n"), buf_str(&text),
					 &out));
		for (size_t at = 0; at < text.len; at++) {
			char was = text.data[at];

			text.data[at] = was == 'A' ? 'B' : 'A';
			assert_false(cursor_read(arena, key, STR("list\nname\n"), buf_str(&text), &out));
			text.data[at] = was;
			assert_false(cursor_read(arena, key, STR("list\nname\n"), str_head(buf_str(&text), at), &out));
		}
	}
}

static const struct {
	const char *schema, *body;
	bool good;
} bodies[] = {
	{"login", "{\"name\":\"a\",\"password\":\"b\"}", true},
	{"login", "{\"name\":\"a\"}", false},
	{"login", "{\"name\":\"a\",\"password\":null}", false},
	{"login", "{\"name\":\"a\",\"password\":\"b\",\"c\":1}", false},
	{"login", "{\"name\":[\"a\"],\"password\":\"b\"}", false},
	{"login", "[]", false},
	{"login", "\"a\"", false},
	{"login", "null", false},
	{"scan_new", "{\"targets\":[\"a\",\"b\"]}", true},
	{"scan_new", "{\"targets\":[]}", true},
	{"scan_new", "{\"targets\":\"a\"}", false},
	{"scan_new", "{\"targets\":[1]}", false},
	{"scan_new", "{\"targets\":[null]}", false},
	{"scan_new", "{\"targets\":[\"a\"],\"ports\":null,\"rate\":5,\"all_addresses\":true,\"look\":\"polite\"}", true},
	{"scan_new", "{\"targets\":[\"a\"],\"look\":\"hard\"}", false},
	{"scan_new", "{\"targets\":[\"a\"],\"rate\":1.5}", false},
	{"scan_new", "{\"targets\":[\"a\"],\"rate\":\"5\"}", false},
	{"scan_new", "{\"targets\":[\"a\"],\"all_addresses\":1}", false},
};

TEST(a_body_is_held_against_its_shape)
{
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		CLEANUP(json_doc_done) struct json_doc *doc = NULL;
		struct err err = {0};

		assert_true(json_doc_read(str_of(bodies[i].body), &doc, &err));
		if (schema_check(bodies[i].schema, json_doc_root(doc), &err) != bodies[i].good)
			fail_msg("%s: %s: %s", bodies[i].schema, bodies[i].body, err.text);
		if (!bodies[i].good)
			assert_string_equal(err.code, "body-shape");
	}
}

#define OURS {STR_INIT("Host"), STR_INIT("127.0.0.1:8443")}
#define MARK {STR_INIT("X-Keepvalid"), STR_INIT("1")}

static const struct {
	const char *method;
	struct http_pair headers[4];
	bool local, good;
} requests[] = {
	{"GET", {OURS, {STR_INIT("Origin"), STR_INIT("http://evil.example")}}, false, true},
	{"POST", {OURS}, false, false},
	{"POST", {OURS, MARK}, false, true},
	{"POST", {OURS}, true, true},
	{"POST", {OURS, MARK, {STR_INIT("origin"), STR_INIT("http://127.0.0.1:8443")}}, false, true},
	{"POST", {OURS, MARK, {STR_INIT("Origin"), STR_INIT("https://127.0.0.1:8443")}}, false, false},
	{"POST", {OURS, MARK, {STR_INIT("Origin"), STR_INIT("http://127.0.0.1:8444")}}, false, false},
	{"POST", {OURS, MARK, {STR_INIT("Origin"), STR_INIT("null")}}, false, false},
	{"POST", {OURS, MARK, {STR_INIT("Origin"), STR_INIT("")}}, false, false},
	{"DELETE", {OURS, MARK, {STR_INIT("Sec-Fetch-Site"), STR_INIT("cross-site")}}, false, false},
	{"DELETE", {OURS, MARK, {STR_INIT("Sec-Fetch-Site"), STR_INIT("same-site")}}, false, false},
	{"PATCH", {OURS, {STR_INIT("X-Keepvalid"), STR_INIT("true")}}, false, false},
};

TEST(a_request_that_another_site_provoked_changes_nothing)
{
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		struct http_request request = {.arena = arena, .method = str_of(requests[i].method),
					       .headers = requests[i].headers, .local = requests[i].local};
		struct err err = {0};

		while (request.header_count < 4 && requests[i].headers[request.header_count].name.data)
			request.header_count++;
		if (csrf_check(&request, &err) != requests[i].good)
			fail_msg("row %zu: %s", i, err.text);
	}
}

TEST(every_route_says_who_may_and_what_of)
{
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &route_table[i];
		bool named = strchr(route->path, '{') && !strstr(route->path, "...}");

		assert_true(route->permission >= PERMISSION_PUBLIC && route->permission <= PERMISSION_ADMIN);
		assert_non_null(route->load);
		assert_non_null(route->handle);
		assert_true(route->summary && route->summary[0]);
		if (named && route->load == load_nothing)
			fail_msg("%s %s names an object that nobody loads", route->method, route->path);
		if (strcmp(route->method, "GET") != 0 && route->permission == PERMISSION_PUBLIC &&
		    strcmp(route->path, "/api/v1/setup") != 0 && strcmp(route->path, "/api/v1/sessions") != 0)
			fail_msg("%s %s changes something for everybody", route->method, route->path);
		for (size_t j = 0; j < i; j++)
			assert_true(strcmp(route_table[j].path, route->path) != 0 ||
				    strcmp(route_table[j].method, route->method) != 0);
	}
}

TEST(the_openapi_document_is_json_and_all_its_references_are_there)
{
	CLEANUP(buf_done) struct buf text = buf_capped(1048576);
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	const struct json_value *schemas;
	struct err err = {0};
	struct str rest;
	size_t at;

	api_openapi_write(&text);
	if (!json_doc_read(buf_str(&text), &doc, &err))
		fail_msg("%s", err.text);
	schemas = json_in_get(json_in_get(json_doc_root(doc), "components"), "schemas");
	rest = buf_str(&text);
	while ((at = str_find(rest, STR("#/components/schemas/"))) != SIZE_MAX) {
		char name[64] = "";

		rest = str_skip(rest, at + 21);
		memcpy(name, rest.data, str_find_char(rest, '"'));
		if (!json_in_get(schemas, name))
			fail_msg("there is no schema %s", name);
	}
}

TESTS(RUN(a_cursor_reads_back_and_any_change_of_it_is_refused), RUN(a_body_is_held_against_its_shape),
      RUN(a_request_that_another_site_provoked_changes_nothing), RUN(every_route_says_who_may_and_what_of),
      RUN(the_openapi_document_is_json_and_all_its_references_are_there))

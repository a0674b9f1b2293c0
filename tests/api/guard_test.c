/* SPDX-License-Identifier: Apache-2.0 */

/* api/http_server: the guard, the host check and the decoding of paths, as rows. */

#include "test.h"

#include "api/http_server/guard.h"
#include "api/http_server/uri.h"
#include "base/arena.h"

#define HOST {STR_INIT("Host"), STR_INIT("localhost")}

/* clang-format off */
static const struct {
	const char *what, *method, *target, *version;
	struct http_pair headers[4];
	unsigned status; /* 0: fine */
} heads[] = {
	{"a plain request",            "GET",  "/",     "HTTP/1.1", {HOST}, 0},
	{"HTTP/1.0 without Host",      "GET",  "/",     "HTTP/1.0", {{{0}}}, 0},
	{"a length",                   "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("content-length"), STR_INIT("5")}}, 0},
	{"chunks",                     "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Transfer-Encoding"), STR_INIT("Chunked")}}, 0},
	{"a length of nothing",        "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("0")}}, 0},
	{"no Host",                    "GET",  "/",     "HTTP/1.1", {{{0}}}, 400},
	{"two Hosts",                  "GET",  "/",     "HTTP/1.1", {HOST, HOST}, 400},
	{"two equal lengths",          "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("5")}, {STR_INIT("Content-Length"), STR_INIT("5")}}, 400},
	{"two unequal lengths",        "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("5")}, {STR_INIT("content-length"), STR_INIT("6")}}, 400},
	{"length and chunks",          "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("5")}, {STR_INIT("Transfer-Encoding"), STR_INIT("chunked")}}, 400},
	{"two codings",                "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Transfer-Encoding"), STR_INIT("chunked")}, {STR_INIT("Transfer-Encoding"), STR_INIT("identity")}}, 400},
	{"another coding",             "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Transfer-Encoding"), STR_INIT("gzip, chunked")}}, 400},
	{"a coding with a tab",        "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Transfer-Encoding"), STR_INIT("\tchunked")}}, 400},
	{"chunks in HTTP/1.0",         "POST", "/a",    "HTTP/1.0", {HOST, {STR_INIT("Transfer-Encoding"), STR_INIT("chunked")}}, 400},
	{"a signed length",            "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("+5")}}, 400},
	{"a negative length",          "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("-5")}}, 400},
	{"a hexadecimal length",       "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("0x5")}}, 400},
	{"an empty length",            "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("")}}, 400},
	{"a list as length",           "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("5, 5")}}, 400},
	{"a length of 19 digits",      "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("0000000000000000005")}}, 400},
	{"a length over the limit",    "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("1048577")}}, 413},
	{"space before the colon",     "POST", "/a",    "HTTP/1.1", {HOST, {STR_INIT("Content-Length "), STR_INIT("5")}}, 400},
	{"an empty name",              "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT(""), STR_INIT("5")}}, 400},
	{"a name with a control",      "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT("X\x0b"), STR_INIT("5")}}, 400},
	{"CR in a value",              "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT("X"), STR_INIT("a\rContent-Length: 5")}}, 400},
	{"NUL in a value",             "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT("X"), STR_INIT("a\0b")}}, 400},
	{"a body with GET",            "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT("Content-Length"), STR_INIT("5")}}, 400},
	{"a chunked body with GET",    "GET",  "/",     "HTTP/1.1", {HOST, {STR_INIT("Transfer-Encoding"), STR_INIT("chunked")}}, 400},
	{"an absolute target",         "GET",  "http://x/", "HTTP/1.1", {HOST}, 400},
	{"an asterisk",                "OPTIONS", "*",  "HTTP/1.1", {HOST}, 400},
	{"a target with a fragment",   "GET",  "/#a",   "HTTP/1.1", {HOST}, 400},
	{"a raw byte in the target",   "GET",  "/\xc3\xa9", "HTTP/1.1", {HOST}, 400},
	{"a method with a bracket",    "G[T",  "/",     "HTTP/1.1", {HOST}, 400},
	{"version 1.2",                "GET",  "/",     "HTTP/1.2", {HOST}, 505},
	{"version 2",                  "GET",  "/",     "HTTP/2.0", {HOST}, 505},
	{"lower-case version",         "GET",  "/",     "http/1.1", {HOST}, 505},
	{"no version",                 "GET",  "/",     "",         {HOST}, 505},
};

static const struct { const char *host; bool ours; } hosts[] = {
	{"localhost", true}, {"LOCALHOST:8443", true}, {"127.0.0.1:1", true}, {"[::1]", true}, {"[::1]:8443", true},
	{"keepvalid.example", true}, {"Keepvalid.Example:443", true}, {"", false}, {":80", false}, {"evil.example", false},
	{"localhost.evil.example", false}, {"evil.example:localhost", false}, {"localhost:", false}, {"localhost:x", false},
	{"localhost:65536", false}, {"localhost@evil.example", false}, {"::1", false}, {"[::1", false}, {"[::1]x", false},
	{"[::1]x:80", false}, {"127.0.0.1.evil.example", false}, {"127.0.0.2", false}, {"localhost.", false},
	{"2130706433", false}, {"localhost,evil.example", false}, {" localhost", false},
};

static const struct { const char *path; size_t count; const char *last; } paths[] = {
	{"/", 0, NULL}, {"/a", 1, "a"}, {"/a/b", 2, "b"}, {"/a/", 2, ""}, {"/%61%2Fb", 1, "a/b"}, {"/a%20b", 1, "a b"},
	{"/%C3%A9", 1, "\xc3\xa9"}, {"//a", 2, "a"}, {"/...", 1, "..."},
	{"/../a", SIZE_MAX, NULL}, {"/a/..", SIZE_MAX, NULL}, {"/./a", SIZE_MAX, NULL}, {"/%2e%2e/a", SIZE_MAX, NULL},
	{"/.%2E", SIZE_MAX, NULL}, {"/a%00", SIZE_MAX, NULL}, {"/a%", SIZE_MAX, NULL}, {"/a%4", SIZE_MAX, NULL},
	{"/a%zz", SIZE_MAX, NULL}, {"/a%ff", SIZE_MAX, NULL}, {"/a%0a", SIZE_MAX, NULL}, {"/%c0%ae%c0%ae", SIZE_MAX, NULL},
	{"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", SIZE_MAX, NULL}, {"a", SIZE_MAX, NULL}, {"", SIZE_MAX, NULL},
};
/* clang-format on */

TEST(what_could_be_read_in_two_ways_is_refused)
{
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		struct guard_head head = {str_of(heads[i].method), str_of(heads[i].target), str_of(heads[i].version),
					  heads[i].headers, 0};
		const char *complaint;
		unsigned status = 0;

		while (head.header_count < 4 && heads[i].headers[head.header_count].name.data)
			head.header_count++;
		complaint = guard_head_check(&head, &status);
		if ((complaint ? status : 0) != heads[i].status)
			fail_msg("%s: %s (%u)", heads[i].what, complaint ? complaint : "fine", status);
	}
}

TEST(only_our_own_names_are_hosts)
{
	const struct str own[] = {STR("keepvalid.example")};

	for (size_t i = 0; i < COUNT_OF(hosts); i++)
		if (guard_host_is_ours(str_of(hosts[i].host), own, 1) != hosts[i].ours)
			fail_msg("\"%s\" should %sbe ours", hosts[i].host, hosts[i].ours ? "" : "not ");
}

TEST(paths_are_decoded_once_and_strictly)
{
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct str *segments;
		size_t count = SIZE_MAX;

		if (!uri_path_read(arena, str_of(paths[i].path), &segments, &count))
			count = SIZE_MAX;
		if (count != paths[i].count)
			fail_msg("%s: %zu segments", paths[i].path, count);
		if (paths[i].last)
			assert_str(segments[count - 1], paths[i].last);
	}
}

TESTS(RUN(what_could_be_read_in_two_ways_is_refused), RUN(only_our_own_names_are_hosts),
      RUN(paths_are_decoded_once_and_strictly))

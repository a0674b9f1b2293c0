/* SPDX-License-Identifier: Apache-2.0 */

/* Tables as people keep them, by rows of input and answer. */

#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "discovery/sheet.h"

/* All rows as text: "line: word=value; …", "line!" for a wrong one; the error's text when there is no sheet. */
static const char *read_all(struct arena *arena, const char *text, const struct sheet_map *maps, size_t map_count)
{
	struct buf to = buf_capped(100000);
	struct sheet sheet;
	struct sheet_row row;
	struct err err = {0};
	const char *out;
	enum sheet_take take;

	if (!sheet_open(arena, str_of(text), maps, map_count, &sheet, &err)) {
		assert_true(err.fix[0]);
		return arena_format(arena, "%s", err.code).data;
	}
	while ((take = sheet_next(&sheet, arena, &row, &err)) != SHEET_END) {
		buf_addf(&to, "%u%s", row.line, take == SHEET_WRONG ? "!\n" : ":");
		for (int i = 0; take == SHEET_ROW && i < SHEET_FIELD_COUNT; i++)
			if (row.fields[i].data)
				buf_addf(&to, " %s=%.*s;", sheet_field_word((enum sheet_field)i), STR_ARG(row.fields[i]));
		if (take == SHEET_ROW)
			buf_add_char(&to, '\n');
	}
	out = arena_str(arena, buf_str(&to)).data;
	buf_done(&to);
	return out;
}

TEST(tables_are_read_as_people_write_them)
{
	/* clang-format off */
	static const struct { const char *text, *rows; } cases[] = {
		{"name,owner\nshop.example,payments\n", "2: name=shop.example; owner=payments;\n"},
		{"\xef\xbb\xbf" "Common Name;Team;Expiry Date\r\na;b;c\r\n\r\n;;\r\nd;;\r\n",
		 "2: name=a; expires=c; owner=b;\n5: name=d;\n"},
		{"Domain\tNotes\nx\t\"one\ntwo, \"\"three\"\"\"\ny\tz", "2: name=x; note=one\ntwo, \"three\";\n4: name=y; note=z;\n"},
		{"Subject Alternative Names,FQDN,Something\n\"a, b\",c,d\n", "2: name=c; names=a, b;\n"},
		{"cn,team\n\"a\"x,b\nc,d,e\nf\n\"g", "2!\n3!\n4: name=f;\n5!\n"},
		{"cn , hostname ,owner\na,b,c\n", "2: name=a; owner=c;\n"},
		{"name\n", ""},
		{"name", ""},
		{" host ,port\n 192.0.2.1 , 443 \n", "2: target=192.0.2.1; port=443;\n"},
	};
	/* clang-format on */
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(read_all(arena, cases[i].text, NULL, 0), cases[i].rows);
	(void)state;
}

TEST(a_map_overrules_what_would_be_guessed)
{
	static const struct sheet_map maps[] = {{STR_INIT("web site"), STR_INIT("name")}, {STR_INIT("Name"), STR_INIT("owner")}};
	static const struct sheet_map off[] = {{STR_INIT("owner"), STR_INIT("-")}};
	CLEANUP(arena_done) struct arena *arena = arena_new();

	assert_string_equal(read_all(arena, "Web Site,name\na,b\n", maps, 2), "2: name=a; owner=b;\n");
	assert_string_equal(read_all(arena, "name,owner\na,b\n", off, 1), "2: name=a;\n");
	(void)state;
}

TEST(a_table_that_cannot_be_used_says_why)
{
	/* clang-format off */
	static const struct { const char *text; struct sheet_map map; const char *code; } cases[] = {
		{"", {{NULL, 0}, {NULL, 0}}, "sheet-titles"},
		{"\"a", {{NULL, 0}, {NULL, 0}}, "sheet-titles"},
		{"owner,tags\na,b\n", {{NULL, 0}, {NULL, 0}}, "sheet-columns"},
		{"name\xff\n", {{NULL, 0}, {NULL, 0}}, "sheet-encoding"},
		{"name,owner\n", {STR_INIT("nothing"), STR_INIT("tags")}, "sheet-title"},
		{"name,owner\n", {STR_INIT("owner"), STR_INIT("colour")}, "sheet-field"},
		{"name,owner\n", {STR_INIT("owner"), STR_INIT("name")}, "sheet-double"},
	};
	/* clang-format on */
	CLEANUP(arena_done) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(read_all(arena, cases[i].text, &cases[i].map, cases[i].map.title.data != NULL), cases[i].code);
	(void)state;
}

TESTS(RUN(tables_are_read_as_people_write_them), RUN(a_map_overrules_what_would_be_guessed),
      RUN(a_table_that_cannot_be_used_says_why))

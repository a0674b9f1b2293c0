/* SPDX-License-Identifier: Apache-2.0 */

#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"

/* What one call writes to standard error. */
static size_t said(char *to, size_t room, void (*speak)(void))
{
	int ends[2], kept = dup(STDERR_FILENO);
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	speak();
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	got = read(ends[0], to, room - 1);
	close(ends[0]);
	to[got > 0 ? got : 0] = 0;
	return got > 0 ? (size_t)got : 0;
}

static void speak(void)
{
	bool ended_well = true; /* the literal would be an int */

	log_info("scan ended", F("name", STR("a b\n\"c\" \x1b[31m")), F("count", (uint32_t)7), F("ok", ended_well),
		 F("plain", "x"));
	log_debug("not to be seen");
}

TEST(a_line_is_one_line_whatever_the_values_hold)
{
	char line[1024];

	log_setup(LOG_INFO, false, "engine");
	said(line, sizeof line, speak);
	assert_non_null(strstr(line, " level=info role=engine event=\"scan ended\" "
				     "name=\"a b\\n\\\"c\\\" \\u001b[31m\" count=7 ok=true plain=x\n"));
	assert_null(strstr(line, "not to be seen"));
	(void)state;
}

TEST(as_json_it_is_one_document_a_line)
{
	CLEANUP(json_doc_done) struct json_doc *doc = NULL;
	char line[1024];
	struct err err;
	size_t len;

	log_setup(LOG_INFO, true, "probe");
	len = said(line, sizeof line, speak);
	assert_true(json_doc_read((struct str){line, len}, &doc, &err));
	assert_str(json_in_str(json_in_get(json_doc_root(doc), "role"), STR("")), "probe");
	assert_int_equal(json_in_int(json_in_get(json_doc_root(doc), "count"), 0), 7);
	assert_true(json_in_bool(json_in_get(json_doc_root(doc), "ok"), false));
	(void)state;
}

TESTS(RUN(a_line_is_one_line_whatever_the_values_hold), RUN(as_json_it_is_one_document_a_line))

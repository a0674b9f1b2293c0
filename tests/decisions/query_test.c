/* SPDX-License-Identifier: Apache-2.0 */

/* decisions/query: rows of text and canonical form, of error and column, and of what fits. */

#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "decisions/query.h"

static const struct {
	const char *text, *canonical;
} forms[] = {
	{"", ""},
	{"   ", ""},
	{"shop", "shop"},
	{"  shop   example.org ", "shop example.org"},
	{"\"two words\"", "\"two words\""},
	{"\"OR\"", "\"OR\""},
	{"or", "or"},
	{"OR a", "\"OR\" a"},
	{"expires<30d issuer:\"R11\" -key:rsa", "expires<30d issuer:R11 -key:rsa"},
	{"expires <30d", NULL},
	{"Key:RSA", "key:RSA"},
	{"san:a not_after<2d", "name:a expires<2d"},
	{"a OR b c", "a OR b c"},
	{"(a OR b) c", "(a OR b) c"},
	{"((a))", "a"},
	{"a AND b", "a b"},
	{"NOT a", "-a"},
	{"--a", "--a"},
	{"-(a b)", "-(a b)"},
	{"a (b c)", "a (b c)"},
	{"key:[rsa, ec ,dsa]", "key:[rsa,ec,dsa]"},
	{"key![rsa]", "key!rsa"},
	{"key!=rsa", "key!rsa"},
	{"port:8000..9000", "port:8000..9000"},
	{"port:[443,8000..9000]", "port:[443,8000..9000]"},
	{"bits:..2047", "bits:..2047"},
	{"expires:2026-12..2027-01", "expires:2026-12..2027-01"},
	{"expires<-3d", "expires<-3d"},
	{"has:problem", "has:problem"},
	{"has:[owner,tag] -has:chain", "has:[owner,tag] -has:chain"},
	{"selection:1882406551294050304", "selection:1882406551294050304"},
	{"name:*.example.org", "name:*.example.org"},
	{"name:\"*.example.org\"", "name:\"*.example.org\""},
	{"www?.*", "www?.*"},
	{"\"www?\"", "\"www?\""},
	{"location:[file,endpoint] at:/etc", "location:[file,endpoint] at:/etc"},
	{"trust:no", "problem:[untrusted,self-signed]"},
	{"trust:yes", "problem![untrusted,self-signed]"},
	{"trust!yes", "problem:[untrusted,self-signed]"},
	{"issuer=\"Let's (Encrypt)\"", "issuer=\"Let's (Encrypt)\""},
	{"name:\"a\\\"b\\\\c\"", "name:\"a\\\"b\\\\c\""},
	{"subject:\"\"", "subject:\"\""},
	{"name:\xc3\xa9t\xc3\xa9", "name:\xc3\xa9t\xc3\xa9"},
	{"lifetime>398d demo:no ca:true served:0", "lifetime>398d demo:no ca:true served:0"},
	{"state:[expired,expiring] path:none", "state:[expired,expiring] path:none"},
	{"issued>2026-11-20T12:00:00Z", "issued>2026-11-20T12:00:00Z"},
	{"\"-a\"", "\"-a\""},
	{"sha256:ab..", NULL},
	{"sha256:\"ab..\"", "sha256:\"ab..\""},
};

TEST(a_query_has_one_canonical_form_that_reads_back_as_itself)
{
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		CLEANUP(buf_done) struct buf once = buf_capped(8192), twice = buf_capped(8192);
		const struct query_node *query;
		struct err err = {0};

		if (!forms[i].canonical) {
			assert_false(query_read(arena, str_of(forms[i].text), &query, NULL, &err));
			continue;
		}
		if (!query_read(arena, str_of(forms[i].text), &query, NULL, &err))
			fail_msg("%s: %s", forms[i].text, err.text);
		query_write(&once, query);
		assert_str(buf_str(&once), forms[i].canonical);
		assert_true(query_read(arena, buf_str(&once), &query, NULL, &err));
		query_write(&twice, query);
		assert_str(buf_str(&twice), forms[i].canonical);
	}
}

static const struct {
	const char *text;
	size_t column;
	const char *code;
} errors[] = {
	{"expirs<30d", 1, "query-key"},
	{"a b foo:bar", 5, "query-key"},
	{"\xc3\xa9\xc3\xa9 foo:1", 4, "query-key"},
	{"expires<soon", 9, "query-time"},
	{"expires<30", 9, "query-time"},
	{"expires:2026-13", 9, "query-time"},
	{"expires:2026-02-30", 9, "query-time"},
	{"bits<2k", 6, "query-number"},
	{"bits<99999999999999999999", 6, "query-number"},
	{"ca:maybe", 4, "query-flag"},
	{"trust:perhaps", 1, "query-flag"},
	{"state:[expired,gone]", 16, "query-word"},
	{"problem:bad", 9, "query-word"},
	{"path:known", 6, "query-word"},
	{"key<rsa", 4, "query-operator"},
	{"bits<[1,2]", 5, "query-operator"},
	{"bits<1..2", 5, "query-operator"},
	{"key:a..b", 6, "query-range"},
	{"port:9..8", 6, "query-range"},
	{"port:..", 6, "query-range"},
	{"expires:2027..2026", 9, "query-range"},
	{"key:", 5, "query-value"},
	{"key: rsa", 5, "query-value"},
	{"key:[rsa", 5, "query-list"},
	{"key:[rsa;ec", 5, "query-list"},
	{"key:[,]", 6, "query-value"},
	{"a \"b", 3, "query-quote"},
	{"(a b", 1, "query-parenthesis"},
	{"a b) c", 4, "query-parenthesis"},
	{"()", 2, "query-key"},
	{"a OR", 5, "query-key"},
	{"-", 2, "query-key"},
	{":x", 1, "query-key"},
	{"a\x01", 2, "query-text"},
	{"a\xff", 1, "query-text"},
	{"has:nothing", 5, "query-word"},
	{"has<owner", 4, "query-operator"},
	{"location:cellar", 10, "query-word"},
	{"spki:abc", 6, "query-hash"},
	{"selection:x", 11, "query-number"},
};

TEST(an_error_says_its_column_and_a_fix)
{
	for (size_t i = 0; i < COUNT_OF(errors); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct query_node *query;
		struct err err = {0};
		size_t column = 0;

		if (query_read(arena, str_of(errors[i].text), &query, &column, &err))
			fail_msg("%s was read", errors[i].text);
		if (column != errors[i].column || strcmp(err.code, errors[i].code) != 0)
			fail_msg("%s: column %zu, %s: %s", errors[i].text, column, err.code, err.text);
		assert_true(err.fix[0] != 0);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_int_equal(strncmp(err.text, "column ", 7), 0);
	}
}

TEST(length_depth_and_number_of_terms_are_bounded)
{
	CLEANUP(arena_done) struct arena *arena = arena_new();
	CLEANUP(buf_done) struct buf deep = buf_capped(100000), many = buf_capped(100000), wide = buf_capped(100000);
	const struct query_node *query;

	for (int i = 0; i < 100; i++)
		buf_add_char(&deep, i % 2 ? '(' : '-');
	assert_false(query_read(arena, buf_str(&deep), &query, NULL, NULL));
	for (int i = 0; i < 300; i++)
		buf_add_text(&many, "a ");
	assert_false(query_read(arena, buf_str(&many), &query, NULL, NULL));
	for (int i = 0; i < 5000; i++)
		buf_add_char(&wide, 'a');
	assert_false(query_read(arena, buf_str(&wide), &query, NULL, NULL));
}

/* A certificate: DigiCert, RSA 2048, ends in ten days, two names, expiring and untrusted. */
#define NOW 1795100000 /* 2026-11-19T18:13:20Z */
static bool row_get(void *row, enum model_field field, size_t nth, struct str *text, int64_t *number)
{
	static const struct str names[] = {STR_INIT("www.example.org"), STR_INIT("shop.example.org")};

	if (field == MODEL_FIELD_NAME || field == MODEL_FIELD_TEXT) {
		if (nth >= 2)
			return false;
		*text = names[nth];
		return true;
	}
	if (nth > 0)
		return false;
	switch (field) {
	case MODEL_FIELD_ISSUER:
		*text = STR("DigiCert TLS G2");
		return true;
	case MODEL_FIELD_KEY:
		*text = STR("rsa");
		return true;
	case MODEL_FIELD_BITS:
		*number = 2048;
		return true;
	case MODEL_FIELD_PORT:
		*number = 8443;
		return true;
	case MODEL_FIELD_EXPIRES:
		*number = NOW + 10 * 86400;
		return true;
	case MODEL_FIELD_FIRST_SEEN:
		*number = NOW - 3 * 86400;
		return true;
	case MODEL_FIELD_STATE:
		*number = MODEL_STATE_EXPIRING;
		return true;
	case MODEL_FIELD_PROBLEM:
		*number = MODEL_PROBLEM_EXPIRING | MODEL_PROBLEM_UNTRUSTED;
		return true;
	case MODEL_FIELD_SERVED:
		*number = 2;
		return true;
	case MODEL_FIELD_ACTIVE:
		*number = 1;
		return true;
	case MODEL_FIELD_DEMO:
		*number = 0;
		return true;
	default:
		return false;
	}
}

static const struct {
	const char *text;
	bool fits;
} matches[] = {
	{"", true},
	{"shop", true},
	{"active:yes", true},
	{"active:no", false},
	{"SHOP", true},
	{"mail", false},
	{"-mail", true},
	{"name:shop www", true},
	{"name=shop", false},
	{"name=shop.example.org", true},
	{"name!shop", false},
	{"issuer:digicert", true},
	{"issuer=digicert", false},
	{"key:rsa", true},
	{"key:rs", false},
	{"key:[ec,rsa]", true},
	{"key![ec,rsa]", false},
	{"key!ec", true},
	{"bits<2048", false},
	{"bits<=2048", true},
	{"bits:1024..2048", true},
	{"bits:..1024", false},
	{"bits:2048..", true},
	{"port:[443,8000..9000]", true},
	{"expires<30d", true},
	{"expires<10d", false},
	{"expires<=10d", true},
	{"expires>10d", false},
	{"expires>=10d", true},
	{"expires:30d", true},
	{"expires:5d", false},
	{"expires:5d..15d", true},
	{"expires:11d..15d", false},
	{"expires>now", true},
	{"expires<-3d", false},
	{"expires:2026-11", true},
	{"expires:2026-12", false},
	{"expires:2026", true},
	{"expires:2026-11-29", true},
	{"expires:2026-11-30", false},
	{"expires<2026-11-29", false},
	{"expires<=2026-11-29", true},
	{"expires>2026-11-29", false},
	{"expires>=2026-11-29", true},
	{"expires:2026-11..2026-12", true},
	{"expires:..2026-10", false},
	{"expires:2026-12..", false},
	{"first_seen<7d", true},
	{"first_seen<2d", false},
	{"first_seen>2d", true},
	{"first_seen:7d", true},
	{"first_seen:2d..7d", true},
	{"first_seen:4d..7d", false},
	{"first_seen:today", false},
	{"state:expiring", true},
	{"state:[valid,expired]", false},
	{"problem:untrusted", true},
	{"problem:expired", false},
	{"has:problem", true},
	{"has:finding", true},
	{"name:*.example.org", true},
	{"name:WWW.*", true},
	{"name:www.*.net", false},
	{"name:\"*.example.org\"", false},
	{"name=*.example.or?", true},
	{"name!mail.*", true},
	{"s*p.*", true},
	{"?hop.example.org", true},
	{"?shop.example.org", false},
	{"issuer:digi*g2", true},
	{"trust:yes", false},
	{"trust:no", true},
	{"served>0 demo:no", true},
	{"demo:yes", false},
	{"mail OR shop", true},
	{"mail shop OR key:rsa", true},
	{"mail (shop OR key:rsa)", false},
	{"-(mail OR ftp) -(-shop)", true},
	{"curve:P-256", false},
	{"curve!P-256", true},
};

TEST(a_row_fits_or_not)
{
	for (size_t i = 0; i < COUNT_OF(matches); i++) {
		CLEANUP(arena_done) struct arena *arena = arena_new();
		const struct query_node *query;
		struct model_filter filter;
		struct err err = {0};

		if (!query_read(arena, str_of(matches[i].text), &query, NULL, &err))
			fail_msg("%s: %s", matches[i].text, err.text);
		filter = query_filter(arena, query, NOW);
		if (query_matches(&filter, row_get, NULL) != matches[i].fits)
			fail_msg("%s should %sfit", matches[i].text, matches[i].fits ? "" : "not ");
	}
}

TESTS(RUN(a_query_has_one_canonical_form_that_reads_back_as_itself), RUN(an_error_says_its_column_and_a_fix),
      RUN(length_depth_and_number_of_terms_are_bounded), RUN(a_row_fits_or_not))
